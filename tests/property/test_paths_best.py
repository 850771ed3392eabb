"""Best paths equal those of an enumeration of all simple paths: the same links, not only the same value."""

from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import Constraints, Exclude, NoConnectivity, NoFeasiblePath, Path, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
ADDITIVE = ("latency", "te_metric", "igp_metric", "hops")
choices = st.integers(0, 10_000)


def answer(engine: PathEngine, source: str, target: str, **query: object) -> Path | None:
    """The path, or None where there is proved to be none."""
    try:
        return engine.path(source, target, **query)  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        return None


def check(
    world: World,
    found: Path | None,
    ends: tuple[str, str],
    objective: str,
    may: oracle.Usable,
    **bounds: int | None,
) -> None:
    sources, targets = (world.routers_at(end) for end in ends)
    paths = oracle.simple_paths(world, sources, targets, may)
    limits = {"max_latency_us": None, "max_hops": None} | bounds
    expected = min(
        (path for path in paths if oracle.within(path, **limits)), key=oracle.order(objective), default=None
    )
    assert (found and found.links) == (expected and oracle.ids(expected))
    if found is not None and expected is not None:
        oracle.assert_valid(world, found.links, sources, targets, may)
        for name in ADDITIVE:
            total = oracle.value(expected, name)
            field = {"latency": "latency_us", "hops": "hop_count"}.get(name, name)
            assert getattr(found, field) == (None if total == oracle.UNKNOWN else total)


@CASES
@given(worlds(), choices, st.sampled_from(ADDITIVE), st.one_of(st.none(), st.integers(0, 4)))
def test_best_path_under_a_floor(world: World, choice: int, objective: str, floor: int | None) -> None:
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    found = answer(engine, *ends, objective=objective, min_bandwidth_bps=floor)
    check(world, found, ends, objective, may=oracle.usable(objective=objective, floor=floor))


@CASES
@given(worlds(), choices, st.sampled_from(("capacity", "free_now")), st.one_of(st.none(), st.integers(0, 4)))
def test_widest_path(world: World, choice: int, basis: str, max_latency_us: int | None) -> None:
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    found = answer(engine, *ends, objective="widest", bandwidth_basis=basis, max_latency_us=max_latency_us)
    sources, targets = (world.routers_at(end) for end in ends)
    array = {"capacity": "capacity_bps", "free_now": "free_bps"}[basis]
    may = oracle.usable(objective="widest", basis=array)
    paths = oracle.simple_paths(world, sources, targets, may)
    kept = (path for path in paths if oracle.within(path, max_latency_us, None))
    expected = min(kept, key=oracle.order("widest", array), default=None)
    assert (found and found.links) == (expected and oracle.ids(expected))
    if found is not None and expected is not None:
        assert found.bandwidth_bps == min(getattr(link, array) for link in expected)


@CASES
@given(worlds(), choices, st.data())
def test_exclusions_and_states(world: World, choice: int, data: st.DataObject) -> None:
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    pools = {
        "sites": set(world.sites.values()),
        "routers": set(world.sites),
        "circuits": {link.circuit for link in world.links},
        "links": set(world.by_id),
        "srlgs": {srlg for link in world.links for srlg in link.srlgs},
    }
    kind = data.draw(st.sampled_from([name for name, pool in pools.items() if pool]))
    names = data.draw(st.lists(st.sampled_from(sorted(pools[kind])), min_size=1, max_size=2, unique=True))
    stale, draining = data.draw(st.booleans()), data.draw(st.booleans())
    states = ["up", *["stale"] * stale, *["drained"] * draining]
    exclude = Exclude(**{kind: tuple(names)})
    found = answer(engine, *ends, exclude=exclude, allow_stale=stale, allow_draining=draining)
    avoid = set(names) if kind != "sites" else set()
    # A router may have its site's name, so sites are turned into routers here.
    for site in names if kind == "sites" else ():
        avoid |= {router for router, at in world.sites.items() if at == site}
    may = oracle.usable(objective="latency", states=states, avoid=avoid)
    check(world, found, ends, "latency", may=may)


@CASES
@given(
    worlds(),
    choices,
    st.sampled_from((*ADDITIVE, "widest")),
    st.one_of(st.none(), st.integers(0, 12)),
    st.one_of(st.none(), st.integers(0, 5)),
)
def test_bounds_on_sums(
    world: World, choice: int, objective: str, max_latency_us: int | None, max_hops: int | None
) -> None:
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    found = answer(engine, *ends, objective=objective, max_latency_us=max_latency_us, max_hops=max_hops)
    may = oracle.usable(objective=objective)
    check(world, found, ends, objective, may=may, max_latency_us=max_latency_us, max_hops=max_hops)


@CASES
@given(
    worlds(6, 12),
    choices,
    st.sampled_from(ADDITIVE),
    st.integers(1, 12),
    st.tuples(st.one_of(st.none(), st.integers(0, 12)), st.one_of(st.none(), st.integers(0, 5))),
)
def test_k_best_paths(
    world: World, choice: int, objective: str, k: int, bounds: tuple[int | None, int | None]
) -> None:
    max_latency_us, max_hops = bounds
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    sources, targets = (world.routers_at(end) for end in ends)
    every = oracle.simple_paths(world, sources, targets, oracle.usable(objective=objective))
    kept = [path for path in every if oracle.within(path, max_latency_us, max_hops)]
    expected = [oracle.ids(path) for path in islice(sorted(kept, key=oracle.order(objective)), k)]
    try:
        found = engine.k_paths(
            *ends,
            k=k,
            objective=objective,  # type: ignore[arg-type]
            max_latency_us=max_latency_us,
            max_hops=max_hops,
        )
    except (NoConnectivity, NoFeasiblePath):
        assert not expected
    else:
        assert [path.links for path in found] == expected


@CASES
@given(
    worlds(6, 12),
    choices,
    st.sampled_from(ADDITIVE),
    st.tuples(st.integers(1, 4), st.integers(0, 8), st.integers(1, 3)),
)
def test_infeasible_says_why_and_what_would_help(
    world: World, choice: int, objective: str, bounds: tuple[int, int, int]
) -> None:
    floor, max_latency_us, max_hops = bounds
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    limits = Constraints(min_bandwidth_bps=floor, max_latency_us=max_latency_us, max_hops=max_hops)
    try:
        engine.path(
            *ends,
            objective=objective,  # type: ignore[arg-type]
            min_bandwidth_bps=floor,
            max_latency_us=max_latency_us,
            max_hops=max_hops,
        )
    except NoConnectivity:
        assert answer(engine, *ends, objective="hops") is None
        return
    except NoFeasiblePath as caught:
        error = caught
    else:
        return
    without = dict.fromkeys(limits.named())
    best = answer(engine, *ends, objective=objective)
    if best is None:
        assert [binding.constraint for binding in error.binding] == ["objective"]
        return
    assert error.best_without == best
    given_limits = {name: getattr(limits, name) for name in limits.named()}
    binding = [b.constraint for b in error.binding]
    assert binding
    assert answer(engine, *ends, objective=objective, **{n: given_limits[n] for n in binding}) is None
    for name in binding:  # none can be spared
        others = {n: given_limits[n] for n in binding if n != name}
        assert answer(engine, *ends, objective=objective, **others) is not None
    relaxed = {relaxation.constraint: relaxation.value for relaxation in error.relaxations}
    for name in limits.named():
        kept = given_limits | {name: relaxed.get(name)}
        step = 1 if name == "min_bandwidth_bps" else -1
        if name in relaxed:
            assert answer(engine, *ends, objective=objective, **kept) is not None
            tighter = kept | {name: relaxed[name] + step}
            if tighter[name] >= 0:
                assert answer(engine, *ends, objective=objective, **tighter) is None
        else:
            assert name in without


@CASES
@given(worlds(), choices, st.randoms(use_true_random=False))
def test_order_of_input_changes_no_answer(world: World, choice: int, shuffle: object) -> None:
    ends = ends_of(world, choice)
    answers = []
    for snapshot in (world.snapshot(), world.snapshot(shuffle)):  # type: ignore[arg-type]
        engine = PathEngine(snapshot)
        found: list[object] = [answer(engine, *ends, objective=o) for o in (*ADDITIVE, "widest")]
        for level in ("link", "circuit", "router", "srlg"):
            try:
                found.append(engine.disjoint_paths(*ends, level=level).paths)
            except (NoConnectivity, NoFeasiblePath) as error:
                found.append(str(error))
        forwarding = engine.forwarding(*ends)
        found += [forwarding.links, forwarding.branches, forwarding.latency_us]
        answers.append(found)
    assert answers[0] == answers[1]


def test_oracle_does_not_know_the_engine() -> None:
    assert "pathcalc" not in oracle.__dict__
    with pytest.raises(AttributeError):
        oracle.PathEngine  # type: ignore[attr-defined] # noqa: B018
