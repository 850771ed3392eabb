"""The collector on the simulated backbone: every vendor's habits, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collector.settings import Target
from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.collecting import Collected, collecting
from tests.kit.wait import eventually
from topology.inventory import Inventory
from topology.observation import Adjacency, InterfaceState, LagMembers, Neighbour

REFERENCE = Path(__file__).parents[2] / "suanlu" / "reference-backbone.json"
PLATFORMS = {
    "cisco-iosxr": "beijing-r1",
    "juniper-junos": "beijing-r2",
    "nokia-sros": "zhangjiakou-r1",
    "huawei-vrp": "shenzhen-r1",
}


@pytest.fixture
async def backbone() -> AsyncIterator[SimulatedBackbone]:
    async with SimulatedBackbone(Inventory.load(REFERENCE), SimulatorSettings(tick_s=0.1)) as world:
        yield world


def targets_of(world: SimulatedBackbone, *names: str) -> list[Target]:
    routers = {router.id: router for router in world.inventory.routers}
    return [
        Target(id=name, address=routers[name].target or "", profile=routers[name].platform) for name in names
    ]


def arista_of(world: SimulatedBackbone) -> str:
    return next(router.id for router in world.inventory.routers if router.platform == "arista-eos")


async def test_every_platform_gives_rates_state_neighbours_and_groups(backbone: SimulatedBackbone) -> None:
    names = [*PLATFORMS.values(), arista_of(backbone)]
    ends = {}
    for circuit in backbone.inventory.circuits:
        ends.setdefault(circuit.a, []).append(circuit.a_interface)
        ends.setdefault(circuit.z, []).append(circuit.z_interface)
    async with collecting(targets_of(backbone, *names)) as seen:
        for name in names:
            for interface in ends[name]:
                await eventually(
                    lambda n=name, i=interface: seen.value(n, "ifrate", i, "out_bps") is not None,
                    what=f"{name} {interface}",
                )
                assert seen.value(name, "ifstate", interface, "oper_up") == 1
                assert seen.value(name, "ifrate", interface, "speed_bps") is not None
                assert seen.value(name, "ifstate", interface, "mtu_bytes") == 9192
                assert 0 <= (seen.value(name, "ifrate", interface, "out_util") or 0) <= 1
            await eventually(lambda n=name: seen.of(n).phase == "synced")
            assert seen.phases(name) == ["connecting", "syncing", "synced"]
            assert seen.of(name).errors == {}
            assert any(isinstance(o, Neighbour) and o.router == name for o in seen.observed)
        for name in (PLATFORMS["huawei-vrp"], PLATFORMS["nokia-sros"]):
            assert any(isinstance(o, LagMembers) and o.router == name and o.members for o in seen.observed)


async def test_delays_are_those_of_the_inventory(backbone: SimulatedBackbone) -> None:
    async with collecting(targets_of(backbone, *PLATFORMS.values())) as seen:
        for circuit in backbone.inventory.circuits:
            if circuit.a in PLATFORMS.values() and circuit.latency_us:
                told = await eventually(
                    lambda c=circuit: seen.value(c.a, "link_latency", c.a_interface, "latency_us")
                )
                assert abs(told - circuit.latency_us) <= 0.1 * circuit.latency_us + 20


@pytest.mark.parametrize("platform", ["huawei-vrp", "nokia-sros"])
async def test_loss_is_that_of_the_congested_circuit(backbone: SimulatedBackbone, platform: str) -> None:
    router = PLATFORMS[platform]
    circuit, interface = _ends(backbone, router)[0]
    port = next(p for p in backbone.network.routers[router].ports if p.name == interface)
    async with collecting(targets_of(backbone, router)) as seen:
        await eventually(lambda: seen.value(router, "link_latency", interface, "loss_ppm") == 0)
        await backbone.fault("congest", circuit)
        await backbone.fault("congest", circuit)  # what others send there is more than it carries
        await eventually(lambda: backbone.reading(router).loss(port) > 0.002)
        lost_ppm = await eventually(lambda: seen.value(router, "link_latency", interface, "loss_ppm"))
        reading = backbone.reading(router)
        share = reading.round_trip_loss(port) if platform == "huawei-vrp" else reading.loss(port)
        assert lost_ppm == pytest.approx(share * 1e6, rel=0.5, abs=1500)


async def test_a_cut_is_observed_at_once(backbone: SimulatedBackbone) -> None:
    async with collecting(targets_of(backbone, "beijing-r1", "zhangjiakou-r1")) as seen:
        for name in ("beijing-r1", "zhangjiakou-r1"):
            await eventually(lambda n=name: seen.of(n).phase == "synced")
        before = len(seen.observed)
        await backbone.fault("cut", "beijing-zhangjiakou-1")

        def told() -> set[str]:
            return {
                o.router
                for o in seen.observed[before:]
                if isinstance(o, InterfaceState) and o.oper_status in ("DOWN", "LOWER_LAYER_DOWN")
            }

        await eventually(lambda: told() == {"beijing-r1", "zhangjiakou-r1"}, deadline_s=2)


async def test_rates_are_what_the_counters_moved(backbone: SimulatedBackbone) -> None:
    circuit = next(c for c in backbone.inventory.circuits if c.id == "beijing-zhangjiakou-1")
    async with collecting(targets_of(backbone, circuit.a, circuit.z)) as seen:
        await eventually(lambda: seen.value(circuit.z, "ifrate", circuit.z_interface, "in_bps"))
        await eventually(lambda: seen.value(circuit.a, "ifrate", circuit.a_interface, "out_bps"))
        out = seen.value(circuit.a, "ifrate", circuit.a_interface, "out_bps") or 0
        received = seen.value(circuit.z, "ifrate", circuit.z_interface, "in_bps") or 0
        assert abs(out - received) <= 0.05 * out


@pytest.mark.parametrize("encoding", ["proto", "json_ietf", "json"])
@pytest.mark.parametrize("platform", sorted(PLATFORMS))
async def test_every_encoding_says_the_same(
    backbone: SimulatedBackbone, platform: str, encoding: str
) -> None:
    name = PLATFORMS[platform]
    async with collecting(targets_of(backbone, name), encodings=(encoding,)) as seen:
        await eventually(lambda: seen.of(name).phase == "synced")
        interface = next(
            c.a_interface if c.a == name else c.z_interface
            for c in backbone.inventory.circuits
            if name in (c.a, c.z)
        )
        octets = await eventually(lambda: seen.value(name, "ifcounters", interface, "in_octets"))
        port = next(p for p in backbone.servers[name].router.ports if p.name == interface)
        assert octets > 10**6
        assert seen.value(name, "ifrate", interface, "speed_bps") == (
            port.active_bps if port.is_group else port.speed_bps
        )
        assert seen.of(name).dropped["unreadable"] == seen.of(name).dropped["unreadable_state"] == 0


async def test_a_router_that_comes_back_is_in_sync_again(backbone: SimulatedBackbone) -> None:
    server = backbone.servers["beijing-r1"]
    async with collecting(targets_of(backbone, "beijing-r1")) as seen:
        await eventually(lambda: seen.of("beijing-r1").phase == "synced")
        port = server.port
        await server.stop()
        await eventually(lambda: "unreachable" in seen.phases("beijing-r1"))
        await server.start(port)
        await eventually(lambda: seen.of("beijing-r1").phase == "synced")
        assert seen.of("beijing-r1").swept == 0


async def test_a_mute_router_is_silent_and_then_back(backbone: SimulatedBackbone) -> None:
    async with collecting(targets_of(backbone, "beijing-r1")) as seen:
        await eventually(lambda: seen.of("beijing-r1").phase == "synced")
        await backbone.fault("mute", "beijing-r1")
        await eventually(lambda: seen.of("beijing-r1").phase == "silent", deadline_s=3)
        # A new connection on which nothing comes either is no less silent.
        await eventually(lambda: seen.phases("beijing-r1")[-2:] == ["syncing", "silent"], deadline_s=5)
        await backbone.fault("unmute", "beijing-r1")
        await eventually(lambda: seen.of("beijing-r1").phase == "synced", deadline_s=5)


async def test_batches_carry_what_was_received(backbone: SimulatedBackbone) -> None:
    async with collecting(targets_of(backbone, "beijing-r1", "beijing-r2")) as seen:
        await asyncio.gather(
            *(eventually(lambda n=n: seen.of(n).phase == "synced") for n in ("beijing-r1", "beijing-r2"))
        )
    announced = {series.id for batch in seen.batches for series in batch.new_series}
    used = {int(row) for batch in seen.batches for row in batch.series}
    used |= {text.series for batch in seen.batches for text in batch.texts}
    assert used <= announced
    for name in ("beijing-r1", "beijing-r2"):
        assert sum(batch.received.get(name, 0) for batch in seen.batches) == seen.of(name).received


def adjacencies(seen: Collected, router: str, interface: str) -> list[bool]:
    """What was said of the adjacency over an interface, in order."""
    told = (one for one in seen.observed if isinstance(one, Adjacency))
    return [one.up for one in told if (one.router, one.interface) == (router, interface)]


async def test_a_cut_takes_the_adjacency_down_on_every_platform(backbone: SimulatedBackbone) -> None:
    chosen = {
        platform: next(
            (router.id, end)
            for router in backbone.inventory.routers
            if router.platform == platform
            for end in _ends(backbone, router.id)
        )
        for platform in (*PLATFORMS, "arista-eos")
    }
    names = [router for router, _ in chosen.values()]
    tags = {(router, end): ("site", f"{circuit}:az") for router, (circuit, end) in chosen.values()}
    async with collecting(targets_of(backbone, *names), tags=tags) as seen:
        for router, (_, interface) in chosen.values():
            await eventually(lambda r=router, i=interface: adjacencies(seen, r, i), what=f"{router} is up")
            assert all(adjacencies(seen, router, interface))
        for circuit in {circuit for _, (circuit, _) in chosen.values()}:
            await backbone.fault("cut", circuit)
        for router, (_, interface) in chosen.values():
            await eventually(
                lambda r=router, i=interface: not adjacencies(seen, r, i)[-1], what=f"{router} is down"
            )
        for circuit in {circuit for _, (circuit, _) in chosen.values()}:
            await backbone.fault("restore", circuit)
        for router, (_, interface) in chosen.values():
            await eventually(
                lambda r=router, i=interface: adjacencies(seen, r, i)[-1], what=f"{router} is up again"
            )


def _ends(world: SimulatedBackbone, router: str) -> list[tuple[str, str]]:
    """The circuits of a router, each with the interface that it has there."""
    return [
        (circuit.id, circuit.a_interface if circuit.a == router else circuit.z_interface)
        for circuit in world.inventory.circuits
        if router in (circuit.a, circuit.z)
    ]
