"""SRLG-disjoint pairs of networks too large to enumerate, against an integer programme."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, ends_of, make_world
from tests.oracles import paths as oracle
from tests.oracles import srlg_milp

networks = st.builds(
    make_world,
    st.integers(0, 2**32 - 1),
    n_routers=st.integers(20, 50),
    n_circuits=st.integers(40, 120),
    largest=st.sampled_from((3, 1000)),
    unknown=st.just(0.0),
    dead=st.just(0.0),
    ducts=st.integers(10, 40),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks, st.integers(0, 10_000))
def test_pairs_equal_an_integer_programme(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    least = srlg_milp.least_pair(world, sources, targets)
    try:
        answer = PathEngine(world.snapshot()).disjoint_paths(*ends, level="srlg")
    except (NoConnectivity, NoFeasiblePath):
        assert least is None
        return
    one, two = (tuple(world.by_id[link] for link in path.links) for path in answer)
    assert oracle.shares_nothing(one, two, "srlg")
    assert answer.status == "optimal"
    assert oracle.value(one, "latency") + oracle.value(two, "latency") == least
