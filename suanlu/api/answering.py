"""Answering one path query on one view: shared by /v1/paths and /v1/paths:batch."""

import time
from collections.abc import Callable, Iterable
from typing import cast

from msgspec import UNSET, UnsetType

import pathcalc
from pathcalc import Basis, ConstraintFields, Constraints, Forwarding, Path
from pathcalc.errors import NoFeasiblePath, PathError
from suanlu.api import requests
from suanlu.api.endpoints import Endpoints
from suanlu.api.overlays import overlaid
from suanlu.api.path_documents import (
    BoundDocument,
    BranchDocument,
    ExplanationDocument,
    ForwardedDocument,
    ForwardingDocument,
    ForwardingStatus,
    HopDocument,
    ObjectionDocument,
    PathDocument,
    PathsDocument,
    Pin,
    SegmentDocument,
    ShareDocument,
    Spread,
    Timing,
    Violation,
)
from suanlu.api.path_problems import problem_of
from suanlu.api.problems import Problem
from suanlu.api.requests import AnyOf, Disjoint, Endpoint, Overlay, PathQuery
from suanlu.published import View
from suanlu.times import age_ms
from topology.errors import UnknownNode

Place = str | tuple[str, ...]
"""An endpoint as the path core takes it: an id, or ids of which any will do."""
_BEST_ONLY = (
    "`{}` chooses among possible paths, and under `routing: igp` the network has chosen: leave it out"
)
_Found = tuple[list[Path], str, BoundDocument | UnsetType]
MOST_OVERLAYS = 16  # different ones that a batch may come back to
_METRICS = ("latency_us", "used_bps")  # sampled; a capacity is told when it changes, and ages unchanged


class Answerer:
    """Answers queries on one view, so that all answers of a batch are of one snapshot."""

    def __init__(self, view: View, endpoints: Endpoints, now_ns: Callable[[], int]) -> None:
        self._view = view
        self._endpoints = endpoints
        self._now_ns = now_ns
        self._overlaid: dict[Overlay, Answerer] = {}

    @property
    def view(self) -> View:
        """What is answered on: the engine, and the stamp of every answer."""
        return self._view

    def under(self, overlay: Overlay | None) -> "Answerer":
        """The answerer on the same snapshot as if the overlay were so; raises Problem."""
        if overlay is None:
            return self
        found = self._overlaid.get(overlay)
        if found is None:
            if len(self._overlaid) >= MOST_OVERLAYS:
                self._overlaid.clear()
            found = Answerer(overlaid(self._view, overlay), self._endpoints, self._now_ns)
            self._overlaid[overlay] = found
        return found

    def answer(self, query: PathQuery) -> PathsDocument | ForwardingDocument:
        """The answer; raises Problem."""
        started_ns = time.perf_counter_ns()
        return self.under(query.overlay)._answer(query, started_ns)

    def _answer(self, query: PathQuery, started_ns: int) -> PathsDocument | ForwardingDocument:
        source, target = self.resolve(query.source, "/from"), self.resolve(query.target, "/to")
        if query.routing == "igp":
            _refuse_choices(query)
        try:
            if query.routing == "igp":
                return self._forwarding(query, source, target, started_ns)
            return self._paths(query, source, target, started_ns)
        except PathError as error:
            raise problem_of(error) from error

    def resolve(self, endpoint: Endpoint, pointer: str) -> Place:
        """The sites or routers that an endpoint stands for; raises Problem with names that are like it."""
        if isinstance(endpoint, AnyOf):
            return tuple(self._node(name, f"{pointer}/any_of/{i}") for i, name in enumerate(endpoint.any_of))
        return self._node(endpoint, pointer)

    def _node(self, name: str, pointer: str) -> str:
        try:
            return self._endpoints.resolve(name)
        except UnknownNode as error:
            raise Problem("unknown-endpoint", str(error), pointer=pointer, near=error.near) from error

    def _paths(self, query: PathQuery, source: Place, target: Place, started_ns: int) -> PathsDocument:
        paths, status, bound = self._search(query, source, target)
        forwarded = self._forwarded(query, source, target, paths[0]) if query.forwarded else UNSET
        documents = tuple(self._path(path, target, query.detail) for path in paths)
        return PathsDocument(
            status="optimal" if status == "optimal" else "feasible",
            bandwidth_basis=cast(Basis, paths[0].bandwidth_basis),
            paths=documents,
            forwarded=forwarded,
            bound_us=bound.value if bound is not UNSET and bound.of == "latency" else None,
            bound=bound,
            explanation=self._explanation(query, source, target),
            timing=self.timing(started_ns, (link for path in paths for link in path.links)),
            topology=self._view.stamp,
        )

    def _search(self, query: PathQuery, source: Place, target: Place) -> _Found:
        engine, filters = self._view.engine, _filters(query)
        objective = "latency" if query.objective is UNSET else query.objective
        budget_ms = None if query.budget_ms is UNSET else query.budget_ms
        disjoint = None if query.disjoint is UNSET else query.disjoint
        if disjoint is not None:
            if query.k is not UNSET:
                raise Problem(
                    "invalid-request", "`k` and `disjoint` exclude each other: give one", pointer="/k"
                )
            return self._disjoint(query, disjoint, source, target)
        if query.k is UNSET or query.k == 1:
            path = engine.path(source, target, objective=objective, budget_ms=budget_ms, **filters)
            return [path], path.status, _bound(path.bound_of, path.bound)
        answer = engine.k_paths(
            source, target, k=query.k, objective=objective, budget_ms=budget_ms, **filters
        )
        return list(answer.paths), answer.status, UNSET

    def _disjoint(self, query: PathQuery, disjoint: Disjoint, source: Place, target: Place) -> _Found:
        engine, filters = self._view.engine, _filters(query)
        objective = "latency" if query.objective is UNSET else query.objective
        budget_ms = None if query.budget_ms is UNSET else query.budget_ms
        try:
            answer = engine.disjoint_paths(
                source,
                target,
                count=disjoint.count,
                level=disjoint.level,
                objective=objective,
                budget_ms=budget_ms,
                **filters,
            )
        except NoFeasiblePath:
            if disjoint.required:
                raise
            path = engine.path(source, target, objective=objective, budget_ms=budget_ms, **filters)
            return [path], path.status, _bound(path.bound_of, path.bound)
        return list(answer.paths), answer.status, _bound(answer.bound_of, answer.bound)

    def _explanation(self, query: PathQuery, source: Place, target: Place) -> ExplanationDocument | UnsetType:
        if query.explain is UNSET or not query.explain:
            return UNSET
        objective = "latency" if query.objective is UNSET else query.objective
        found = self._view.engine.explain(source, target, objective=objective, **_filters(query))
        best = found.best_without
        return ExplanationDocument(
            links=best.links,
            latency_us=best.latency_us,
            bandwidth_bps=best.bandwidth_bps,
            objections=tuple(ObjectionDocument(**item._asdict()) for item in found.objections),
        )

    def _path(self, path: Path, target: Place, detail: bool) -> PathDocument:
        return PathDocument(
            links=path.links,
            routers=path.routers,
            sites=path.sites,
            latency_us=path.latency_us,
            bandwidth_bps=path.bandwidth_bps,
            single_flow_max_bps=path.single_flow_max_bps,
            te_metric=path.te_metric,
            igp_metric=path.igp_metric,
            hop_count=path.hop_count,
            loss_ppm=path.loss_ppm,
            jitter_us=path.jitter_us,
            mtu_bytes=path.mtu_bytes,
            bottleneck_link=path.bottleneck_link,
            pin=self.pin(path, target),
            hops=self._hops(path) if detail else UNSET,
        )

    def pin(self, path: Path, target: Place) -> Pin:
        """The segments that make packets to the target take the path."""
        segments = self._view.engine.pin(path, target)
        return Pin(
            segments=tuple(
                SegmentDocument(adjacency=segment.adjacency or UNSET, sid=None)
                if segment.node is None
                else SegmentDocument(node=segment.node, sid=self._endpoints.node_sid(segment.node))
                for segment in segments
            )
        )

    def _hops(self, path: Path) -> tuple[HopDocument, ...]:
        now_ns = self._now_ns()
        return tuple(
            HopDocument(metric_age_ms=age_ms(self._oldest_ns((hop.link,)), now_ns), **hop._asdict())
            for hop in path.hops
        )

    def _forwarded(self, query: PathQuery, source: Place, target: Place, best: Path) -> ForwardedDocument:
        forwarding = self._view.engine.forwarding(source, target, bandwidth_basis=query.bandwidth_basis)
        violations = _violations(query, forwarding)
        latency = forwarding.latency_us
        return ForwardedDocument(
            status=cast(ForwardingStatus, forwarding.status),
            satisfied=forwarding.status == "predicted" and not violations,
            violations=violations,
            same_as_best=forwarding.same_as(best),
            latency_us=Spread(min=latency.min, max=latency.max),
            bandwidth_bps=forwarding.bandwidth_bps,
            branches=forwarding.branch_count,
        )

    def _forwarding(
        self, query: PathQuery, source: Place, target: Place, started_ns: int
    ) -> ForwardingDocument:
        forwarding = self._view.engine.forwarding(source, target, bandwidth_basis=query.bandwidth_basis)
        violations = _violations(query, forwarding)
        latency = forwarding.latency_us
        return ForwardingDocument(
            status=cast(ForwardingStatus, forwarding.status),
            bandwidth_basis=cast(Basis, forwarding.bandwidth_basis),
            satisfied=forwarding.status == "predicted" and not violations,
            violations=violations,
            latency_us=Spread(min=latency.min, max=latency.max),
            bandwidth_bps=forwarding.bandwidth_bps,
            branches=tuple(BranchDocument(**branch._asdict()) for branch in forwarding.branches),
            links=tuple(
                ShareDocument(link=share.link, fraction_ppm=share.fraction_ppm) for share in forwarding.links
            ),
            timing=self.timing(started_ns, (share.link for share in forwarding.links)),
            topology=self._view.stamp,
        )

    def timing(self, started_ns: int, links: Iterable[str]) -> Timing:
        """How long an answer took since `time.perf_counter_ns`, and how old its links' metrics are."""
        oldest = age_ms(self._oldest_ns(links), self._now_ns())
        return Timing(compute_us=(time.perf_counter_ns() - started_ns) // 1000, oldest_metric_age_ms=oldest)

    def _oldest_ns(self, links: Iterable[str]) -> int:
        """When the oldest of the measured metrics of these links was observed; 0: none is measured."""
        snapshot = self._view.snapshot
        indexes = [snapshot.link_index[link] for link in links]
        times = (
            int(getattr(snapshot, f"{metric}_observed_at_ns")[index])
            for metric in _METRICS
            for index in indexes
        )
        return min((at_ns for at_ns in times if at_ns > 0), default=0)


def _bound(of: str, value: int | None) -> BoundDocument | UnsetType:
    return BoundDocument(of=of, value=value) if of and value is not None else UNSET


def filters_of(constraints: requests.Constraints) -> ConstraintFields:
    """The constraints as the keyword arguments of the path core."""
    names = constraints.__struct_fields__
    return cast(ConstraintFields, {name: getattr(constraints, name) for name in names})


def _filters(query: PathQuery) -> ConstraintFields:
    return {**filters_of(query.constraints), "bandwidth_basis": query.bandwidth_basis, "flows": query.flows}


def _violations(query: PathQuery, forwarding: Forwarding) -> tuple[Violation, ...]:
    if forwarding.status != "predicted":
        return ()
    return tuple(_shown(violation) for violation in forwarding.violations(Constraints(**_filters(query))))


def _refuse_choices(query: PathQuery) -> None:
    for name in ("k", "disjoint", "objective", "explain", "budget_ms"):
        if getattr(query, name) is not UNSET:
            raise Problem("invalid-request", _BEST_ONLY.format(name), pointer=f"/{name}")
    if query.constraints.include:
        raise Problem("invalid-request", _BEST_ONLY.format("include"), pointer="/constraints/include")


def _shown(violation: pathcalc.Violation) -> Violation:
    return Violation(
        constraint=violation.constraint,
        limit=violation.limit,
        value=violation.value,
        detail=violation.sentence,
    )
