"""How a make of router speaks gNMI: its leaves, what it refuses, and how it packs its answers.

The base class is a plain OpenConfig router. Each vendor's file changes what that vendor does otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import grpc

from suanlu.simulator import wire
from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.tree import Leaf, Tree
from suanlu.simulator.values import Value, typed_value
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_adjacency, openconfig_leaves
from suanlu.simulator.wire import Elem, Path

UPDATES_A_MESSAGE = 100


class Refusal(Exception):
    """The RPC ends with this status."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class Answer:
    """What to send at once: values by leaf, leaves gone, in which encoding, and the target to mirror."""

    __slots__ = ("at_ns", "deletes", "encoding", "target", "updates")

    def __init__(
        self,
        at_ns: int,
        updates: Sequence[tuple[Leaf, Value]],
        deletes: Sequence[Leaf] = (),
        *,
        encoding: int = wire.PROTO,
        target: str = "",
    ) -> None:
        self.at_ns = at_ns
        self.updates = updates
        self.deletes = deletes
        self.encoding = encoding
        self.target = target


class Dialect:
    """A plain OpenConfig router: grouped by list entry, prefix and relative paths."""

    profile = "openconfig"
    origins: tuple[str, ...] = ("", "openconfig")
    answer_origin = ""
    encodings: tuple[int, ...] = (wire.JSON, wire.JSON_IETF, wire.PROTO)
    organization = "OpenConfig working group"
    software = "1.0"
    json_modules: Mapping[str, str] = {}
    """First element → module that qualifies the top names of a JSON_IETF document (RFC 7951 §4)."""

    def tree(self, router: RouterNode) -> Tree:
        """Build the router's leaves."""
        return Tree(openconfig_leaves(router, self.adjacency, self.software), SCHEMA)

    def adjacency(self, port: Port) -> Iterator[Leaf]:
        """The IS-IS adjacency over a circuit; without its peer it is told to be down."""
        return openconfig_adjacency(port, port.name, "DOWN")

    def models(self) -> tuple[tuple[str, str, str], ...]:
        """The models of Capabilities: name, organization, version."""
        return tuple(
            (name, "OpenConfig working group", version)
            for name, version in (
                ("openconfig-interfaces", "3.7.2"),
                ("openconfig-if-ethernet", "2.14.0"),
                ("openconfig-if-aggregate", "2.4.4"),
                ("openconfig-lldp", "0.2.1"),
                ("openconfig-platform", "0.29.0"),
                ("openconfig-system", "2.3.0"),
                ("openconfig-network-instance", "4.6.0"),
            )
        )

    def resolve(self, prefix: Path | None, path: Path) -> tuple[Elem, ...]:
        """Return the absolute pattern of a request's path; raises Refusal for a wrong origin."""
        origin = path.origin or (prefix.origin if prefix else "")
        if origin and origin not in self.origins and not self.takes_origin(origin):
            known = ", ".join(repr(name) for name in self.origins if name)
            raise Refusal(
                grpc.StatusCode.INVALID_ARGUMENT, f"origin {origin!r} is unknown here; known: {known}"
            )
        return (*(prefix.elems if prefix else ()), *path.elems)

    def takes_origin(self, origin: str) -> bool:
        """True where a model's name may stand as origin (`openconfig-interfaces`)."""
        return origin.startswith("openconfig-")

    def check_prefix(self, prefix: Path | None) -> None:
        """Raise Refusal where the request's prefix as such is not taken."""

    def select(self, tree: Tree, patterns: Sequence[tuple[Elem, ...]]) -> list[tuple[Leaf, ...]]:
        """Return the leaves of each pattern; raises Refusal where one is not of the schema."""
        for pattern in patterns:
            if not tree.knows(pattern):
                raise self.unknown_path(pattern)
        return [tree.select(pattern) for pattern in patterns]

    def unknown_path(self, pattern: tuple[Elem, ...]) -> Refusal:
        """The refusal of a path that the schema does not have."""
        names = "/".join(name for name, _ in pattern)
        return Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"unknown path: /{names}")

    def check_on_change(self, leaves: Sequence[Leaf]) -> None:
        """Raise Refusal where ON_CHANGE of these is not possible; silence is the other habit."""

    def skips(self, leaf: Leaf, value: object) -> bool:
        """True where a later SAMPLE leaves this value out."""
        return False

    def pack(self, answer: Answer) -> Iterator[bytes]:
        """Yield the SubscribeResponses that carry an answer."""
        for notification in self.notifications(answer):
            yield wire.update_response(notification)

    def notifications(self, answer: Answer) -> Iterator[bytes]:
        """Yield Notification bodies: one for each list entry, its path the prefix."""
        for group in by_entry(answer.updates):
            yield wire.encode_notification(
                answer.at_ns,
                prefix=self.prefix(group[0][0].entry, answer.target),
                updates=self.updates(group, answer.encoding),
            )
        for leaf in answer.deletes:
            yield wire.encode_notification(
                answer.at_ns, prefix=self.prefix(leaf.entry, answer.target), deletes=(leaf.suffix,)
            )

    def updates(self, group: Sequence[tuple[Leaf, Value]], encoding: int) -> list[bytes]:
        """The updates of one list entry, their paths relative to it."""
        return [
            wire.encode_update(leaf.suffix, typed_value(value, leaf.kind, encoding, leaf.module))
            for leaf, value in group
        ]

    def prefix(self, elems: bytes, target: str) -> bytes:
        """The body of the prefix: origin where this make sends one, elements, the target mirrored."""
        return wire.text(2, self.origin_of(elems)) + elems + wire.text(4, target)

    def origin_of(self, elems: bytes) -> str:
        """The origin that answers carry for a path (its encoded elements)."""
        return self.answer_origin


def by_entry(updates: Iterable[tuple[Leaf, Value]]) -> Iterator[list[tuple[Leaf, Value]]]:
    """Group updates that follow one another by their list entry, at most UPDATES_A_MESSAGE in each."""
    group: list[tuple[Leaf, Value]] = []
    for pair in updates:
        if group and (pair[0].entry != group[0][0].entry or len(group) >= UPDATES_A_MESSAGE):
            yield group
            group = []
        group.append(pair)
    if group:
        yield group
