"""IS-IS adjacencies on their way into observations: told, lost, and not told any more."""

import pytest

from tests.kit.readers import START_NS, Desk
from tests.kit.responses import json_ietf, update
from topology.observation import Adjacency, Removed

ISIS = "/network-instances/network-instance[name=default]/protocols/protocol[identifier=ISIS][name=core]/isis"
HUAWEI = (
    "/huawei-network-instance:network-instance/instances/instance[name=_public_]/huawei-isis:isis/sites/site[id=1]"
    "/peers/peer[system-id={system}][level={level}][circuit-id=1][interface-name=e1]"
)
NOKIA = "/state/router[router-name=Base]/isis[isis-instance=0]/interface[interface-name=e1]"
STATUS = "/interfaces/interface[name=e1]/state/oper-status"


def adjacency(system: str, *, level: int = 2, interface: str = "e1") -> str:
    return (
        f"{ISIS}/interfaces/interface[interface-id={interface}]/levels/level[level-number={level}]"
        f"/adjacencies/adjacency[system-id={system}]"
    )


def state(system: str, **where: int | str) -> str:
    return f"{adjacency(system, **where)}/state/adjacency-state"


def said(desk: Desk) -> list[tuple[str, int, bool] | str]:
    """What was observed since the last call, shortened: (interface, level, up), or the kind removed."""
    found: list[tuple[str, int, bool] | str] = []
    for one in desk.observed:
        if isinstance(one, Adjacency):
            found.append((one.interface, one.level, one.up))
        elif isinstance(one, Removed):
            found.append(one.kind)
    desk.observed.clear()
    return found


@pytest.mark.parametrize(
    ("profile", "path", "value", "level", "up"),
    [
        ("openconfig", state("s2"), "UP", 2, True),
        ("openconfig", state("s2", level=1), "INIT", 1, False),
        ("openconfig", state("s2"), "FAILED", 2, False),
        ("huawei-vrp", HUAWEI.format(system="s2", level="level-2") + "/status", "up", 2, True),
        ("huawei-vrp", HUAWEI.format(system="s2", level="level-1") + "/status", "init", 1, False),
        ("nokia-sros", f"{NOKIA}/adjacency[adjacency-index=1]/oper-state", "up", 0, True),
        ("nokia-sros", f"{NOKIA}/adjacency[adjacency-index=1]/oper-state", "initializing", 0, False),
    ],
)
def test_every_make_says_it_in_its_words(profile: str, path: str, value: str, level: int, up: bool) -> None:
    desk = Desk(profile)
    desk.read(update({path: value}, at_ns=START_NS - 5), session=9)
    (seen,) = desk.observed
    assert seen == Adjacency(
        router="r1",
        session=9,
        seq=1,
        observed_at_ns=START_NS - 5,
        received_at_ns=START_NS,
        interface="e1",
        level=level,
        up=up,
    )


def test_adjacency_of_both_levels_counts_for_both() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({HUAWEI.format(system="s2", level="level-1-2") + "/status": "up"}))
    assert said(desk) == [("e1", 1, True), ("e1", 2, True)]


def test_one_neighbour_that_is_up_is_enough() -> None:
    desk = Desk()
    desk.read(update({state("s2"): "DOWN", state("s3"): "UP"}))
    assert said(desk) == [("e1", 2, True)]


def test_json_subtree_holds_the_keys() -> None:
    desk = Desk()
    text = '{"levels":{"level":[{"level-number":2,"adjacencies":{"adjacency":[{"system-id":"s2","state":'
    document = json_ietf(text + '{"adjacency-state":"UP"}}]}}]}}')
    desk.read(update({f"{ISIS}/interfaces/interface[interface-id=e1]": document}))
    assert said(desk) == [("e1", 2, True)]


def test_logical_interface_stands_for_the_port_of_the_circuit() -> None:
    desk = Desk(tags={("r1", "ae1"): ("s", "c:az"), ("r1", "ae2.5"): ("s", "d:az")})
    for name in ("ae1.0", "ae2.5", "ae3.0"):
        desk.read(update({state("s2", interface=name): "UP"}))
    assert said(desk) == [("ae1", 2, True), ("ae2.5", 2, True), ("ae3.0", 2, True)]


@pytest.mark.parametrize("path", [adjacency("s2"), state("s2"), f"{ISIS}/interfaces"])
def test_deleted_adjacency_is_down_until_it_is_told_again(path: str) -> None:
    desk = Desk()
    desk.read(update({state("s2"): "UP"}))
    desk.read(update({}, deletes=[path]))
    desk.read(update({state("s2"): "UP"}))
    assert said(desk) == [("e1", 2, True), ("e1", 2, False), ("e1", 2, True)]


def test_adjacency_that_a_new_session_leaves_out_is_down() -> None:
    desk = Desk()
    desk.read(update({state("s2"): "UP", state("s3", interface="e2"): "UP"}), session=1)
    desk.read(update({state("s3", interface="e2"): "UP"}), session=2)
    said(desk)
    desk.reader.sweep(1, 2, START_NS)
    assert said(desk) == [("e1", 2, False)]


def test_router_that_tells_no_adjacency_any_more_is_not_held_to_have_lost_them() -> None:
    desk = Desk()
    desk.read(update({STATUS: "UP", state("s2"): "UP", state("s3", interface="e2"): "UP"}), session=1)
    desk.read(update({}, deletes=[adjacency("s3", interface="e2")]), session=1)
    desk.read(update({STATUS: "UP"}), session=2)
    said(desk)
    desk.reader.sweep(0, 2, START_NS)
    assert said(desk) == []  # another stream's words
    desk.reader.sweep(1, 2, START_NS)
    assert sorted(map(str, said(desk))) == ["Adjacency", "Adjacency"]
    desk.read(update({state("s2"): "UP"}), session=2)
    assert said(desk) == [("e1", 2, True)]


def test_level_that_is_withdrawn_leaves_no_gap_in_the_other() -> None:
    desk = Desk()
    desk.read(update({state("s2", level=1): "UP"}), stream=0, session=1)
    desk.read(update({state("s2"): "UP"}), stream=1, session=1)
    said(desk)
    desk.reader.sweep(0, 2, START_NS)
    observed = list(desk.observed)
    assert said(desk) == ["Adjacency", ("e1", 2, True)]
    assert observed[0].seq < observed[1].seq
