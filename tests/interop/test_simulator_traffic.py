"""What the routers' counters say over gNMI hangs together, before and after a cut."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest

from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from suanlu.simulator.network import Port
from tests.kit.gnmi import gnmi_stub, one_request, subscribe_request, updates_of
from tests.kit.simulated import reference_inventory
from tests.oracles.igp_loads import igp_loads

PERIOD_S = 0.5
PATHS = {
    "huawei-vrp": (
        "/huawei-ifm:ifm/interfaces/interface[name=*]/mib-statistics",
        {"receive-byte": "in", "send-byte": "out", "send-drop-packet": "dropped"},
    )
}
OPENCONFIG = (
    "/interfaces/interface[name=*]/state/counters",
    {"in-octets": "in", "out-octets": "out", "out-discards": "dropped"},
)


class Sampler:
    """Counters of every router, sampled over gNMI: [router, interface, what] → [(time, value), …]."""

    def __init__(self, backbone: SimulatedBackbone) -> None:
        self._backbone = backbone
        self.samples: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
        self.rounds = dict.fromkeys(backbone.network.routers, 0)
        self._grown = asyncio.Condition()

    async def run(self, router: str) -> None:
        """Subscribe to one router and keep what it says."""
        path, names = PATHS.get(self._backbone.network.routers[router].profile, OPENCONFIG)
        last_ns = 0
        async with gnmi_stub(self._backbone.servers[router].target) as stub:
            request = subscribe_request((path, "sample", PERIOD_S))
            async for response in stub.Subscribe(one_request(request)):
                at_ns = response.update.timestamp
                if at_ns > last_ns:
                    last_ns = at_ns
                    await self._count(router)
                for leaf_path, value in updates_of(response).items():
                    interface = leaf_path.partition("[name=")[2].rpartition("]")[0]
                    leaf = leaf_path.rpartition("/")[2]
                    if leaf in names:
                        self.samples[router, interface, names[leaf]].append((at_ns, value))

    async def _count(self, router: str) -> None:
        async with self._grown:
            self.rounds[router] += 1
            self._grown.notify_all()

    async def wait_rounds(self, more: int) -> None:
        """Wait until every router has been sampled so many times more."""
        wanted = {router: count + more for router, count in self.rounds.items()}
        async with self._grown, asyncio.timeout(20):
            await self._grown.wait_for(
                lambda: all(self.rounds[router] >= count for router, count in wanted.items())
            )

    def rate_bps(self, port: Port, what: str, *, first: int, last: int = -1) -> float:
        """The average rate between two samples of an interface."""
        found = self.samples[port.router.id, port.name, what]
        if len(found) < 2:  # a counter that is zero is left out by Junos
            return 0.0
        (t0, v0), (t1, v1) = found[max(first, -len(found))], found[last]
        return 8e9 * (v1 - v0) / (t1 - t0)


@pytest.fixture
async def sampled() -> Any:
    settings = SimulatorSettings(tick_s=0.25, day_s=3600, start_hour=15)
    async with SimulatedBackbone(reference_inventory(), settings) as backbone:
        sampler = Sampler(backbone)
        tasks = [asyncio.create_task(sampler.run(router)) for router in backbone.network.routers]
        yield backbone, sampler
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def books_balance(backbone: SimulatedBackbone, sampler: Sampler) -> None:
    """Inflow and what enters equal outflow and what leaves, at every router, within 1 %."""
    flows = backbone.traffic.flows
    for router in backbone.network.routers.values():
        ports = router.circuit_ports
        inflow = sum(sampler.rate_bps(port, "in", first=-4) for port in ports)
        outflow = sum(sampler.rate_bps(port, "out", first=-4) for port in ports)
        entering = float(flows.entering_bps[router.index])
        leaving = float(flows.leaving_bps[router.index])
        assert inflow - outflow == pytest.approx(
            leaving - entering, abs=0.01 * max(inflow, outflow, entering, leaving)
        ), router.id


async def test_inflow_less_outflow_is_local_demand(sampled: tuple[SimulatedBackbone, Sampler]) -> None:
    backbone, sampler = sampled
    await sampler.wait_rounds(5)
    books_balance(backbone, sampler)


async def test_what_a_sends_z_receives(sampled: tuple[SimulatedBackbone, Sampler]) -> None:
    backbone, sampler = sampled
    await backbone.fault("congest", "wuhan-hefei-1")
    await sampler.wait_rounds(6)
    for circuit in backbone.network.circuits.values():
        for sender, receiver in ((circuit.a, circuit.z), (circuit.z, circuit.a)):
            sent = sampler.rate_bps(sender, "out", first=-4)
            received = sampler.rate_bps(receiver, "in", first=-4)
            assert received == pytest.approx(sent, rel=0.01, abs=1e6), circuit.id
    full = backbone.network.circuits["wuhan-hefei-1"]
    assert sampler.rate_bps(full.a, "out", first=-3) == pytest.approx(400e9, rel=0.001)
    assert sampler.rate_bps(full.a, "dropped", first=-3) > 0


async def test_books_balance_with_a_full_link(sampled: tuple[SimulatedBackbone, Sampler]) -> None:
    backbone, sampler = sampled
    await backbone.fault("cut", "crossing:yangtze-wuhan-1")
    await backbone.fault("congest", "chongqing-wuhan-1")
    await sampler.wait_rounds(6)
    assert backbone.traffic.flows.dropped_bps.max() > 1e9
    flows, fabric = backbone.traffic.flows, backbone.traffic.fabric
    for router in backbone.network.routers.values():
        inflow = sum(sampler.rate_bps(port, "in", first=-4) for port in router.circuit_ports)
        outflow = sum(sampler.rate_bps(port, "out", first=-4) for port in router.circuit_ports)
        dropped = float(flows.dropped_bps[fabric.tail == router.index].sum())
        entering, leaving = flows.entering_bps[router.index], flows.leaving_bps[router.index]
        assert inflow + entering == pytest.approx(outflow + dropped + leaving, rel=0.01), router.id


async def test_after_a_cut_the_lost_load_is_on_the_surviving_branches_within_two_samples(
    sampled: tuple[SimulatedBackbone, Sampler],
) -> None:
    backbone, sampler = sampled
    cut = "guangzhou-shenzhen-1"
    await sampler.wait_rounds(4)
    lost_bps = sampler.rate_bps(backbone.network.circuits[cut].a, "out", first=-3)
    assert lost_bps > 50e9
    outcome = await backbone.fault("cut", cut)
    await sampler.wait_rounds(3)
    expected = igp_loads(backbone.inventory, _entering(backbone), {cut})
    for circuit in backbone.network.circuits.values():
        for way, port in (("az", circuit.a), ("za", circuit.z)):
            samples = sampler.samples[port.router.id, port.name, "out"]
            first = next((i for i, (t_ns, _) in enumerate(samples) if t_ns >= outcome.at_ns), -1)
            measured = sampler.rate_bps(port, "out", first=first - len(samples), last=first + 1)
            named = f"{circuit.id}:{way}"
            assert measured == pytest.approx(expected.get(named, 0.0), rel=0.02, abs=1e8), named
    await sampler.wait_rounds(3)
    books_balance(backbone, sampler)


def _entering(backbone: SimulatedBackbone) -> dict[tuple[str, str], float]:
    """What enters now, by router and target site."""
    traffic = backbone.traffic
    hour = traffic.demand.hour((backbone.now_ns() - traffic.started_ns) / 1e9)
    matrix = traffic.demand.entering(hour, traffic.fabric.routes())
    return {
        (router, site): float(matrix[row, column])
        for row, site in enumerate(backbone.network.sites)
        for column, router in enumerate(backbone.network.routers)
    }
