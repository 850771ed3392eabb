"""Circuits: the state and capacity of each, judged anew whenever something about one of its ends changes.

Before anything is heard of a circuit it is `unconfirmed` for the start-up grace and then `stale`, never
`up`. Its two links share its state and capacity. Of several states the worst counts: down, drained,
stale, unconfirmed, up, in this order.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from topology import ends
from topology.beliefs import Beliefs, Order, order_of
from topology.capacity import circuit_capacity, differences, end_capacity
from topology.ends import End
from topology.hold import Hold
from topology.inconsistencies import Inconsistencies
from topology.inventory import Inventory
from topology.liveness import NEVER_NS, Liveness
from topology.observation import Drain, LagMembers, Neighbour, Observation, Removed
from topology.settings import TopologySettings, nanoseconds
from topology.snapshot import LinkState, Source
from topology.status import EndStatus

MISWIRED = "miswired: "
"""How the cause of a circuit begins that is down because its ends hear others than each other."""


class Circuits:
    """Arrays by circuit index: `state`, `capacity_bps`, `single_flow_max_bps` and the capacity's source.

    `changes` counts how often a state or a capacity changed.
    """

    def __init__(
        self, inventory: Inventory, settings: TopologySettings, liveness: Liveness, now_ns: int
    ) -> None:
        count = len(inventory.circuits)
        self._circuits = inventory.circuits
        self._settings = settings
        self._liveness = liveness
        self._beliefs = Beliefs()
        self.inconsistencies = Inconsistencies(settings)
        self._routers = {router.id: i for i, router in enumerate(inventory.routers)}
        self.ends: list[End] = [end for circuit in inventory.circuits for end in ends.ends_of(circuit)]
        # A port may be of several circuits: of its own, and of the groups elsewhere that say to have it.
        self._by_port: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._groups_of: dict[tuple[str, str], set[str]] = {}
        self._members_of: dict[tuple[str, str], frozenset[str]] = {}
        self._by_router: dict[str, list[int]] = defaultdict(list)
        for i, end in enumerate(self.ends):
            self._by_router[end.router].append(i // 2)
            for port in (end.interface, *end.ports):
                self._by_port[end.router, port].add(i // 2)
        self._inventory_ports = frozenset(self._by_port)
        self._index = {circuit.id: i for i, circuit in enumerate(inventory.circuits)}
        self._drains: dict[str, dict[str, Drain]] = {}  # by id, then by whose word it is
        self._is_down = [False] * count
        self._views: dict[int, tuple[EndStatus, EndStatus]] = {}
        self._holds: dict[int, Hold] = {}
        self._mute_since_ns: dict[int, int] = {}  # by end: heard, but silent on its interface
        self.changes = 0
        self.cause = ["nothing was heard of it yet"] * count
        self.since_ns = [now_ns] * count
        self.state = np.full(count, LinkState.UNCONFIRMED, np.uint8)
        capacities = [circuit.capacity_bps for circuit in inventory.circuits]
        self.capacity_bps = np.array(capacities, np.int64)
        self.capacity_received_at_ns = np.zeros(count, np.int64)
        self.capacity_source = np.full(count, Source.INVENTORY, np.uint8)
        self.single_flow_max_bps = self.capacity_bps.copy()
        self._miswired: dict[int, str] = {}  # circuits whose two ends both hear other routers: how
        for circuit in range(count):
            self._judge(circuit, now_ns)

    def observe(self, observation: Observation, now_ns: int) -> None:
        """Take what a router says about an interface and judge the circuits that it belongs to."""
        if not self._beliefs.apply(observation):
            return
        router, interface = observation.router, getattr(observation, "interface", "")
        if isinstance(observation, LagMembers | Removed) and (router, interface) in self._inventory_ports:
            self._regroup(router, interface)
        for circuit in sorted(self._circuits_of(router, interface)):
            if isinstance(observation, Neighbour | Removed):
                self._judge_wiring(circuit, now_ns)
            self._judge_capacity(circuit, now_ns)
            self._judge(circuit, now_ns)

    def _circuits_of(self, router: str, port: str) -> set[int]:
        """The circuits that what is said of a port may change."""
        found = set(self._by_port.get((router, port), ()))
        for group in self._groups_of.get((router, port), ()):
            found |= self._by_port[router, group]
        return found

    def _regroup(self, router: str, group: str) -> None:
        """Take the members that a group has as of now; those that it had are of it no longer."""
        members = frozenset(self._beliefs.value(router, group, "LagMembers", "members") or ())
        before = self._members_of.pop((router, group), frozenset())
        if members:
            self._members_of[router, group] = members
        for port in members - before:
            self._groups_of.setdefault((router, port), set()).add(group)
        for port in before - members:
            groups = self._groups_of[router, port]
            groups.discard(group)
            if not groups:
                del self._groups_of[router, port]

    def drain(self, observation: Drain, now_ns: int) -> None:
        """Take somebody's word on a router or circuit: it is drained while anybody says so."""
        if observation.id not in self._index and observation.id not in self._routers:
            return
        words = self._drains.setdefault(observation.id, {})
        known = words.get(observation.by)
        if known is not None and _drain_rank(observation) <= _drain_rank(known):
            return
        words[observation.by] = observation
        self.judge_router(observation.id, now_ns)
        if observation.id in self._index:
            self._judge(self._index[observation.id], now_ns)

    def is_drained(self, name: str) -> bool:
        """Whether anybody has taken this router or circuit out of use."""
        return any(word.drained for word in self._drains.get(name, {}).values())

    def judge_router(self, router: str, now_ns: int) -> None:
        """Judge all circuits of a router, whose liveness has changed."""
        for circuit in self._by_router.get(router, ()):
            self._judge(circuit, now_ns)

    def advance(self, now_ns: int) -> None:
        """End the holds and graces whose time has come."""
        for circuit in list(self._waiting(now_ns)):
            self._judge(circuit, now_ns)

    def next_due_ns(self, now_ns: int) -> int:
        """When the next hold or grace ends; NEVER_NS where none runs."""
        patience_ns = nanoseconds(self._settings.stale_after_s)
        holds = [hold.until_ns for hold in self._holds.values() if hold.until_ns is not None]
        graces = [since_ns + patience_ns for since_ns in self._mute_since_ns.values()]
        return min((due_ns for due_ns in (*holds, *graces) if due_ns > now_ns), default=NEVER_NS)

    def held_until_ns(self, circuit: int) -> int | None:
        """When the hold of a circuit ends; None where none runs."""
        hold = self._holds.get(circuit)
        return None if hold is None else hold.until_ns

    def views(self, circuit: int) -> tuple[EndStatus, EndStatus]:
        """What the A-end and the Z-end say."""
        return self._views[circuit]

    def _view(self, end: End) -> EndStatus:
        router = self._routers[end.router]
        heard = LinkState(int(self._liveness.level[router]))
        return ends.view(end, self._beliefs, heard, is_complete=self._liveness.has_synced(router))

    def _waiting(self, now_ns: int) -> Iterable[int]:
        for circuit, hold in self._holds.items():
            if hold.until_ns is not None and now_ns >= hold.until_ns:
                yield circuit
        patience_ns = nanoseconds(self._settings.stale_after_s)
        for end, since_ns in self._mute_since_ns.items():
            if now_ns - since_ns >= patience_ns and self.state[end // 2] < LinkState.STALE:
                yield end // 2

    def _judge(self, circuit: int, now_ns: int) -> None:
        a_end, z_end = self.ends[2 * circuit : 2 * circuit + 2]
        self._views[circuit] = self._view(a_end), self._view(z_end)
        a, z = self._age_mute(circuit, now_ns)
        state, cause = ends.both_ends(a, z)
        if circuit in self._miswired:
            state, cause = LinkState.DOWN, MISWIRED + self._miswired[circuit]
        words = {a.word, z.word}
        heard = a.heard is LinkState.UP and z.heard is LinkState.UP
        contradiction = f"{a.reason}, but {z.reason}" if words == {"up", "down"} and heard else None
        self.inconsistencies.put("ends", self._circuits[circuit].id, contradiction, now_ns)
        state, cause = self._damp(circuit, state, cause, now_ns)
        drained = self._drained_by(circuit)
        if drained is not None and state < LinkState.DRAINED:
            state, cause = LinkState.DRAINED, drained
        if state != self.state[circuit]:
            self.state[circuit] = state
            self.changes += 1
            self.since_ns[circuit] = now_ns
        self.cause[circuit] = cause

    def _age_mute(self, circuit: int, now_ns: int) -> tuple[EndStatus, EndStatus]:
        """An end that is heard but does not speak of its interface is stale after as long as a silent one."""
        patience_ns = nanoseconds(self._settings.stale_after_s)
        aged = []
        for end, status in zip((2 * circuit, 2 * circuit + 1), self._views[circuit], strict=True):
            if status.word != "nothing" or status.heard is not LinkState.UP:
                self._mute_since_ns.pop(end, None)
                aged.append(status)
                continue
            since_ns = self._mute_since_ns.setdefault(end, now_ns)
            heard = LinkState.STALE if now_ns - since_ns >= patience_ns else LinkState.UNCONFIRMED
            aged.append(_replace_heard(status, heard))
        return aged[0], aged[1]

    def _judge_wiring(self, circuit: int, now_ns: int) -> None:
        a, z = self.ends[2 * circuit : 2 * circuit + 2]
        found = [
            *ends.miswired(a, z, self._beliefs, self._inventory_ports),
            *ends.miswired(z, a, self._beliefs, self._inventory_ports),
        ]
        detail = "; ".join(found)
        self.inconsistencies.put("wiring", self._circuits[circuit].id, detail or None, now_ns)
        self._miswired.pop(circuit, None)
        if ends.hears_another_router(a, z, self._beliefs) and ends.hears_another_router(z, a, self._beliefs):
            self._miswired[circuit] = detail

    def _judge_capacity(self, circuit: int, now_ns: int) -> None:
        inventory = self._circuits[circuit]
        a, z = (
            end_capacity(end, inventory, self._beliefs) for end in self.ends[2 * circuit : 2 * circuit + 2]
        )
        capacity = circuit_capacity(a, z, inventory)
        self.inconsistencies.put("capacity", inventory.id, differences(a, z, inventory), now_ns)
        self.changes += capacity.bps != self.capacity_bps[circuit]
        self.capacity_bps[circuit] = capacity.bps
        self.single_flow_max_bps[circuit] = capacity.single_flow_bps
        self.capacity_source[circuit] = capacity.source
        self.capacity_received_at_ns[circuit] = capacity.received_at_ns

    def _damp(self, circuit: int, state: LinkState, cause: str, now_ns: int) -> tuple[LinkState, str]:
        hold = self._holds.get(circuit)
        if state is LinkState.DOWN:
            if not self._is_down[circuit]:
                hold = self._holds.setdefault(circuit, Hold(self._settings))
                hold.fall(now_ns)
                self._is_down[circuit] = True
            return state, cause
        if hold is None:
            return state, cause
        if self._is_down[circuit]:
            self._is_down[circuit] = False
            hold.rise(now_ns)
        if hold.release(now_ns):
            return state, cause
        return LinkState.DOWN, f"{cause}; it fell before and counts only after {hold.length_s:g} s up"

    def _drained_by(self, circuit: int) -> str | None:
        inventory = self._circuits[circuit]
        for name in (inventory.id, inventory.a, inventory.z):
            if self.is_drained(name):
                words = self._drains[name].values()
                return f"{name} is drained by {' and '.join(sorted(w.by for w in words if w.drained))}"
        return None


def _drain_rank(drain: Drain) -> tuple[Order, bool]:
    return (order_of(drain), drain.drained)


def _replace_heard(status: EndStatus, heard: LinkState) -> EndStatus:
    return EndStatus(
        router=status.router,
        interface=status.interface,
        word=status.word,
        heard=heard,
        reason=status.reason,
        received_at_ns=status.received_at_ns,
    )
