"""Allocations are max-min fair: by the definition, and beside linear programmes of another form."""

import math
from dataclasses import replace
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import AllocationAnswer, Demand, InvalidQuery, PathEngine
from pathcalc.any.programme import Programme
from tests.kit.compared import compared
from tests.kit.graphs import Link, World, make_world
from tests.oracles import forwarding
from tests.oracles import paths as oracle
from tests.oracles.fair_shares import LOOSE, Network, Wish, fair_rates

CASES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LARGEST = 10**9


def network_of(seed: int, n_routers: int, n_circuits: int, *, alike: bool) -> World:
    """A network of links up to LARGEST; `alike`: of few sizes, so that many are full at once."""
    largest = 3 if alike else LARGEST
    world = make_world(seed, n_routers=n_routers, n_circuits=n_circuits, largest=largest, grouped=0.2)
    if not alike:
        return world
    size = LARGEST // largest
    return World(world.sites, tuple(_times(link, size) for link in world.links))


def _times(link: Link, size: int) -> Link:
    capacity, single = link.capacity_bps, link.single_flow_bps
    return replace(link, capacity_bps=capacity and capacity * size, single_flow_bps=single and single * size)


networks = st.builds(
    network_of, st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(1, 16), alike=st.booleans()
)


def worth(link: Link) -> int:
    """All of the link, unless its members have nothing."""
    return 0 if link.single_flow_bps == 0 else link.capacity_bps or 0


def demands_of(world: World, chance: Random) -> list[Demand]:
    """One to five demands between places of the world, some capped, some heavier, some alike."""
    places = world.places()
    pairs = [(a, z) for a in places for z in places if not world.routers_at(a) & world.routers_at(z)]
    largest = max((worth(link) for link in world.links), default=1) or 1
    return [
        Demand(
            *chance.choice(pairs),
            max_bps=chance.choice((None, None, chance.randint(-(-largest // 1000), largest))),
            weight=chance.choice((1, 1, 2, 5)),
        )
        for _ in range(chance.randint(1, 5))
    ]


def wishes_of(world: World, demands: list[Demand]) -> list[Wish]:
    return [
        Wish(world.routers_at(str(d.source)), world.routers_at(str(d.target)), d.max_bps, d.weight)
        for d in demands
    ]


def assert_carried(world: World, answer: AllocationAnswer) -> None:
    """Paths add up to the rates, and what links carry to what the paths say; nothing is overloaded."""
    carried: dict[str, int] = {}
    for one in answer.demands:
        assert sum(bps for _, bps in one.paths) == one.rate_bps
        for path, bps in one.paths:
            for link in path.links:
                carried[link] = carried.get(link, 0) + bps
    assert {one.link: one.flow_bps for one in answer.links} == carried
    assert all(one.flow_bps <= one.bandwidth_bps == worth(world.by_id[one.link]) for one in answer.links)


@CASES
@given(networks, st.randoms(use_true_random=False))
def test_any_paths_are_shared_fairly(world: World, chance: Random) -> None:
    demands = demands_of(world, chance)
    answer = PathEngine(world.snapshot()).allocate(demands, bandwidth_basis="capacity")
    assert_carried(world, answer)
    may = oracle.usable(basis="capacity_bps")
    wishes = wishes_of(world, demands)
    network = Network([(link, worth(link)) for link in world.links if may(link) and worth(link)], wishes)
    expected = fair_rates(network)
    compared("HiGHS by scipy", "allocation", len(demands))
    loose = LOOSE * network.unit
    for one, wish, rate in zip(answer.demands, wishes, expected, strict=True):
        assert abs(one.rate_bps - rate) <= rate * 1e-6 + loose + len(one.paths)  # rounded down by path
        for path, bps in one.paths:
            assert bps > 0
            oracle.assert_valid(world, path.links, wish.sources, wish.targets, may)
            assert one.limit != "links" or set(path.links) & set(one.bottleneck_links)
        if one.limit == "links":
            assert one.bound_bps is not None
            assert one.rate_bps <= one.bound_bps <= rate * (1 + 2e-6) + loose
        elif one.limit == "max_bps":
            assert one.rate_bps == one.demand.max_bps
        else:
            assert (one.rate_bps, one.paths) == (0, ())
    assert answer.status == "optimal"


@CASES
@given(networks, st.randoms(use_true_random=False))
def test_none_can_have_more_unless_one_that_has_no_more_gets_less(world: World, chance: Random) -> None:
    demands = demands_of(world, chance)
    answer = PathEngine(world.snapshot()).allocate(demands, bandwidth_basis="capacity")
    may = oracle.usable(basis="capacity_bps")
    wishes = wishes_of(world, demands)
    network = Network([(link, worth(link)) for link in world.links if may(link) and worth(link)], wishes)
    rates = [one.rate_bps for one in answer.demands]
    lost = LOOSE * network.unit
    for number, wish in enumerate(wishes):
        mine = rates[number] / wish.weight
        kept = [
            rate if rate / other.weight <= mine + lost else 0
            for rate, other in zip(rates, wishes, strict=True)
        ]
        most = network.most(number, [rate / network.unit for rate in kept]) * network.unit
        assert most <= rates[number] + lost * (1 + wish.weight)


@CASES
@given(networks, st.randoms(use_true_random=False), st.booleans())
def test_what_time_or_the_solver_cut_short_fits_and_is_bounded(
    world: World, chance: Random, fails: bool
) -> None:
    """However early it ends, no bound is below what the demand gets of the fair shares."""
    demands = demands_of(world, chance)
    engine = PathEngine(world.snapshot())
    whole = engine.allocate(demands, bandwidth_basis="capacity")
    if fails:
        cut = mock.patch.object(Programme, "solve", side_effect=ArithmeticError)
    else:
        late = SimpleNamespace(monotonic=lambda: math.inf)
        cut = mock.patch("pathcalc.any.allocate.time", late)
    with cut:
        answer = engine.allocate(demands, budget_ms=1, bandwidth_basis="capacity")
    assert_carried(world, answer)
    for one, fair in zip(answer.demands, whole.demands, strict=True):
        assert (one.limit == "no_path") == (fair.limit == "no_path")
        if one.limit == "links":
            assert one.bound_bps is not None
            assert one.rate_bps <= fair.rate_bps + 1
            assert one.bound_bps >= fair.rate_bps - 1
    if fails and any(one.limit == "links" for one in whole.demands):
        assert answer.status == "feasible"


@CASES
@given(networks, st.randoms(use_true_random=False))
def test_forwarded_traffic_is_shared_fairly(world: World, chance: Random) -> None:
    """Every demand is at its cap, or crosses a full link on which none has more than it."""
    demands = demands_of(world, chance)
    answer = PathEngine(world.snapshot()).allocate(demands, routing="igp", bandwidth_basis="capacity")
    assert answer.status == "predicted"
    wishes = wishes_of(world, demands)
    usages = [forwarding.shares(world, wish.sources, wish.targets)[1] for wish in wishes]
    rates = [one.rate_bps for one in answer.demands]
    loads: dict[str, Fraction] = {}
    for usage, rate in zip(usages, rates, strict=True):
        for link, share in usage.items():
            loads[link] = loads.get(link, Fraction(0)) + share * rate
    assert all(load <= worth(world.by_id[link]) for link, load in loads.items())
    whole = {link: int(load) for link, load in loads.items() if load >= 1}
    assert {one.link: one.flow_bps for one in answer.links} == whole
    for one, wish, usage, rate in zip(answer.demands, wishes, usages, rates, strict=True):
        if not usage:
            assert (one.limit, rate) == ("no_path", 0)
        elif one.limit == "max_bps":
            assert rate == one.demand.max_bps
        else:
            (link,) = one.bottleneck_links
            assert loads[link] > worth(world.by_id[link]) - len(demands)  # whole bit/s
            assert all(
                other_rate / other.weight <= (rate + 1) / wish.weight
                for other, other_usage, other_rate in zip(wishes, usages, rates, strict=True)
                if link in other_usage
            )


@CASES
@given(networks, st.randoms(use_true_random=False), st.sampled_from(("any", "igp")))
def test_same_shares_whatever_the_order_of_the_input(world: World, chance: Random, routing: str) -> None:
    demands = demands_of(world, chance)
    one, other = (
        PathEngine(snapshot).allocate(demands, routing=routing, bandwidth_basis="capacity")  # type: ignore[arg-type]
        for snapshot in (world.snapshot(), world.snapshot(chance))
    )
    assert one.links == other.links
    for mine, its in zip(one.demands, other.demands, strict=True):
        assert (mine.rate_bps, mine.bound_bps, mine.paths) == (its.rate_bps, its.bound_bps, its.paths)
        assert (mine.limit, mine.bottleneck_links) == (its.limit, its.bottleneck_links)


@pytest.mark.parametrize(
    ("demands", "field"),
    [
        ([], "demands"),
        ([Demand("a", "b", max_bps=0)], "demands.0.max_bps"),
        ([Demand("a", "b"), Demand("a", "b", weight=0)], "demands.1.weight"),
        ([Demand("a", "b")] * 1_001, "demands"),
    ],
)
def test_bad_demands_are_refused(demands: list[Demand], field: str) -> None:
    links = (Link("x:az", "x", "r0", "r1", 1, 1, 1, 5, 5, (), "up"),)
    engine = PathEngine(World({"r0": "a", "r1": "b"}, links).snapshot())
    with pytest.raises(InvalidQuery) as caught:
        engine.allocate(demands)
    assert caught.value.field == field
    with pytest.raises(InvalidQuery):
        engine.allocate([Demand("a", "b")], max_hops=3)
    with pytest.raises(InvalidQuery):
        engine.allocate([Demand("a", "b")], routing="igp", min_bandwidth_bps=3)
