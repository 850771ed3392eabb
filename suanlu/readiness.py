"""Readiness: has the graph heard from the network?"""

from collections.abc import Callable, Iterable, Mapping

from topology.status import RouterStatus

NS_PER_S = 1_000_000_000


class Readiness:
    """Ready once every router of `targets` was in sync, or `patience_s` after the start at the latest.

    A router that is lost later does not take it back, nor does a store: a load balancer must not drop
    a server for what is wrong in the network that it reports on.
    """

    def __init__(
        self,
        router_states: Callable[[], Mapping[str, RouterStatus]],
        targets: Iterable[str],
        *,
        now_ns: Callable[[], int],
        patience_s: float,
    ) -> None:
        self._router_states = router_states
        self._now_ns = now_ns
        self._until_ns = now_ns() + int(patience_s * NS_PER_S)
        self._waiting = set(targets)

    @property
    def missing(self) -> tuple[str, ...]:
        """The routers that are still waited for, in inventory order; empty: ready."""
        if not self._waiting:
            return ()
        states = self._router_states()
        if self._now_ns() > self._until_ns:
            self._waiting.clear()
        self._waiting = {name for name in self._waiting if states[name].phase != "synced"}
        return tuple(name for name in states if name in self._waiting)

    @property
    def ready(self) -> bool:
        """Whether nothing is waited for any more."""
        return not self.missing
