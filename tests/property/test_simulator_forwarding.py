"""The simulator's forwarding equals the slow and obvious one, on random networks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanlu.simulator.forwarding import carry
from tests.kit.simulated import StillWorld, inventory_of
from tests.oracles.igp_loads import igp_loads

ROUTERS = ["a", "b", "b2", "c", "d", "e", "e2"]
CIRCUITS = st.lists(
    st.tuples(
        st.sampled_from(ROUTERS), st.sampled_from(ROUTERS), st.integers(1, 3), st.integers(1, 3)
    ).filter(lambda drawn: drawn[0] != drawn[1]),
    min_size=1,
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(CIRCUITS, st.data())
def test_loads_equal_those_of_the_obvious_computation(
    drawn: list[tuple[str, str, int, int]], data: st.DataObject
) -> None:
    names = [f"{a}-{z}#{number}" for number, (a, z, _, _) in enumerate(drawn)]
    metrics = {
        name.replace("-", "_").replace("#", "_"): {"igp_metric": forth, "igp_metric_za": back}
        for name, (_, _, forth, back) in zip(names, drawn, strict=True)
    }
    inventory = inventory_of(*names, **metrics)
    world = StillWorld(inventory)
    cut = data.draw(st.sets(st.sampled_from([c.id for c in inventory.circuits]), max_size=3))
    for name in cut:
        world.network.circuits[name].is_cut = True
    world.rewire()
    fabric, sites, routers = world.traffic.fabric, world.network.sites, list(world.network.routers)
    entering = np.zeros((len(sites), len(routers)))
    wanted = {}
    for site in range(len(sites)):
        for router in range(len(routers)):
            if inventory.routers[router].site != sites[site]:
                entering[site, router] = data.draw(st.integers(0, 5)) * 1e9
                wanted[routers[router], sites[site]] = entering[site, router]
    unlimited = np.full(fabric.links, np.inf)
    flows = carry(fabric, fabric.routes(), entering, unlimited, np.zeros(fabric.links))
    links = [f"{circuit}:{way}" for circuit in world.network.circuits for way in ("az", "za")]
    measured = {link: float(bps) for link, bps in zip(links, flows.carried_bps, strict=True) if bps > 10}
    assert measured == pytest.approx(igp_loads(inventory, wanted, cut), rel=1e-6)
    assert flows.entering_bps.sum() == pytest.approx(flows.leaving_bps.sum())
