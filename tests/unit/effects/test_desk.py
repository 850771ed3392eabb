"""The effects desk: what it answers, what it remembers, and what it works out off the loop."""

import asyncio
from typing import Any

from suanlu.effects import Effects, EffectsDesk, SiteNames, WorstPair, loss_of
from suanlu.effects.words import sentence, sentence_zh
from suanlu.published import Published
from tests.kit.wait import eventually
from tests.unit.api.backbone import SQUARE
from topology.graph import LiveGraph
from topology.inventory import Inventory
from topology.observation import InterfaceState, OperStatus, TargetState
from topology.settings import TopologySettings

START_NS = 1_772_352_000_000_000_000
INVENTORY = Inventory.from_json(SQUARE)
DOWN = ("ab-1:az", "ab-1:za")


class Backbone:
    """The square of `tests.unit.api.backbone`, heard and up, behind a desk."""

    def __init__(self, *, heard: bool = True, inline_work: int = 1_000_000) -> None:
        self.graph = LiveGraph(INVENTORY, TopologySettings(), epoch="e", now_ns=START_NS)
        self.published = Published(self.graph)
        self.desk = EffectsDesk(self.published, INVENTORY, inline_work=inline_work)
        if heard:
            for router in INVENTORY.routers:
                self.graph.observe(TargetState(router=router.id, state="synced", **_when(1)))
            self.ports("UP", *(circuit.id for circuit in INVENTORY.circuits), seq=2)

    def ports(self, status: OperStatus, *circuits: str, seq: int) -> None:
        for circuit in (c for c in INVENTORY.circuits if c.id in circuits):
            for router, port in ((circuit.a, circuit.a_interface), (circuit.z, circuit.z_interface)):
                self.graph.observe(
                    InterfaceState(router=router, interface=port, oper_status=status, **_when(seq))
                )
        self.graph.publish(START_NS + seq)
        self.published.swap()


def _when(seq: int) -> dict[str, Any]:
    return {"session": 1, "seq": seq, "observed_at_ns": START_NS + seq, "received_at_ns": START_NS + seq}


def test_a_cut_is_told_by_pairs_and_the_worst_of_them() -> None:
    world = Backbone()
    world.ports("DOWN", "ab-1", seq=3)
    effects = world.desk(DOWN)
    assert effects is not None
    # a–b goes round by c and d, 20 ms instead of 10; a–d takes the way by c at last, 10 ms instead of 20
    assert (effects.pairs_cut, effects.pairs_slower, effects.pairs_faster) == (0, 1, 1)
    assert effects.worst == WorstPair(source="a", target="b", added_latency_us=10_000)
    assert effects.text == "cuts 0 pairs, slows 1 (worst A–B +10.0 ms), speeds 1"
    assert effects.topology_version == world.graph.snapshot.version


def test_what_is_not_down_has_no_effects() -> None:
    world = Backbone()
    assert world.desk(DOWN) is None
    assert world.desk(()) is None
    assert world.desk(("no-such-1:az",)) is None


def test_nothing_is_said_of_a_network_that_is_not_seen() -> None:
    world = Backbone(heard=False)
    world.ports("DOWN", "ab-1", seq=3)
    assert world.published.view.stamp.health == "blind"
    assert world.desk(DOWN) is None


def test_another_cut_changes_what_the_first_one_means() -> None:
    world = Backbone()
    world.ports("DOWN", "ab-1", seq=3)
    first = world.desk(DOWN)
    assert world.desk(DOWN) is first
    world.ports("DOWN", "cd-1", seq=4)
    second = world.desk(DOWN)
    assert first is not None
    assert second is not None
    assert (first.pairs_cut, second.pairs_cut) == (0, 4)


async def test_what_takes_long_is_worked_out_off_the_loop() -> None:
    world = Backbone(inline_work=0)
    world.ports("DOWN", "ab-1", seq=3)
    assert world.desk(DOWN) is None
    async with asyncio.TaskGroup() as group:
        task = group.create_task(world.desk.run())
        await eventually(lambda: world.desk(DOWN) is not None)
        task.cancel()
    assert world.desk(DOWN) == loss_of(world.published.view.engine, DOWN, SiteNames(INVENTORY))


def test_sentences_name_sites_as_people_do() -> None:
    names = SiteNames(INVENTORY)
    effects = Effects(
        pairs_cut=1,
        pairs_slower=34,
        pairs_faster=3,
        pairs_unknown=2,
        topology_version=7,
        worst=WorstPair(source="a", target="b", added_latency_us=2_949),
    )
    assert sentence(effects, names) == "cuts 1 pair, slows 34 (worst A–B +2.9 ms), speeds 3, unknown for 2"
    assert sentence_zh(effects, names) == "中断1对站点，变慢34对（最差 a–b +2.9 ms），变快3对，未知2对"
    nothing = Effects(pairs_cut=0, pairs_slower=0, pairs_faster=0, topology_version=7)
    assert sentence(nothing, names) == "cuts 0 pairs, slows 0, speeds 0"


async def test_a_storm_is_worked_out_off_the_loop_but_for_its_first() -> None:
    world = Backbone(inline_work=50)  # four sites, ten links
    world.ports("DOWN", "ab-1", "cd-1", seq=3)
    assert world.desk(("ab-1:az",)) is not None
    assert world.desk(("cd-1:az",)) is None
    world.ports("DOWN", "ac-1", seq=4)  # another graph, and the loop may be asked again
    assert world.desk(("cd-1:az",)) is not None


async def test_where_traffic_went_is_worked_out_once_a_graph() -> None:
    world = Backbone()
    assert world.desk.moved_onto(DOWN) == frozenset()  # it is up
    world.ports("DOWN", "ab-1", seq=3)
    assert world.desk.moved_onto(DOWN) is None
    running = asyncio.create_task(world.desk.run())
    try:
        await eventually(lambda: world.desk.moved_onto(DOWN) is not None)
    finally:
        running.cancel()
    moved = world.desk.moved_onto(DOWN)
    assert moved is not None
    # a–b goes round by c and d now, both ways; nothing has moved onto the link that is cut
    assert {"ac-1:az", "ac-1:za", "cd-1:az", "cd-1:za", "bd-1:az", "bd-1:za"} >= moved > set()
    assert moved.isdisjoint(DOWN)
