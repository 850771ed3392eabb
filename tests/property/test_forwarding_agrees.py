"""The path core's forecast and the simulator's routers agree on every link: two codes, one IGP.

What the simulated backbone sends over a link is the demand of every pair of sites times the fraction that
`PathEngine.forwarding` gives that link. (Where only drained circuits lead to a place, the simulated routers
use them as the last resort, and the path core gives no way: such cases are left out.)
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from pathcalc import PathEngine
from tests.kit.graphs import World, reference_backbone
from tests.kit.simulated import StillWorld, reference_inventory
from topology.ids import link_id

HOUR = 15.0
STEADY = {"start_hour": HOUR, "congested_use": 0.9, "peak_use": 0.5}  # nothing is dropped


def forecast_bps(world: World, simulated: StillWorld, sites: list[str]) -> dict[str, float]:
    """The load of every link: the demand between sites, spread as the path core says."""
    engine = PathEngine(world.snapshot())
    demand = simulated.traffic.demand.between_sites(HOUR)
    loads = dict.fromkeys(world.by_id, 0.0)
    for t, target in enumerate(sites):
        for s, source in enumerate(sites):
            if s != t:
                forwarding = engine.forwarding(source, target)
                share = len(forwarding.ingress) / len(world.routers_at(source))
                for link, fraction, _ in forwarding.links:
                    loads[link] += demand[t, s] * share * fraction
    return loads


def with_state(world: World, circuits: Iterable[str], state: str) -> World:
    """The same network with these circuits in another state."""
    wanted = set(circuits)
    links = (replace(link, state=state) if link.circuit in wanted else link for link in world.links)
    return World(world.sites, tuple(links))


@pytest.mark.parametrize(
    ("cut", "drained"),
    [
        ((), ()),
        (("beijing-shanghai-1",), ()),
        (("xian-zhengzhou-1", "xian-zhengzhou-2"), ()),
        (("lanzhou-urumqi-1", "zhongwei-urumqi-1"), ()),
        (("shenzhen-pair-1", "wuhan-changsha-1"), ()),
        ((), ("wuhan-guangzhou-1", "beijing-pair-1")),
    ],
)
def test_measured_shares_are_the_forecast_ones(cut: tuple[str, ...], drained: tuple[str, ...]) -> None:
    inventory = reference_inventory()
    simulated = StillWorld(inventory, **STEADY)
    for circuit in cut:
        simulated.network.circuits[circuit].is_cut = True
    for circuit in drained:
        simulated.network.circuits[circuit].is_drained = True
    simulated.rewire()
    world = with_state(with_state(reference_backbone(), cut, "down"), drained, "drained")
    expected = forecast_bps(world, simulated, [site.id for site in inventory.sites])
    flows = simulated.traffic.flows
    assert flows.dropped_bps.sum() < 1
    ids = [link_id(circuit, way) for circuit in simulated.network.circuits for way in ("az", "za")]
    np.testing.assert_allclose(flows.offered_bps, [expected[link] for link in ids], rtol=1e-6, atol=1e3)
