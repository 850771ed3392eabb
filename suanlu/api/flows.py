"""POST /v1/flows:max: how much fits at once between two places or sets of places."""

import asyncio
import time
from typing import cast

import msgspec
from aiohttp import web
from msgspec import UNSET

from pathcalc import Basis, ConstraintFields, FlowAnswer, FlowPath
from pathcalc.errors import PathError
from suanlu.api.answering import Answerer, Place, filters_of
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.flow_documents import FlowLinkDocument, FlowPathDocument, MaxFlowDocument
from suanlu.api.path_problems import problem_of
from suanlu.api.requests import MaxFlowQuery
from suanlu.api.route import Route
from suanlu.published import View

MANY_FLOWS = 1_000_000

_decoder: msgspec.json.Decoder[MaxFlowQuery] = msgspec.json.Decoder(MaxFlowQuery)


async def post_max_flow(request: web.Request) -> web.StreamResponse:
    """The maximum flow with its paths, and the cut that limits it."""
    context = context_of(request)
    query = await read_body(request, _decoder)
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("max_flow").time():
        # A flow over many paths takes long enough to be felt by others on the loop.
        return await asyncio.to_thread(_answer, query, answerer)


def _answer(query: MaxFlowQuery, given: Answerer) -> web.Response:
    answerer = given.under(query.overlay)
    view = answerer.view
    source, target = answerer.resolve(query.source, "/from"), answerer.resolve(query.target, "/to")
    started_ns = time.perf_counter_ns()
    filters: ConstraintFields = {
        **filters_of(query.constraints),
        "bandwidth_basis": query.bandwidth_basis,
        "flows": MANY_FLOWS if query.flows is UNSET else query.flows,
    }
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
                timing=answerer.timing(started_ns, _counted(found)),
                topology=view.stamp,
            )
        )
    except PathError as error:
        raise problem_of(error) from error


def _say_why_nothing(view: View, source: Place, target: Place, filters: ConstraintFields) -> None:
    """Raise the PathError that says why no path carries a single bit/s."""
    floor = max(1, filters.get("min_bandwidth_bps") or 0)
    at_least: ConstraintFields = {**filters, "min_bandwidth_bps": floor}
    view.engine.path(source, target, objective="hops", **at_least)


def _counted(found: FlowAnswer) -> list[str]:
    """The links that the answer counted with: those that carry something, and those that limit it."""
    return list(dict.fromkeys([*(link.link for link in found.links), *found.min_cut]))


def _path(found: FlowPath, target: Place, answerer: Answerer) -> FlowPathDocument:
    path = found.path
    return FlowPathDocument(
        flow_bps=found.flow_bps,
        links=path.links,
        routers=path.routers,
        sites=path.sites,
        latency_us=path.latency_us,
        hop_count=path.hop_count,
        pin=answerer.pin(path, target),
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
)
