"""Alerts from the live graph itself: observations in, alerts out."""

from time import time_ns

from suanlu.alerts import Alert, AlertManager, AlertSettings, Silences
from tests.kit.alerting import MS, START_NS, Remembered, small_inventory
from topology.graph import LiveGraph
from topology.inventory import Circuit
from topology.observation import InterfaceState, OperStatus, TargetPhase, TargetState
from topology.settings import TopologySettings


class Backbone:
    """A live graph whose routers speak by hand; an alert manager listens to it."""

    def __init__(self) -> None:
        self.inventory = small_inventory()
        self.now_ns = START_NS
        self.graph = LiveGraph(self.inventory, TopologySettings(), epoch="e", now_ns=self.now_ns)
        kept = Remembered()
        self.manager = AlertManager(
            self.inventory, AlertSettings(), kept, Silences(kept, now_ns=time_ns), now_ns=lambda: self.now_ns
        )
        self._seq = 0
        for router in self.inventory.routers:
            self.stream(router.id, "synced")
        self.ports("UP", *(circuit.id for circuit in self.inventory.circuits))

    def stream(self, router: str, state: TargetPhase) -> None:
        self._seq += 1
        self.graph.observe(
            TargetState(
                router=router,
                session=1,
                seq=self._seq,
                observed_at_ns=self.now_ns,
                received_at_ns=self.now_ns,
                state=state,
            )
        )
        self._publish()

    def ports(self, status: OperStatus, *circuits: str, routers: tuple[str, ...] = ()) -> None:
        """Both ends (or those of `routers`) report on their interface."""
        for circuit in (c for c in self.inventory.circuits if c.id in circuits):
            for router, interface in _ends(circuit):
                if not routers or router in routers:
                    self._seq += 1
                    self.graph.observe(
                        InterfaceState(
                            router=router,
                            session=1,
                            seq=self._seq,
                            observed_at_ns=self.now_ns,
                            received_at_ns=self.now_ns,
                            interface=interface,
                            oper_status=status,
                            admin_status="UP",
                        )
                    )
        self._publish()

    def wait(self, ms: int) -> None:
        for _ in range(ms // 100):
            self.now_ns += 100 * MS
            self.graph.advance(self.now_ns)
            self._publish()

    def _publish(self) -> None:
        publication = self.graph.publish(self.now_ns)
        if publication is not None:
            self.manager.on_publication(publication)
        self.manager.on_targets(self.graph.router_states)
        self.manager.advance(self.now_ns)

    def firing(self) -> dict[str, Alert]:
        return {f"{a.rule} {a.subject.id}": a for a in self.manager.alerts() if a.state == "firing"}


def _ends(circuit: Circuit) -> tuple[tuple[str, str], tuple[str, str]]:
    return (circuit.a, circuit.a_interface), (circuit.z, circuit.z_interface)


def test_cut_duct_is_one_alert_until_the_hold_is_over() -> None:
    backbone = Backbone()
    backbone.wait(1000)
    assert backbone.firing() == {}
    backbone.ports("DOWN", "a-b-1", "a-b-2")
    backbone.wait(1000)
    assert list(backbone.firing()) == ["srlg_down duct:north"]
    backbone.ports("UP", "a-b-1", "a-b-2")
    backbone.wait(9900)
    assert list(backbone.firing()) == ["srlg_down duct:north"]
    backbone.wait(200)
    assert backbone.firing() == {}


def test_alert_says_what_the_routers_reported() -> None:
    backbone = Backbone()
    backbone.ports("DOWN", "b-c-1", routers=("c-r1",))
    backbone.wait(1000)
    assert backbone.firing()["circuit_down b-c-1"].cause == "c-r1:eth-b-c-1 reports DOWN"


def test_dead_router_is_told_by_its_neighbours() -> None:
    backbone = Backbone()
    backbone.stream("d-r1", "unreachable")
    backbone.ports("DOWN", "c-d-1", "c-d-2", routers=("c-r1",))
    backbone.wait(1000)
    assert set(backbone.firing()) == {"router_unreachable d-r1", "site_cut_off d"}
    backbone.stream("d-r1", "connecting")
    backbone.stream("d-r1", "synced")
    backbone.ports("UP", "c-d-1", "c-d-2")
    backbone.wait(10_100)
    assert backbone.firing() == {}


def test_mute_router_is_blindness_and_not_a_fault() -> None:
    backbone = Backbone()
    backbone.stream("d-r1", "unreachable")
    backbone.wait(6000)
    assert list(backbone.firing()) == ["telemetry_silent d-r1"]
    backbone.stream("d-r1", "synced")
    backbone.wait(100)
    assert backbone.firing() == {}


def test_nothing_is_told_of_a_backbone_that_was_not_yet_heard() -> None:
    inventory = small_inventory()
    graph = LiveGraph(inventory, TopologySettings(), epoch="e", now_ns=START_NS)
    kept = Remembered()
    manager = AlertManager(
        inventory, AlertSettings(), kept, Silences(kept, now_ns=time_ns), now_ns=lambda: START_NS
    )
    manager.on_targets(graph.router_states)
    assert manager.advance(START_NS) == ()
    assert manager.next_due_ns() is None
