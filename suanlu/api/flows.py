"""POST /v1/flows:max and /v1/flows:allocate: how much fits at once, and who gets how much of it."""

import asyncio
import time
from typing import cast

import msgspec
from aiohttp import web
from msgspec import UNSET

from pathcalc import Allocated, Basis, ConstraintFields, Demand, FlowAnswer, FlowPath
from pathcalc.errors import PathError
from suanlu.api.answering import Answerer, Place, filters_of
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.flow_documents import (
    AllocatedDocument,
    AllocationDocument,
    FlowLinkDocument,
    FlowPathDocument,
    ForwardedFlowDocument,
    LoadedLinkDocument,
    MaxFlowDocument,
)
from suanlu.api.path_problems import problem_of
from suanlu.api.problems import Problem
from suanlu.api.requests import AllocateQuery, DemandQuery, MaxFlowQuery, Routing
from suanlu.api.route import Route
from suanlu.published import View

MANY_FLOWS = 1_000_000
MOST_MS = 10_000  # of an allocation whose query says nothing of it

_max_decoder: msgspec.json.Decoder[MaxFlowQuery] = msgspec.json.Decoder(MaxFlowQuery)
_allocate_decoder: msgspec.json.Decoder[AllocateQuery] = msgspec.json.Decoder(AllocateQuery)


async def post_max_flow(request: web.Request) -> web.StreamResponse:
    """The maximum flow with its paths, and the cut that limits it."""
    context = context_of(request)
    query = await read_body(request, _max_decoder)
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("max_flow").time():
        # A flow over many paths takes long enough to be felt by others on the loop.
        return await asyncio.to_thread(_max_flow, query, answerer)


async def post_allocate(request: web.Request) -> web.StreamResponse:
    """Max-min fair rates of many demands; a demand without a path has the rate 0."""
    context = context_of(request)
    query = await read_body(request, _allocate_decoder)
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("allocate").time():
        return await asyncio.to_thread(_allocation, query, answerer)


def _max_flow(query: MaxFlowQuery, given: Answerer) -> web.Response:
    answerer = given.under(query.overlay)
    view = answerer.view
    source, target = answerer.resolve(query.source, "/from"), answerer.resolve(query.target, "/to")
    started_ns = time.perf_counter_ns()
    filters = _filters(query)
    try:
        found = view.engine.max_flow(source, target, **filters)
        if not found.value_bps:
            _say_why_nothing(view, source, target, filters)
        paths = sorted(found.paths, key=lambda path: -path.flow_bps)
        return answer(
            MaxFlowDocument(
                bandwidth_basis=cast(Basis, found.bandwidth_basis),
                value_bps=found.value_bps,
                min_cut=found.min_cut,
                paths=tuple(_path(path, target, answerer) for path in paths),
                links=tuple(FlowLinkDocument(**link._asdict()) for link in found.links),
                forwarded=_forwarded(query, view, source, target) if query.forwarded else UNSET,
                timing=answerer.timing(started_ns, _counted(found)),
                topology=view.stamp,
            )
        )
    except PathError as error:
        raise problem_of(error) from error


def _filters(query: MaxFlowQuery | AllocateQuery) -> ConstraintFields:
    flows = MANY_FLOWS if query.flows is UNSET else query.flows
    basis = query.bandwidth_basis
    return {**filters_of(query.constraints), "bandwidth_basis": basis, "flows": flows}


def _forwarded(query: MaxFlowQuery, view: View, source: Place, target: Place) -> ForwardedFlowDocument:
    found = view.engine.allocate(
        [Demand(source, target)],
        routing="igp",
        bandwidth_basis=query.bandwidth_basis,
        flows=MANY_FLOWS if query.flows is UNSET else query.flows,
    )
    (one,) = found.demands
    return ForwardedFlowDocument(
        status="unreachable" if one.limit == "no_path" else "predicted",
        value_bps=one.rate_bps,
        bottleneck_links=one.bottleneck_links,
    )


def _allocation(query: AllocateQuery, given: Answerer) -> web.Response:
    answerer = given.under(query.overlay)
    view = answerer.view
    if query.routing == "igp" and query.budget_ms is not UNSET:
        raise Problem("invalid-request", "`budget_ms` belongs to `routing: any`", pointer="/budget_ms")
    demands = [
        Demand(
            answerer.resolve(one.source, f"/demands/{i}/from"),
            answerer.resolve(one.target, f"/demands/{i}/to"),
            one.max_bps,
            one.weight,
        )
        for i, one in enumerate(query.demands)
    ]
    budget_ms = None if query.routing == "igp" else MOST_MS if query.budget_ms is UNSET else query.budget_ms
    started_ns = time.perf_counter_ns()
    try:
        found = view.engine.allocate(demands, routing=query.routing, budget_ms=budget_ms, **_filters(query))
    except PathError as error:
        raise problem_of(error) from error
    return answer(
        AllocationDocument(
            routing=query.routing,
            status=found.status,
            bandwidth_basis=cast(Basis, found.bandwidth_basis),
            total_bps=found.total_bps,
            demands=tuple(
                _allocated(asked, one, query.routing, answerer)
                for asked, one in zip(query.demands, found.demands, strict=True)
            ),
            links=tuple(LoadedLinkDocument(**link._asdict()) for link in found.links),
            timing=answerer.timing(started_ns, (link.link for link in found.links)),
            topology=view.stamp,
        )
    )


def _allocated(asked: DemandQuery, one: Allocated, routing: Routing, answerer: Answerer) -> AllocatedDocument:
    target = one.demand.target if routing == "any" else None
    return AllocatedDocument(
        id=asked.id,
        source=asked.source,
        target=asked.target,
        rate_bps=one.rate_bps,
        limit=one.limit,
        bottleneck_links=one.bottleneck_links,
        bound_bps=one.bound_bps,
        paths=tuple(_path(path, cast(Place | None, target), answerer) for path in one.paths),
    )


def _say_why_nothing(view: View, source: Place, target: Place, filters: ConstraintFields) -> None:
    """Raise the PathError that says why no path carries a single bit/s."""
    floor = max(1, filters.get("min_bandwidth_bps") or 0)
    at_least: ConstraintFields = {**filters, "min_bandwidth_bps": floor}
    view.engine.path(source, target, objective="hops", **at_least)


def _counted(found: FlowAnswer) -> list[str]:
    """The links that the answer counted with: those that carry something, and those that limit it."""
    return list(dict.fromkeys([*(link.link for link in found.links), *found.min_cut]))


def _path(found: FlowPath, target: Place | None, answerer: Answerer) -> FlowPathDocument:
    path = found.path
    return FlowPathDocument(
        flow_bps=found.flow_bps,
        links=path.links,
        routers=path.routers,
        sites=path.sites,
        latency_us=path.latency_us,
        hop_count=path.hop_count,
        pin=UNSET if target is None else answerer.pin(path, target),
    )


ROUTES = (
    Route(
        "POST",
        "/v1/flows:max",
        post_max_flow,
        "How much fits at once, and what limits it",
        "flows",
        body=MaxFlowQuery,
        answer=MaxFlowDocument,
        problems=(
            "invalid-request",
            "unknown-endpoint",
            "same-endpoint",
            "no-connectivity",
            "no-feasible-path",
            "budget-exhausted",
            "too-large",
        ),
        example={"from": "shenzhen", "to": {"any_of": ["wuhan", "changsha"]}, "bandwidth_basis": "capacity"},
    ),
    Route(
        "POST",
        "/v1/flows:allocate",
        post_allocate,
        "Max-min fair rates of many demands",
        "flows",
        body=AllocateQuery,
        answer=AllocationDocument,
        problems=("invalid-request", "unknown-endpoint", "same-endpoint", "budget-exhausted", "too-large"),
        example={
            "demands": [
                {"from": "shenzhen", "to": "wuhan"},
                {"from": "guangzhou", "to": "wuhan", "max_bps": 100_000_000_000},
            ]
        },
    ),
)
