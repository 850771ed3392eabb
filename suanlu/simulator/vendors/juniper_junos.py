"""Juniper Junos: paths split anywhere, keys in elements without a name, zero counters left out.

Delay: /junos/rpm/history-results, probes of owner `suanlu`, round trip and jitter in µs.
Facts: telegraf issue_16515 (nameless elements), juniper.net subscribe-rpc (zero suppression),
telegraf issue_17154 (the registered extension 1 on every message).
"""

from collections.abc import Iterator, Sequence

from suanlu.simulator import wire
from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.tree import Entry, Leaf, Tree, when_up
from suanlu.simulator.values import Kind, Value, typed_value
from suanlu.simulator.vendors.dialect import Answer, Dialect, by_entry
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_adjacency, openconfig_leaves
from suanlu.simulator.wire import Elem


class JuniperJunos(Dialect):
    """See the module."""

    profile = "juniper-junos"
    organization = "Juniper Networks, Inc."
    software = "24.4R1.10"

    def tree(self, router: RouterNode) -> Tree:
        """OpenConfig and the round trips of RPM."""
        delays = (leaf for port in router.circuit_ports for leaf in _delay(port))
        return Tree([*openconfig_leaves(router, self.adjacency, self.software), *delays], SCHEMA)

    def adjacency(self, port: Port) -> Iterator[Leaf]:
        """The adjacency on the logical interface; without its peer it is deleted."""
        return openconfig_adjacency(port, f"{port.name}.0", None)

    def skips(self, leaf: Leaf, value: object) -> bool:
        """Counters that are zero appear in the initial values only."""
        return value == 0 and "counters" in leaf.key

    def pack(self, answer: Answer) -> Iterator[bytes]:
        """Every message has Juniper's header extension."""
        header = wire.registered_extension(1, wire.integer(1, answer.at_ns // 1_000_000))
        for notification in self.notifications(answer):
            yield wire.update_response(notification, header)

    def notifications(self, answer: Answer) -> Iterator[bytes]:
        """The split between prefix and update moves from message to message."""
        for turn, group in enumerate(by_entry(answer.updates)):
            yield _notification(answer, group, turn)
        for leaf in answer.deletes:
            prefix = self.prefix(leaf.entry, answer.target)
            yield wire.encode_notification(answer.at_ns, prefix=prefix, deletes=(leaf.suffix,))


def _notification(answer: Answer, group: Sequence[tuple[Leaf, Value]], turn: int) -> bytes:
    """Put one element more or less into the prefix, by `turn`, and now and then part keys from names."""
    first = group[0][0]
    cut = (first.split - 1, first.split, first.split + (len(first.elems) - first.split > 1))[turn % 3]
    if any(leaf.elems[:cut] != first.elems[:cut] for leaf, _ in group):
        cut = first.split
    shape = _parted if turn % 2 else tuple
    prefix = wire.encode_path(shape(first.elems[:cut]), target=answer.target)
    updates = [
        wire.encode_update(
            wire.encode_path(shape(leaf.elems[cut:])),
            typed_value(value, leaf.kind, answer.encoding, leaf.module),
        )
        for leaf, value in group
    ]
    return wire.encode_notification(answer.at_ns, prefix=prefix, updates=updates)


def _parted(elems: tuple[Elem, ...]) -> tuple[Elem, ...]:
    """Move keys out of their element into one without a name that follows it."""
    found: list[Elem] = []
    for name, keys in elems:
        found += [(name, ()), ("", keys)] if keys else [(name, keys)]
    return tuple(found)


def _delay(port: Port) -> Iterator[Leaf]:
    probe = {"owner": "suanlu", "test-name": port.name}
    entry = Entry(("junos", {}), ("rpm", {}), ("history-results", {}), ("probe", probe))
    yield entry.leaf("rtt", when_up(port, lambda r: round(r.round_trip_us(port))), Kind.UINT32)
    yield entry.leaf("jitter", when_up(port, lambda r: round(r.jitter_us(port))), Kind.UINT32)
