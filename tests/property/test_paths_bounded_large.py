"""Bounds on networks where a search needs many labels: landmarks, exact bounds and budgets agree."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import Constraints, NoConnectivity, NoFeasiblePath, PathEngine
from pathcalc.any.single import Found
from tests.kit.graphs import World, make_world

networks = st.builds(
    make_world,
    st.integers(0, 2**32 - 1),
    n_routers=st.integers(20, 60),
    n_circuits=st.integers(60, 160),
    largest=st.sampled_from((20, 1000)),
    unknown=st.just(0.02),
    dead=st.just(0.02),
)
SUMS = ("latency_us", "jitter_us", "te_metric", "igp_metric")
CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


def asked(engine: PathEngine, limits: dict[str, Any], labels: int, *, landmarks: bool) -> Found:
    solver = engine._solver
    if not landmarks:
        solver.landmarks = lambda *_: ()  # type: ignore[method-assign]
    task = solver.task(engine._endpoints.pair("r0", "r1"), Constraints(**limits))
    return engine._single.best(task._replace(labels=labels), "latency")


@CASES
@given(networks, st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_weak_and_exact_bounds_give_one_answer(world: World, tightness: list[int]) -> None:
    if world.sites["r0"] == world.sites["r1"]:
        return
    snapshot = world.snapshot()
    engine = PathEngine(snapshot)
    limits: dict[str, Any] = {}
    try:
        quickest = engine.path("r0", "r1")
        for name, percent in zip(SUMS[1:], tightness, strict=False):
            objective = name.removesuffix("_us")
            if objective == "jitter":
                objective = "te_metric"
            least = engine.path("r0", "r1", objective=objective)  # type: ignore[arg-type]
            low, high = getattr(least, name), getattr(quickest, name)
            if low is not None and high is not None:
                limits[f"max_{name}"] = min(low, high) + abs(high - low) * percent // 100
    except (NoConnectivity, NoFeasiblePath):
        return
    with_landmarks = asked(engine, limits, 10**6, landmarks=True)
    exact = asked(PathEngine(snapshot), limits, 10**6, landmarks=False)
    assert with_landmarks == exact
    short = asked(PathEngine(snapshot), limits, tightness[3], landmarks=tightness[3] % 2 == 0)
    if not short.step:
        assert short == exact
        return
    if exact.links is not None:
        assert (short.bound or 0) <= engine._solver.sum(exact.links, "latency")
    if short.links is not None:
        assert exact.links is not None
        best = engine._solver.sum(exact.links, "latency")
        assert engine._solver.sum(short.links, "latency") >= best
