"""What each command does to the network, without sockets and with time that moves only when told."""

import asyncio

import pytest

from suanlu.simulator.errors import UnknownActionError, UnknownSubjectError, WrongSubjectError
from suanlu.simulator.reading import Reading, World
from suanlu.simulator.timeline import Timeline
from tests.kit.simulated import FaultyWorld


async def test_cut_and_restore_a_circuit() -> None:
    world = FaultyWorld("a-b", "b-c")
    outcome = await world.faults.do("cut", "a-b")
    assert (outcome.kind, outcome.circuits, outcome.routers) == ("circuit", ("a-b",), ())
    assert world.down() == ["a-b"]
    assert world.network.circuits["a-b"].a.last_change_ns == outcome.at_ns
    await world.faults.do("restore", "a-b")
    assert world.down() == []
    assert world.network.circuits["a-b"].a.carrier_transitions == 2


async def test_a_cut_srlg_takes_all_its_circuits() -> None:
    world = FaultyWorld()
    outcome = await world.faults.do("cut", "duct:tongguan-1")
    assert list(outcome.circuits) == world.down() == ["xian-zhengzhou-1", "xian-zhengzhou-2"]
    await world.faults.do("restore", "duct:tongguan-1")
    assert world.down() == []


async def test_a_router_without_power_takes_its_circuits_down_and_its_demand_out() -> None:
    world = FaultyWorld("a-b", "b-c", "c-a2", "a-a2")
    await world.faults.do("cut", "a")
    assert world.log == ["off a"]
    assert world.down() == ["a-b", "a-a2"]
    names = list(world.network.routers)
    entering = world.traffic.flows.entering_bps
    assert entering[names.index("a")] == 0
    assert entering[names.index("a2")] > 0
    await world.faults.do("restore", "a")
    assert world.log == ["off a", "on a"]
    assert world.down() == []


async def test_a_reboot_ends_by_itself() -> None:
    world = FaultyWorld("a-b", "b-c", reboot_s=6)
    await world.faults.do("reboot", "b")
    await world.wait(5.9)
    assert world.down() == ["a-b", "b-c"]
    await world.wait(0.2)
    assert world.down() == []
    assert world.log == ["off b", "on b"]


async def test_a_flap_ends_up() -> None:
    world = FaultyWorld("a-b", flap_period_s=2, flap_count=3)
    await world.faults.do("flap", "a-b")
    states = []
    for _ in range(8):
        states.append("down" if world.down() else "up")
        await world.wait(1)
    assert states == ["down", "up", "down", "up", "down", "up", "up", "up"]
    assert world.network.circuits["a-b"].a.carrier_transitions == 6


async def test_restore_calls_a_flap_off() -> None:
    world = FaultyWorld("a-b", flap_period_s=2, flap_count=3)
    await world.faults.do("flap", "a-b")
    await world.faults.do("restore", "a-b")
    await world.wait(20)
    assert world.network.circuits["a-b"].a.carrier_transitions == 2


async def test_drained_things_are_avoided_and_a_restore_does_not_undrain() -> None:
    world = FaultyWorld("a-b", "b-c", "a-d", "d-c")
    carried = world.traffic.flows.carried_bps
    assert carried[0] > 0
    await world.faults.do("drain", "b")
    await world.faults.do("restore", "b")
    assert world.network.routers["b"].is_drained
    through_b = world.traffic.flows.carried_bps[2]  # b to c: what b itself sends there
    await world.faults.do("undrain", "b")
    assert world.traffic.flows.carried_bps[2] > through_b
    await world.faults.do("drain", "a-b")
    assert world.network.circuits["a-b"].is_drained


async def test_degrade_takes_members_one_by_one_but_never_the_last() -> None:
    world = FaultyWorld()
    circuit = world.network.circuits["shenzhen-pair-1"]
    for _ in range(3):
        await world.faults.do("degrade", circuit.id)
        assert circuit.is_up
        assert circuit.a.active_bps == circuit.z.active_bps == 800_000_000_000
    await world.faults.do("restore", circuit.id)
    assert circuit.a.active_bps == 1_600_000_000_000


async def test_degrade_spoils_a_bare_port() -> None:
    world = FaultyWorld("a-b")
    await world.faults.do("degrade", "a-b")
    before = world.counters("b")["e0"]
    world.pass_time(10)
    after = world.counters("b")["e0"]
    assert world.network.circuits["a-b"].is_up
    assert after[4] > before[4]  # in-errors
    assert after[8] > before[8]  # in-fcs-errors


async def test_congest_fills_both_directions_and_can_be_repeated() -> None:
    world = FaultyWorld("a-b", "b-c")
    for _ in range(2):
        await world.faults.do("congest", "a-b")
        flows = world.traffic.flows
        assert flows.offered_bps[:2] == pytest.approx([105e9, 105e9], rel=0.01)
        assert flows.carried_bps[:2] == pytest.approx([100e9, 100e9])
    await world.faults.do("restore", "a-b")
    assert world.traffic.flows.offered_bps[0] < 100e9


async def test_mute_and_unmute() -> None:
    world = FaultyWorld("a-b")
    await world.faults.do("mute", "a")
    assert world.network.routers["a"].is_mute
    await world.faults.do("unmute", "a")
    assert not world.network.routers["a"].is_mute


@pytest.mark.parametrize("action", ["reboot", "mute", "unmute"])
async def test_some_actions_take_a_router(action: str) -> None:
    world = FaultyWorld()
    with pytest.raises(WrongSubjectError, match=f"{action} takes a router, and duct:tongguan-1 is a srlg"):
        await world.faults.do(action, "duct:tongguan-1")


async def test_what_is_unknown_is_refused_with_what_was_perhaps_meant() -> None:
    world = FaultyWorld()
    with pytest.raises(UnknownActionError, match="did you mean drain") as refused:
        await world.faults.do("drian", "wuhan-r1")
    assert refused.value.near[0] == "drain"
    with pytest.raises(UnknownSubjectError) as unknown:
        await world.faults.do("cut", "wuhan-changsha")
    assert unknown.value.near[0] == "wuhan-changsha-1"
    with pytest.raises(UnknownSubjectError, match="`suanlu topology circuits`"):
        await world.faults.do("cut", "????")


async def test_happenings_come_in_order_of_time() -> None:
    timeline, seen = Timeline(), []

    async def note(what: str) -> None:
        await asyncio.sleep(0)
        seen.append(what)

    for due_ns, what in ((30, "c"), (10, "a"), (20, "b"), (20, "x")):
        timeline.at(due_ns, "x" if what == "x" else "y", lambda what=what: note(what))
    timeline.call_off("x")
    while happening := timeline.due(25):
        await happening()
    assert seen == ["a", "b"]
    assert timeline.next_ns == 30


async def test_a_dimmed_circuit_has_less_light_each_time_until_it_is_restored() -> None:
    world = FaultyWorld("a-b", "b-c")
    port = world.network.circuits["a-b"].z

    def light() -> float:
        return Reading(World(world.traffic, seed=1, started_ns=0), port.router, 0).rx_power_dbm(port)

    first = light()
    await world.faults.do("dim", "a-b")
    await world.faults.do("dim", "a-b")
    assert light() == pytest.approx(first - 6)
    await world.faults.do("restore", "a-b")
    assert light() == first


async def test_of_a_dimmed_bundle_one_member_has_less_light() -> None:
    world, bundle = FaultyWorld(), "beijing-zhangjiakou-1"
    await world.faults.do("dim", bundle)
    ends = (world.network.circuits[bundle].a, world.network.circuits[bundle].z)
    assert [[port.dimmed_db for port in end.members] for end in ends] == [[3, 0], [3, 0]]
    await world.faults.do("restore", bundle)
    assert [end.members[0].dimmed_db for end in ends] == [0, 0]


async def test_a_miswired_circuit_hears_another_router_at_both_ends() -> None:
    world = FaultyWorld("a-b", "b-c")
    circuit = world.network.circuits["a-b"]
    await world.faults.do("miswire", "a-b")
    assert {circuit.a.heard.router.id, circuit.z.heard.router.id} == {"c"}
    await world.faults.do("restore", "a-b")
    assert (circuit.a.heard, circuit.z.heard) == (circuit.z, circuit.a)
