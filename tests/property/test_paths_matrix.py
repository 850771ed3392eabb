"""Every cell of a matrix is what the question for its pair answers."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import InvalidQuery, NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, worlds
from tests.oracles import forwarding
from tests.oracles import paths as oracle

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@CASES
@given(
    worlds(5, 8),
    st.sampled_from(("latency", "te_metric", "igp_metric", "hops", "bandwidth")),
    st.one_of(st.none(), st.integers(0, 3)),
)
def test_cells_are_best_values(world: World, metric: str, floor: int | None) -> None:
    places = world.places()
    values = PathEngine(world.snapshot()).matrix(places, places, metric=metric, min_bandwidth_bps=floor)  # type: ignore[arg-type]
    assert values.dtype == np.float64
    objective = "widest" if metric == "bandwidth" else metric
    may = oracle.usable(objective=objective, floor=floor)
    for row, source in zip(values, places, strict=True):
        for value, target in zip(row, places, strict=True):
            sources, targets = world.routers_at(source), world.routers_at(target)
            if sources & targets:
                assert value == (math.inf if metric == "bandwidth" else 0)
                continue
            every = oracle.simple_paths(world, sources, targets, may)
            best = min(every, key=oracle.order(objective), default=None)
            if best is None:
                assert math.isnan(value)
            elif metric == "bandwidth":
                assert value == min(link.free_bps for link in best if link.free_bps is not None)
            else:
                assert value == oracle.value(best, objective)


@CASES
@given(worlds(5, 9), st.sampled_from(("latency", "te_metric", "hops", "bandwidth")))
def test_igp_cells_are_means_over_the_branches(world: World, metric: str) -> None:
    places = sorted(set(world.sites.values()))
    values = PathEngine(world.snapshot()).matrix(places, places, metric=metric, routing="igp")  # type: ignore[arg-type]
    for row, source in zip(values, places, strict=True):
        for value, target in zip(row, places, strict=True):
            if source == target:
                continue
            sources, targets = world.routers_at(source), world.routers_at(target)
            branches = forwarding.branches(world, sources, targets)
            links = {name: [world.by_id[link] for link in name] for name in branches}
            if metric == "bandwidth":
                narrow = [link.free_bps for path in links.values() for link in path]
                expected = None if None in narrow or not narrow else min(n for n in narrow if n is not None)
            else:
                sums = {name: oracle.value(path, metric) for name, path in links.items()}
                expected = None
                if sums and oracle.UNKNOWN not in sums.values():
                    expected = float(sum(part * sums[name] for name, part in branches.items()))
            assert math.isnan(value) if expected is None else value == pytest.approx(expected)


def test_bounds_are_refused_by_name() -> None:
    world = World({"a": "a", "b": "b"}, ())
    engine = PathEngine(world.snapshot())
    with pytest.raises(InvalidQuery, match="max_latency_us"):
        engine.matrix(["a"], ["b"], max_latency_us=1)
    with pytest.raises(InvalidQuery, match="metric"):
        engine.matrix(["a"], ["b"], metric="beauty")  # type: ignore[arg-type]
    with pytest.raises((NoConnectivity, NoFeasiblePath)):
        engine.path("a", "b")
