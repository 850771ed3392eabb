"""Which leaves a pattern means."""

import pytest

from suanlu.simulator.tree import Entry, Tree, path_text
from suanlu.simulator.values import Kind
from suanlu.simulator.wire import Elem
from tests.kit.gnmi import gnmi_path


def pattern(text: str) -> tuple[Elem, ...]:
    return tuple((elem.name, tuple(sorted(elem.key.items()))) for elem in gnmi_path(text).elem)


def tree() -> Tree:
    leaves = []
    for name in ("e0", "e1/1"):
        entry = Entry(("interfaces", {}), ("interface", {"name": name}))
        for below in ("state/oper-status", "state/counters/in-octets", "config/name"):
            leaves.append(entry.leaf(below, lambda r: 1, Kind.UINT64))
    leaves.append(Entry(("mod:system", {}), ("state", {})).leaf("hostname", lambda r: "x", Kind.TEXT))
    return Tree(leaves, ["/interfaces/interface/state/last-clear"])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("/interfaces/interface[name=e0]/state/oper-status", 1),
        ("/interfaces/interface[name=e1/1]/state", 2),
        ("/interfaces/interface[name=*]/state/counters", 2),
        ("/interfaces/interface/state/counters", 2),
        ("/interfaces/*/state/counters/*", 2),
        ("/interfaces/interface/*/oper-status", 2),
        ("/.../in-octets", 2),
        ("/interfaces/.../state/...", 4),
        ("/...", 7),
        ("", 7),
        ("/system/state", 1),
        ("/mod:system", 1),
        ("/interfaces/interface[id=e0]", 0),
        ("/interfaces/interface[name=e9]/state", 0),
        ("/interfaces/interface/state/oper-status/below", 0),
    ],
)
def test_a_pattern_selects(text: str, count: int) -> None:
    assert len(tree().select(pattern(text))) == count


def test_the_schema_has_nodes_without_data() -> None:
    known = tree()
    assert known.knows(pattern("/interfaces/interface[name=e9]/state/last-clear"))
    assert known.knows(pattern("/interfaces/*/state"))
    assert not known.knows(pattern("/interfaces/interface/state/nonsense"))
    assert not known.knows(pattern("/nonsense"))


def test_keys_are_written_as_the_specification_has_it() -> None:
    elems = (("a", (("k", r"x]y\z"), ("b", "/1"))), ("c", ()))
    assert path_text(elems) == r"/a[b=/1][k=x\]y\\z]/c"
