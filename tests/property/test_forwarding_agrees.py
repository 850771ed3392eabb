"""The path core's forecast and the simulator's routers agree on every link: two codes, one IGP.

What the simulated backbone sends over a link is the demand of every pair of sites times the fraction that
`PathEngine.forwarding` gives that link, whatever is cut, without power or drained; and both are what a count
in fractions along networkx's shortest paths gives.
"""

from collections.abc import Collection
from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathcalc import PathEngine
from suanlu.simulator.forwarding import carry
from tests.kit.graphs import World, world_of
from tests.kit.simulated import StillWorld, inventory_of, reference_inventory
from tests.oracles import forwarding as oracle
from topology.ids import link_id
from topology.inventory import Inventory

HOUR = 15.0
STEADY = {"start_hour": HOUR, "congested_use": 0.9, "peak_use": 0.1}  # nothing is dropped
UNIT_BPS = 1e12

Ids = Collection[str]


def in_trouble(inventory: Inventory, cut: Ids, drained: Ids) -> tuple[StillWorld, World]:
    """The same trouble for the simulated network and the path core; ids of circuits or routers."""
    simulated = StillWorld(inventory, **STEADY)
    network = simulated.network
    for name in cut:
        if name in network.circuits:
            network.circuits[name].is_cut = True
        else:
            network.routers[name].is_powered = False
    for name in drained:
        (network.circuits.get(name) or network.routers[name]).is_drained = True
    simulated.rewire()
    states = {}
    for circuit in inventory.circuits:
        concerned = {circuit.id, circuit.a, circuit.z}
        if not concerned.isdisjoint(cut):
            states[circuit.id] = "down"
        elif not concerned.isdisjoint(drained):
            states[circuit.id] = "drained"
    return simulated, world_of(inventory, states)


def with_primaries(inventory: Inventory, routers: Ids) -> Inventory:
    """The inventory with these as the primary routers of their sites."""
    primary = {router.site: router.id for router in inventory.routers if router.id in routers}
    sites = tuple(replace(site, primary_router=primary.get(site.id)) for site in inventory.sites)
    return replace(inventory, sites=sites)


def links_of(inventory: Inventory) -> list[str]:
    """Link ids in the simulator's order."""
    return [link_id(circuit.id, way) for circuit in inventory.circuits for way in ("az", "za")]


def forecast_bps(world: World, simulated: StillWorld, sites: list[str]) -> dict[str, float]:
    """The load of every link: the demand between sites, spread as the path core says."""
    engine = PathEngine(world.snapshot())
    demand = simulated.traffic.demand.between_sites(HOUR)
    loads = dict.fromkeys(world.by_id, 0.0)
    for t, target in enumerate(sites):
        for s, source in enumerate(sites):
            if s != t:
                for link, fraction, _ in engine.forwarding(source, target).links:
                    loads[link] += demand[t, s] * fraction
    return loads


@pytest.mark.parametrize(
    ("cut", "drained"),
    [
        ((), ()),
        (("beijing-shanghai-1",), ()),
        (("xian-zhengzhou-1", "xian-zhengzhou-2"), ()),
        (("lanzhou-urumqi-1", "zhongwei-urumqi-1"), ()),
        ((), ("lanzhou-urumqi-1", "zhongwei-urumqi-1")),
        (("shenzhen-pair-1", "wuhan-changsha-1"), ()),
        ((), ("wuhan-guangzhou-1", "beijing-pair-1")),
        (("beijing-r2",), ()),
        ((), ("beijing-r1",)),
        (("beijing-r2",), ("beijing-r1", "wuhan-r1")),
    ],
)
def test_measured_shares_are_the_forecast_ones(cut: Ids, drained: Ids) -> None:
    inventory = reference_inventory()
    simulated, world = in_trouble(inventory, cut, drained)
    expected = forecast_bps(world, simulated, [site.id for site in inventory.sites])
    flows = simulated.traffic.flows
    assert flows.dropped_bps.sum() < 1
    wanted = [expected[link] for link in links_of(inventory)]
    np.testing.assert_allclose(flows.offered_bps, wanted, rtol=1e-6, atol=1e3)


def test_a_router_that_is_cut_off_swallows_none_of_its_sites_traffic() -> None:
    inventory = reference_inventory()
    lonely = [circuit.id for circuit in inventory.circuits if "shenzhen-r2" in (circuit.a, circuit.z)]
    simulated, world = in_trouble(inventory, lonely, ())
    sites = [site.id for site in inventory.sites]
    demand = simulated.traffic.demand.between_sites(HOUR)
    entering = simulated.traffic.demand.entering(HOUR, simulated.traffic.fabric.routes())
    shenzhen, routers = sites.index("shenzhen"), list(simulated.network.routers)
    np.testing.assert_allclose(entering[:, routers.index("shenzhen-r1")], demand[:, shenzhen])
    assert entering[:, routers.index("shenzhen-r2")].sum() == 0
    expected = forecast_bps(world, simulated, sites)
    flows = simulated.traffic.flows
    wanted = [expected[link] for link in links_of(inventory)]
    np.testing.assert_allclose(flows.offered_bps, wanted, rtol=1e-6, atol=1e3)


@pytest.mark.parametrize(
    ("cut", "drained"),
    [((), ()), (("shenzhen-r2",), ()), ((), ("shenzhen-r2",)), (("wuhan-changsha-1",), ())],
)
def test_traffic_enters_at_the_primary_router_while_that_can_do(cut: Ids, drained: Ids) -> None:
    inventory = with_primaries(reference_inventory(), ("shenzhen-r2", "wuhan-r1"))
    simulated, world = in_trouble(inventory, cut, drained)
    expected = forecast_bps(world, simulated, [site.id for site in inventory.sites])
    wanted = [expected[link] for link in links_of(inventory)]
    np.testing.assert_allclose(simulated.traffic.flows.offered_bps, wanted, rtol=1e-6, atol=1e3)
    ingress = PathEngine(world.snapshot()).forwarding("shenzhen", "beijing").ingress
    assert ingress == (("shenzhen-r1",) if "shenzhen-r2" in (*cut, *drained) else ("shenzhen-r2",))


ROUTERS = ("a", "a2", "b", "b2", "b3", "c", "d")
CIRCUITS = st.lists(
    st.tuples(
        st.sampled_from(ROUTERS), st.sampled_from(ROUTERS), st.integers(1, 3), st.integers(1, 3)
    ).filter(lambda drawn: drawn[0] != drawn[1]),
    min_size=1,
    max_size=14,
)


def drawn_inventory(circuits: list[tuple[str, str, int, int]]) -> Inventory:
    """The inventory of circuits (router, router, metric, metric back)."""
    names = [f"{a}-{z}#{number}" for number, (a, z, _, _) in enumerate(circuits)]
    metrics = {
        name.replace("-", "_").replace("#", "_"): {"igp_metric": forth, "igp_metric_za": back}
        for name, (_, _, forth, back) in zip(names, circuits, strict=True)
    }
    return inventory_of(*names, **metrics)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(CIRCUITS, st.data())
def test_fractions_are_those_of_simulator_and_oracle(
    circuits: list[tuple[str, str, int, int]], data: st.DataObject
) -> None:
    inventory = drawn_inventory(circuits)
    routers = [router.id for router in inventory.routers]
    some_circuits = st.sets(st.sampled_from([circuit.id for circuit in inventory.circuits]), max_size=5)
    some_routers = st.sets(st.sampled_from(routers), max_size=2)
    inventory = with_primaries(inventory, data.draw(some_routers))
    cut = data.draw(some_circuits) | data.draw(some_routers)
    drained = data.draw(some_circuits) | data.draw(some_routers)
    simulated, world = in_trouble(inventory, cut, drained)
    engine = PathEngine(world.snapshot())
    fabric = simulated.traffic.fabric
    routes = fabric.routes()
    unlimited, nothing = np.full(fabric.links, np.inf), np.zeros(fabric.links)
    links, sites = links_of(inventory), [site.id for site in inventory.sites]
    for source, target in permutations(sites, 2):
        found = engine.forwarding(source, target)
        ingress, shares = oracle.shares(world, world.routers_at(source), world.routers_at(target))
        assert set(found.ingress) == ingress
        forecast = {link: fraction for link, fraction, _ in found.links}
        assert forecast == pytest.approx({link: float(share) for link, share in shares.items()})
        entering, t = np.zeros((len(sites), len(routers))), sites.index(target)
        at_source = fabric.site_routers[sites.index(source)]
        entering[t, at_source] = UNIT_BPS * routes.doors[t, at_source]
        assert {routers[r] for r in at_source if entering[t, r]} == ingress
        carried = carry(fabric, routes, entering, unlimited, nothing).carried_bps / UNIT_BPS
        np.testing.assert_allclose(carried, [forecast.get(link, 0.0) for link in links], atol=1e-9)
