"""Readiness: has the graph heard from the network?"""

from collections.abc import Callable, Mapping

from topology.status import RouterStatus

NS_PER_S = 1_000_000_000


class Readiness:
    """Ready once every router was in sync, or has been out of reach for `patience_s`.

    A router that is lost later does not take it back, nor does a store: a load balancer must not drop
    a server for what is wrong in the network that it reports on.
    """

    def __init__(
        self,
        router_states: Callable[[], Mapping[str, RouterStatus]],
        *,
        now_ns: Callable[[], int],
        patience_s: float,
    ) -> None:
        self._router_states = router_states
        self._now_ns = now_ns
        self._patience_ns = int(patience_s * NS_PER_S)
        self._waiting = set(router_states())

    @property
    def missing(self) -> tuple[str, ...]:
        """The routers that are still waited for, in inventory order; empty: ready."""
        if not self._waiting:
            return ()
        states = self._router_states()
        self._waiting = {name for name in self._waiting if not self._settled(states[name])}
        return tuple(name for name in states if name in self._waiting)

    @property
    def ready(self) -> bool:
        """Whether nothing is waited for any more."""
        return not self.missing

    def _settled(self, status: RouterStatus) -> bool:
        if status.phase in ("unreachable", "silent"):
            return self._now_ns() - status.since_ns > self._patience_ns
        return status.phase == "synced"
