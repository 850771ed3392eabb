"""Traffic hangs together: what enters leaves, counters are exact, members make up their group."""

import numpy as np
import pytest

from suanlu.simulator.forwarding import carry
from suanlu.simulator.traffic import IN_OCTETS, OUT_DISCARDS, OUT_OCTETS, PACKET_BYTES
from tests.kit.simulated import StillWorld, inventory_of, reference_inventory


def split_of(world: StillWorld, target: str) -> dict[str, float]:
    """Link → share of its tail's traffic to a site."""
    shares = world.traffic.fabric.routes().splits[world.network.sites.index(target)]
    names = [f"{circuit}:{way}" for circuit in world.network.circuits for way in ("az", "za")]
    return {name: float(share) for name, share in zip(names, shares, strict=True) if share}


def test_equal_costs_share_equally_over_next_hops_and_parallel_circuits() -> None:
    world = StillWorld(inventory_of("a-b", "a-b#2", "b-d", "a-c", "c-d"))
    assert split_of(world, "site-d") == {
        "a-b:az": pytest.approx(1 / 3),
        "a-b.2:az": pytest.approx(1 / 3),
        "a-c:az": pytest.approx(1 / 3),
        "b-d:az": 1,
        "c-d:az": 1,
    }


def test_a_drained_circuit_is_avoided_but_is_the_last_resort() -> None:
    world = StillWorld(inventory_of("a-b", "a-b#2", "b-c"))
    world.network.circuits["a-b"].is_drained = True
    world.network.circuits["b-c"].is_drained = True
    assert split_of(world, "site-c") == {"a-b.2:az": 1, "b-c:az": 1}


def test_a_direction_may_have_a_metric_of_its_own() -> None:
    world = StillWorld(inventory_of("a-b", "a-c", "c-b", a_b={"igp_metric": 10, "igp_metric_za": 50}))
    assert split_of(world, "site-b")["a-b:az"] == 1
    assert "a-b:za" not in split_of(world, "site-a")


def test_traffic_leaves_at_the_nearest_router_of_the_target_site() -> None:
    world = StillWorld(inventory_of("a-b1", "b1-b2", "b2-c"))
    assert split_of(world, "site-b") == {"a-b1:az": 1, "b2-c:za": 1}


def test_router_books_balance_in_every_state() -> None:
    world = StillWorld(reference_inventory())
    network, fabric = world.network, world.traffic.fabric
    for cut in ("", "beijing-shanghai-1", "wuhan-changsha-1", "lanzhou-urumqi-1", "zhongwei-urumqi-1"):
        if cut:
            network.circuits[cut].is_cut = True
        world.tick(40)
        world.rewire()
        flows = world.traffic.flows
        inflow = np.bincount(fabric.head, flows.carried_bps, minlength=fabric.routers)
        outflow = np.bincount(fabric.tail, flows.offered_bps, minlength=fabric.routers)
        np.testing.assert_allclose(
            inflow + flows.entering_bps, outflow + flows.leaving_bps, rtol=1e-3, atol=1e6
        )


def test_what_has_no_way_to_its_target_does_not_enter() -> None:
    world = StillWorld(inventory_of("a-b", "b-c", "c-d"))
    before = world.traffic.flows.entering_bps.copy()
    world.network.circuits["b-c"].is_cut = True
    world.rewire()
    after = world.traffic.flows
    assert 0 < after.entering_bps[0] < before[0]
    assert after.carried_bps[2:4].sum() == 0
    assert after.entering_bps.sum() == pytest.approx(after.leaving_bps.sum())


def test_full_links_drop_and_what_they_drop_is_missing_further_on() -> None:
    world = StillWorld(inventory_of("a-b", "b-c"))
    entering = np.zeros((3, 3))
    entering[2, 0] = 300e9
    fabric = world.traffic.fabric
    flows = carry(fabric, fabric.routes(), entering, fabric.capacity_bps(), np.zeros(4))
    assert flows.carried_bps[0] == pytest.approx(100e9)
    assert flows.dropped_bps[0] == pytest.approx(200e9)
    assert flows.offered_bps[2] == pytest.approx(100e9, rel=1e-3)
    assert flows.leaving_bps[2] == pytest.approx(100e9, rel=1e-3)


def test_drops_are_counted_by_the_sender_and_arrivals_equal_departures() -> None:
    world = StillWorld(inventory_of("a-b"))
    world.network.circuits["a-b"].congestion_bps = (150e9, 0)
    world.rewire()
    before, before_z = world.counters("a")["e0"], world.counters("b")["e0"]
    flows = world.traffic.flows
    world.pass_time(7)
    after, after_z = world.counters("a")["e0"], world.counters("b")["e0"]
    sent = after[OUT_OCTETS] - before[OUT_OCTETS]
    assert sent == pytest.approx(after_z[IN_OCTETS] - before_z[IN_OCTETS], abs=2)
    assert sent == pytest.approx(7 * 100e9 / 8, rel=1e-6)
    lost = (after[OUT_DISCARDS] - before[OUT_DISCARDS]) * PACKET_BYTES * 8
    assert lost == pytest.approx(7 * float(flows.dropped_bps[0]), rel=1e-3)


def test_counters_never_go_back_however_they_are_read() -> None:
    world = StillWorld(reference_inventory())
    last = world.counters("wuhan-r1")
    for step in range(200):
        world.pass_time(0.013)
        if step % 7 == 0:
            world.tick(0)
        if step == 100:
            world.network.circuits["wuhan-changsha-1"].is_cut = True
            world.rewire()
        now = world.counters("wuhan-r1")
        for name, row in now.items():
            assert all(a >= b for a, b in zip(row, last[name], strict=True)), name
        last = now


def test_members_make_up_their_group() -> None:
    world = StillWorld(reference_inventory())
    before = world.counters("shenzhen-r2")
    world.tick(10)
    after = world.counters("shenzhen-r2")
    group = next(port for port in world.network.routers["shenzhen-r2"].ports if port.is_group)

    def moved(name: str) -> int:
        return after[name][OUT_OCTETS] - before[name][OUT_OCTETS]

    parts = [moved(member.name) for member in group.members]
    assert sum(parts) == pytest.approx(moved(group.name), abs=4)
    assert min(parts) > 0.4 * moved(group.name)


def test_a_member_that_is_down_leaves_its_share_to_the_others() -> None:
    world = StillWorld(reference_inventory())
    circuit = world.network.circuits["beijing-zhangjiakou-1"]
    circuit.members_down = 1
    world.rewire()
    before = world.counters("beijing-r1")
    world.pass_time(5)
    after = world.counters("beijing-r1")
    down, up = (member.name for member in circuit.a.members)
    assert after[down] == before[down]
    assert after[up][OUT_OCTETS] - before[up][OUT_OCTETS] == pytest.approx(
        after[circuit.a.name][OUT_OCTETS] - before[circuit.a.name][OUT_OCTETS], abs=2
    )
    assert world.traffic.capacity_bps[2 * circuit.index] == 400e9


def test_a_group_below_its_min_links_is_down() -> None:
    members = {"a_member_interfaces": ("m0", "m1"), "z_member_interfaces": ("n0", "n1"), "min_links": 2}
    world = StillWorld(inventory_of("a-b", a_b=members))
    world.network.circuits["a-b"].members_down = 1
    world.rewire()
    assert world.network.circuits["a-b"].a.oper_status == "LOWER_LAYER_DOWN"
    assert [port.oper_status for port in world.network.circuits["a-b"].a.members] == ["DOWN", "UP"]


def test_the_day_peaks_where_it_should_and_most_links_are_in_the_middle() -> None:
    world = StillWorld(reference_inventory(), day_s=240, start_hour=0)
    use = []
    for _ in range(24):
        world.tick(10)
        use.append(world.traffic.flows.carried_bps / world.traffic.capacity_bps)
    peaks = np.array(use).max(axis=0)
    assert 0.80 <= peaks.max() <= 0.90
    middle = np.mean((np.array(use) > 0.2) & (np.array(use) < 0.6))
    assert middle > 0.6
    totals = np.array(use).sum(axis=1)
    assert totals.max() > 1.1 * totals.min()


def test_the_same_seed_gives_the_same_world() -> None:
    one, two = (StillWorld(reference_inventory(), seed=5) for _ in range(2))
    other = StillWorld(reference_inventory(), seed=6)
    for world in (one, two, other):
        world.tick(33)
    assert one.counters("wuhan-r1") == two.counters("wuhan-r1")
    assert one.counters("wuhan-r1") != other.counters("wuhan-r1")


def test_some_counters_are_above_what_a_double_holds() -> None:
    world = StillWorld(reference_inventory())
    assert max(row[IN_OCTETS] for row in world.counters("wuhan-r1").values()) > 2**53
