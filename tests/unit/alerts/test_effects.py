"""What an alert says of the traffic that its cause moves."""

from collections.abc import Collection
from typing import Any

import msgspec

from suanlu.alerts.forms.form import Notice
from suanlu.alerts.forms.words import text
from suanlu.effects import Effects
from tests.kit.alerting import World, small_inventory


def counted(links: Collection[str]) -> Effects:
    return Effects(
        pairs_cut=len(links), pairs_slower=0, pairs_faster=0, topology_version=1,
        text=f"cuts {len(links)} pairs", text_zh=f"中断{len(links)}对站点",
    )  # fmt: skip


def annotations(world: World, which: int = -1) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(world.outbox.bodies[which]["noc"])["alerts"][0]["annotations"]
    return found


def test_an_alert_says_what_its_links_do() -> None:
    world = World(small_inventory(), effects_of=counted)
    world.set("b-c-1")
    world.wait(1000)
    (alert,) = world.firing().values()
    assert alert.effects == counted(alert.links)
    assert annotations(world)["affects"] == "cuts 2 pairs"
    notice = Notice("msg", world.outbox.bodies[-1]["noc"])
    assert "\nAffects: cuts 2 pairs\n" in text(notice.alert, "en")
    assert "\n影响：中断2对站点\n" in text(notice.alert, "zh")


def test_a_wider_cause_says_it_anew() -> None:
    world = World(small_inventory(), effects_of=counted)
    world.set("a-b-1")
    world.wait(1500)
    world.set("a-b-2", "a-c-1")
    world.wait(1500)
    assert world.firing()["srlg_down duct:north"].effects == counted(["a link"] * 6)
    assert any("cuts 6 pairs" in str(bodies) for bodies in world.outbox.bodies)


def test_what_is_not_known_is_said_so() -> None:
    world = World(small_inventory())
    world.phase("b-r1", "unreachable")
    world.wait(6000)
    (alert,) = world.firing().values()
    assert alert.effects is None
    assert annotations(world)["affects"].startswith("not known")


def test_a_resolution_says_what_it_had_done() -> None:
    world = World(small_inventory(), effects_of=counted)
    world.set("b-c-1")
    world.wait(1000)
    world.set("b-c-1", state="up")
    assert annotations(world)["affects"] == "cuts 2 pairs"
