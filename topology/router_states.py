"""The streams of all routers as a mapping: a status is made when it is asked for."""

from collections.abc import Iterator, Mapping

from topology.circuits import Circuits
from topology.liveness import Liveness
from topology.status import RouterStatus


class RouterStates(Mapping[str, RouterStatus]):
    """Router id → its status as of now; a view, not a copy."""

    def __init__(self, routers: Mapping[str, int], liveness: Liveness, circuits: Circuits) -> None:
        self._routers = routers
        self._liveness = liveness
        self._circuits = circuits

    def __getitem__(self, name: str) -> RouterStatus:
        router = self._routers[name]
        phase, since_ns = self._liveness.phase(router)
        return RouterStatus(
            id=name,
            phase=phase,
            since_ns=since_ns,
            drained=self._circuits.is_drained(name),
            last_received_ns=int(self._liveness.received_at_ns[router]) or None,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._routers)

    def __len__(self) -> int:
        return len(self._routers)
