"""Readiness waits for routers, but not for ever."""

from suanlu.readiness import Readiness
from topology.status import RouterStatus

S = 1_000_000_000


class Network:
    """Routers in the phases that a test gives them, and a clock."""

    def __init__(self, **phases: str) -> None:
        self.phases = phases
        self.now_s = 1_000

    def states(self) -> dict[str, RouterStatus]:
        return {
            name: RouterStatus(
                id=name, phase=phase, since_ns=self.now_s * S, drained=False, last_received_ns=0
            )
            for name, phase in self.phases.items()
        }

    def readiness(self, *targets: str) -> Readiness:
        return Readiness(self.states, targets, now_ns=lambda: self.now_s * S, patience_s=30)


def test_every_router_in_sync_once_is_enough() -> None:
    network = Network(a="connecting", b="connecting")
    readiness = network.readiness("a", "b")
    assert readiness.missing == ("a", "b")
    network.phases["a"] = "synced"
    assert readiness.missing == ("b",)
    network.phases |= {"a": "unreachable", "b": "synced"}
    assert readiness.ready
    network.phases["b"] = "unreachable"
    assert readiness.ready


def test_a_router_that_is_tried_again_and_again_is_not_waited_for_for_ever() -> None:
    network = Network(a="synced", b="unreachable")
    readiness = network.readiness("a", "b")
    for phase in ("connecting", "unreachable") * 15:
        network.phases["b"] = phase
        assert not readiness.ready
        network.now_s += 1
    network.now_s += 1
    assert readiness.ready


def test_a_router_without_a_target_is_not_waited_for() -> None:
    assert Network(a="synced", b="connecting").readiness("a").ready
