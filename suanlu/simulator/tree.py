"""A router's tree of leaves, and which of them a path of a request means.

A pattern's element matches by name, `*` matches any one name, `...` any number of levels; a missing
key or `*` matches every entry (gnmi-path-conventions.md). Module prefixes (`openconfig-interfaces:`)
are looked at by the dialect, not here. A path that matches no leaf may still be one of the schema:
then nothing is sent and that is no error.
"""

from collections.abc import Callable, Iterable

from suanlu.simulator import wire
from suanlu.simulator.network import Port
from suanlu.simulator.reading import Reading
from suanlu.simulator.values import Kind, Value
from suanlu.simulator.wire import Elem

Read = Callable[[Reading], Value | None]


class Leaf:
    """One leaf: where it stands, how it is read, how it is typed.

    `split`: how many elements make the entry that it is grouped by (an interface, a session).
    `on_change`: it can be streamed by ON_CHANGE. `read` gives None while the leaf does not exist.
    """

    __slots__ = ("elems", "entry", "key", "kind", "module", "on_change", "read", "split", "suffix")

    def __init__(
        self,
        elems: tuple[Elem, ...],
        read: Read,
        kind: Kind,
        *,
        split: int,
        on_change: bool = False,
        module: str = "",
    ) -> None:
        self.elems = elems
        self.read = read
        self.kind = kind
        self.split = split
        self.on_change = on_change
        self.module = module
        self.key = path_text(elems)
        self.entry = wire.encode_path(elems[:split])
        self.suffix = wire.encode_path(elems[split:])

    def __repr__(self) -> str:
        return f"<Leaf {self.key}>"


def when_up(port: Port, read: Read) -> Read:
    """A leaf that exists while the port is up."""
    return lambda reading: read(reading) if port.is_up else None


def with_peer(port: Port, present: str, absent: str | None) -> Read:
    """A leaf that says whether the peer at the circuit's other end is heard."""
    return lambda reading: present if port.circuit.is_up else absent


class Entry:
    """A container or list entry that leaves stand in; they are packed together."""

    def __init__(self, *path: tuple[str, dict[str, str]]) -> None:
        self.elems: tuple[Elem, ...] = tuple((name, tuple(sorted(keys.items()))) for name, keys in path)

    def leaf(self, below: str, read: Read, kind: Kind, *, on_change: bool = False, module: str = "") -> Leaf:
        """Make the leaf at `below` (names parted by slashes) in this entry."""
        names: tuple[Elem, ...] = tuple((name, ()) for name in below.split("/"))
        return Leaf(self.elems + names, read, kind, split=len(self.elems), on_change=on_change, module=module)


class Tree:
    """All leaves of one router."""

    def __init__(self, leaves: Iterable[Leaf], schema: Iterable[str] = ()) -> None:
        self.leaves = tuple(leaves)
        self._schema = {names for leaf in self.leaves for names in _ancestors(leaf.elems)}
        for path in schema:
            self._schema |= set(_ancestors(tuple((name, ()) for name in path.strip("/").split("/"))))
        self._found: dict[tuple[Elem, ...], tuple[Leaf, ...]] = {}

    def select(self, pattern: tuple[Elem, ...]) -> tuple[Leaf, ...]:
        """Return the leaves at and below the pattern, in the tree's order."""
        found = self._found.get(pattern)
        if found is None:
            found = tuple(leaf for leaf in self.leaves if matches(pattern, leaf.elems))
            if len(self._found) < 1000:  # a client may invent patterns without end
                self._found[pattern] = found
        return found

    def knows(self, pattern: tuple[Elem, ...]) -> bool:
        """True where the schema has such a node, though there may be no data in it now."""
        names = tuple((local(name), ()) for name, _ in pattern)
        return not names or any(
            matches(names, tuple((name, ()) for name in known), below=False) for known in self._schema
        )


def matches(pattern: tuple[Elem, ...], elems: tuple[Elem, ...], *, below: bool = True) -> bool:
    """True where `elems` is the pattern's node, or (`below`) stands under it."""
    if not pattern:
        return below or not elems
    name, keys = pattern[0]
    if name == "...":
        return any(matches(pattern[1:], elems[skip:], below=below) for skip in range(len(elems) + 1))
    if not elems or (name not in {"*", elems[0][0]} and local(name) != local(elems[0][0])):
        return False
    if keys and not _keys_match(keys, elems[0][1]):
        return False
    return matches(pattern[1:], elems[1:], below=below)


def local(name: str) -> str:
    """Return an element's name without its module: `huawei-ifm:ifm` is `ifm`."""
    return name.rpartition(":")[2]


def path_text(elems: Iterable[Elem]) -> str:
    """Write a path as gnmi-path-strings.md has it, keys sorted: /a/b[k=v]/c."""
    return "".join(
        f"/{name}" + "".join(f"[{key}={_escape(value)}]" for key, value in sorted(keys))
        for name, keys in elems
    )


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("]", "\\]")


def _keys_match(wanted: tuple[tuple[str, str], ...], have: tuple[tuple[str, str], ...]) -> bool:
    values = dict(have)
    return all(key in values and value in {"*", values[key]} for key, value in wanted)


def _ancestors(elems: tuple[Elem, ...]) -> Iterable[tuple[str, ...]]:
    names = tuple(local(name) for name, _ in elems)
    return (names[:depth] for depth in range(1, len(names) + 1))
