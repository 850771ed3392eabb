"""Redundancy that a maintenance window takes was announced; what falls beside it takes more, and is told."""

from suanlu.alerts.measures.measured import Measured
from suanlu.alerts.rules.rule import NS_PER_S, effective
from tests.kit.simulated import inventory_of
from topology.graph import LiveGraph
from topology.observation import Drain, InterfaceState, OperStatus, TargetState
from topology.series import SeriesTable
from topology.settings import TopologySettings

START_NS = 1_790_000_000 * NS_PER_S
CIRCUITS = ("a-b", "b-c", "c-d", "d-a", "b-d")
RING = inventory_of(*CIRCUITS, **{name.replace("-", "_"): {"srlgs": ()} for name in CIRCUITS})


class Ring:
    """a–b–c–d–a and b–d, with the rules that measure over it."""

    def __init__(self) -> None:
        self.now_ns = START_NS
        self.graph = LiveGraph(RING, TopologySettings(), epoch="e", now_ns=START_NS)
        self.worked_on: frozenset[str] = frozenset()
        self.measured = Measured(RING, effective({}), SeriesTable(), worked_on=lambda: self.worked_on)
        for router in RING.routers:
            self.graph.observe(TargetState(router=router.id, state="synced", **self._when()))
        for circuit in RING.circuits:
            self.port(circuit.id, "UP")

    def _when(self) -> dict[str, int]:
        at = {"observed_at_ns": self.now_ns, "received_at_ns": self.now_ns}
        return {"session": 1, "seq": self.now_ns - START_NS, **at}

    def port(self, circuit: str, status: OperStatus) -> None:
        self.now_ns += 1
        for one in (one for one in RING.circuits if one.id == circuit):
            for router, port in ((one.a, one.a_interface), (one.z, one.z_interface)):
                self.graph.observe(
                    InterfaceState(router=router, interface=port, oper_status=status, **self._when())
                )

    def drain(self, circuit: str) -> None:
        self.now_ns += 1
        self.graph.observe(Drain(router="", id=circuit, drained=True, by="maintenance m-1", **self._when()))

    def exposed(self) -> set[str]:
        """The sites of alerts, when it has been so for half an hour."""
        for _ in range(3):
            self.now_ns += 900 * NS_PER_S
            self.graph.publish(self.now_ns)
            self.measured.on_snapshot(self.graph.snapshot)
            self.measured.advance(self.now_ns)
        return {found.subject.id for found in self.measured.findings if found.rule == "redundancy_lost"}


def test_an_operators_drain_that_nobody_announced_is_told() -> None:
    ring = Ring()
    ring.drain("a-b")
    assert ring.exposed() == {"site-a"}


def test_what_the_window_exposes_by_itself_is_not() -> None:
    ring = Ring()
    ring.worked_on = frozenset({"a-b"})
    ring.drain("a-b")
    assert ring.exposed() == set()


def test_what_falls_beside_it_is() -> None:
    ring = Ring()
    ring.worked_on = frozenset({"a-b"})
    ring.drain("a-b")
    ring.port("b-c", "DOWN")
    assert ring.exposed() == {"site-b", "site-c"}


def test_when_the_window_ends_the_network_is_judged_anew() -> None:
    ring = Ring()
    ring.worked_on = frozenset({"a-b"})
    ring.port("a-b", "DOWN")
    assert ring.exposed() == set()
    ring.worked_on = frozenset()
    assert ring.exposed() == {"site-a"}
