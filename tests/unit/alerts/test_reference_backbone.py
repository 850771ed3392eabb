"""Every single fault of the reference backbone is told as what it is."""

from collections import defaultdict
from pathlib import Path

import pytest

import suanlu
from tests.kit.alerting import World
from topology.inventory import Inventory

INVENTORY = Inventory.load(Path(suanlu.__file__).parent / "reference-backbone.json")
GROUPS: dict[str, list[str]] = defaultdict(list)
for _circuit in INVENTORY.circuits:
    for _srlg in _circuit.srlgs:
        GROUPS[_srlg].append(_circuit.id)
SHARED = sorted(srlg for srlg, circuits in GROUPS.items() if len(circuits) > 1)


@pytest.fixture(scope="module")
def world() -> World:
    return World(INVENTORY)


def roots(world: World) -> set[str]:
    return {name for name, alert in world.firing().items() if alert.subject.kind != "site"}


def test_each_duct_that_is_cut_is_one_alert_that_names_it(world: World) -> None:
    for srlg in SHARED:
        world.set(*GROUPS[srlg])
        world.wait(1000)
        assert roots(world) == {f"srlg_down {srlg}"}
        world.set(*GROUPS[srlg], state="up")
        world.wait(1000)
        assert world.firing() == {}


def test_each_router_that_dies_is_one_alert_that_names_it(world: World) -> None:
    for router in INVENTORY.routers:
        circuits = [c.id for c in INVENTORY.circuits if router.id in (c.a, c.z)]
        world.set(*circuits)
        world.phase(router.id, "unreachable")
        world.wait(1000)
        assert roots(world) == {f"router_unreachable {router.id}"}
        world.phase(router.id, "synced")
        world.set(*circuits, state="up")
        world.wait(1000)
        assert world.firing() == {}


def test_only_the_deliberate_risks_cut_a_site_off(world: World) -> None:
    found = set()
    for srlg in SHARED:
        world.set(*GROUPS[srlg])
        world.wait(1000)
        found |= {
            (alert.subject.id, srlg) for alert in world.firing().values() if alert.rule == "site_cut_off"
        }
        world.set(*GROUPS[srlg], state="up")
    assert found == {(risk["site"], risk["srlg"]) for risk in INVENTORY.deliberate_risks}


def test_total_loss_is_told_in_few_alerts(world: World) -> None:
    for router in INVENTORY.routers:
        world.phase(router.id, "unreachable")
    world.set(*(circuit.id for circuit in INVENTORY.circuits))
    world.wait(1000)
    covered = [
        link for alert in world.firing().values() if alert.subject.kind != "site" for link in alert.links
    ]
    assert len(covered) == len(set(covered)) == 2 * len(INVENTORY.circuits)
    assert len(roots(world)) < len(INVENTORY.routers)
