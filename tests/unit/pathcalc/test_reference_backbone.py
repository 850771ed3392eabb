"""Answers about the reference backbone, where the documentation's examples are from."""

import math

import pytest

from pathcalc import Exclude, NoFeasiblePath, PathEngine, Segment
from tests.kit.graphs import World, reference_backbone
from tests.oracles import paths as oracle
from tests.oracles import srlg_milp

GBPS = 1_000_000_000


@pytest.fixture(scope="module")
def world() -> World:
    return reference_backbone()


@pytest.fixture(scope="module")
def engine(world: World) -> PathEngine:
    return PathEngine(world.snapshot())


def test_the_best_path_is_not_the_forwarded_one(engine: PathEngine) -> None:
    best = engine.path("shenzhen", "wuhan")
    assert best.links == ("shaoguan-shenzhen-1:za", "changsha-shaoguan-1:za", "wuhan-changsha-1:za")
    assert best.sites == ("shenzhen", "shaoguan", "changsha", "wuhan")
    assert (best.latency_us, best.te_metric, best.igp_metric, best.hop_count) == (6154, 615, 180, 3)
    forwarded = engine.forwarding("shenzhen", "wuhan")
    assert (forwarded.latency_us.min, forwarded.latency_us.max) == (6630, 6684)
    assert forwarded.branch_count == 4
    assert sum(branch.weight_ppm for branch in forwarded.branches) == 1_000_000
    assert not forwarded.same_as(best)


def test_one_segment_makes_packets_take_the_best_path(engine: PathEngine) -> None:
    best = engine.path("shenzhen", "wuhan")
    assert engine.pin(best, "wuhan") == (Segment("changsha-r1", None),)


def test_a_failure_cuts_makes_slower_and_makes_faster(engine: PathEngine) -> None:
    effects = engine.whatif("each_srlg")
    assert len(effects) == 67
    assert any(effect.cut_off for effect in effects)
    assert any(effect.faster for effect in effects)
    assert not any(effect.faster for effect in engine.whatif("each_srlg", routing="any"))


def test_too_much_bandwidth_says_what_can_be_had(engine: PathEngine) -> None:
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("shenzhen", "wuhan", min_bandwidth_bps=10_000 * GBPS, max_latency_us=20_000)
    error = caught.value
    assert [(b.constraint, b.reason) for b in error.binding] == [("min_bandwidth_bps", "limit")]
    relaxation = error.relaxations[0]
    assert relaxation.value == 800 * GBPS
    assert relaxation.sentence == "800,000,000,000 bit/s is the most bandwidth within 20,000 µs"
    assert error.best_without == engine.path("shenzhen", "wuhan")


def test_excluding_the_only_duct_names_it(engine: PathEngine) -> None:
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("xian", "urumqi", exclude=Exclude(srlgs=("duct:hexi-corridor-1",)))
    assert caught.value.binding[0].constraint == "exclude.srlgs"
    assert caught.value.binding[0].reason == "excluded"
    assert caught.value.relaxations[0].value == ("duct:hexi-corridor-1",)


def test_the_site_that_one_duct_cuts_off_has_no_srlg_disjoint_pair(engine: PathEngine) -> None:
    with pytest.raises(NoFeasiblePath) as caught:
        engine.disjoint_paths("xian", "urumqi", level="srlg")
    assert caught.value.binding[0].constraint == "disjoint.srlg"
    assert caught.value.relaxations[0].value == ("circuit",)


def test_every_pair_of_sites_has_a_proved_srlg_answer(world: World, engine: PathEngine) -> None:
    sites = sorted(set(world.sites.values()))
    cut_off = 0
    for source in sites:
        for target in sites:
            if source == target:
                continue
            try:
                answer = engine.disjoint_paths(source, target, level="srlg")
            except NoFeasiblePath:
                cut_off += "urumqi" not in (source, target) and "shenyang" not in (source, target)
                continue
            assert answer.status == "optimal"
            one, two = (tuple(world.by_id[link] for link in path.links) for path in answer)
            assert oracle.shares_nothing(one, two, "srlg")
    assert cut_off == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [("shenzhen", "beijing"), ("chengdu", "shanghai"), ("wuhan", "shenyang"), ("guangzhou", "lanzhou")],
)
def test_srlg_disjoint_pairs_equal_an_integer_programme(
    world: World, engine: PathEngine, source: str, target: str
) -> None:
    least = srlg_milp.least_pair(world, world.routers_at(source), world.routers_at(target))
    try:
        answer = engine.disjoint_paths(source, target, level="srlg")
    except NoFeasiblePath:
        assert least is None
    else:
        assert sum(path.latency_us or 0 for path in answer) == least


def test_matrix_has_no_holes(world: World, engine: PathEngine) -> None:
    sites = sorted(set(world.sites.values()))
    best, forwarded = engine.matrix(sites, sites), engine.matrix(sites, sites, routing="igp")
    assert not any(math.isnan(value) for value in (*best.flat, *forwarded.flat))
    assert (forwarded >= best).all()
    assert best[sites.index("shenzhen"), sites.index("wuhan")] == 6154
