"""Availability: seconds by state from frames, as a count second by second finds them."""

import random

import msgspec
import pytest

from suanlu.past.store import Run
from suanlu.reports.availability import availability
from tests.unit.api.backbone import SQUARE
from topology.inventory import Inventory
from topology.journal import CircuitRecord, Frame
from topology.snapshot import LinkState
from topology.status import Health

NS = 1_000_000_000
START_NS = 1_772_352_000 * NS
INVENTORY = Inventory.from_json(SQUARE)
CIRCUITS = tuple(circuit.id for circuit in INVENTORY.circuits)
UP, DOWN, DRAINED, STALE = LinkState.UP, LinkState.DOWN, LinkState.DRAINED, LinkState.STALE
ALWAYS = [Run("e", START_NS - 9 * NS, START_NS + 10_000 * NS)]


def frame(second: int, *, full: bool = False, **states: LinkState) -> Frame:
    """A frame that changes circuits, named with _ for -; a full one has the others up."""
    at_ns = START_NS + second * NS
    known = {name.replace("_", "-"): state for name, state in states.items()}
    if full:
        known = dict.fromkeys(CIRCUITS, UP) | known
    return Frame(
        at_ns=at_ns,
        epoch="e",
        version=1,
        structure_version=1,
        health=Health(state="ok", blind_since_ns=None),
        full=full,
        circuits={name: CircuitRecord(state, at_ns, "said so", 1, 1, 1) for name, state in known.items()},
    )


def test_what_is_wired_otherwise_is_no_cut() -> None:
    crossed = CircuitRecord(DOWN, START_NS, "miswired: a-r1:e0 hears 'c' instead of b-r1", 1, 1, 1)
    frames = [frame(-5, full=True), frame(10, ac_1=DOWN)]
    frames[1] = msgspec.structs.replace(frames[1], circuits=frames[1].circuits | {"ab-1": crossed})
    found = availability(INVENTORY, frames, ALWAYS, START_NS, START_NS + 100 * NS)
    assert {outage.circuit: outage.kind for outage in found.outages} == {"ab-1": "miswired", "ac-1": "down"}


def test_seconds_are_counted_by_state() -> None:
    frames = [
        frame(-5, full=True),
        frame(10, ab_1=DOWN),
        frame(20, ac_1=DOWN),
        frame(50, ab_1=UP, cd_1=STALE),
        frame(60, ac_1=DRAINED),
    ]
    found = availability(INVENTORY, frames, ALWAYS, START_NS, START_NS + 100 * NS)
    circuits = {row.circuit: row for row in found.circuits}
    assert (circuits["ab-1"].up_s, circuits["ab-1"].down_s, circuits["ab-1"].outages) == (60, 40, 1)
    assert circuits["ab-1"].availability == pytest.approx(0.6)
    assert (circuits["ac-1"].down_s, circuits["ac-1"].drained_s) == (40, 40)
    assert circuits["ac-1"].availability == pytest.approx(
        1 / 3
    )  # what is drained on purpose counts neither way
    assert (circuits["cd-1"].unknown_s, circuits["cd-1"].availability) == (50, 1.0)
    assert [(o.circuit, o.seconds, o.to is None) for o in found.outages] == [
        ("ab-1", 40, False),
        ("ac-1", 40, False),
    ]
    pairs = {(row.a, row.z): row for row in found.pairs}
    assert pairs["a", "b"].cut_s == 30  # both ways out of a were down from 20 to 50
    assert pairs["b", "d"].cut_s == 0
    assert pairs["c", "d"].availability == 1.0
    assert found.pairs[0].cut_s == 30
    assert found.watched_s == 100


def test_what_is_unknown_neither_joins_nor_cuts() -> None:
    frames = [frame(-5, full=True, ab_1=STALE, ac_1=DOWN)]
    found = availability(INVENTORY, frames, ALWAYS, START_NS, START_NS + 10 * NS)
    pair = next(row for row in found.pairs if (row.a, row.z) == ("a", "b"))
    assert (pair.connected_s, pair.cut_s, pair.unknown_s, pair.availability) == (0, 0, 10, None)


def test_while_nobody_watched_nothing_is_known() -> None:
    runs = [Run("e1", START_NS, START_NS + 30 * NS), Run("e2", START_NS + 70 * NS, START_NS + 500 * NS)]
    frames = [frame(0, full=True, ab_1=DOWN), frame(70, full=True)]
    found = availability(INVENTORY, frames, runs, START_NS, START_NS + 100 * NS)
    row = next(row for row in found.circuits if row.circuit == "ab-1")
    assert (row.down_s, row.unknown_s, row.up_s, found.watched_s) == (30, 40, 30, 60)


def test_an_outage_that_goes_on_has_no_end_and_one_from_before_its_own_beginning() -> None:
    frames = [frame(-50, full=True, ab_1=DOWN)]
    (outage,) = availability(INVENTORY, frames, ALWAYS, START_NS, START_NS + 60 * NS).outages
    assert (outage.to, outage.seconds, outage.since) == (None, 60, "2026-03-01T07:59:10.000Z")


def test_random_nights_agree_with_a_count_second_by_second() -> None:
    for seed in range(20):
        dice = random.Random(seed)
        frames, truth = [frame(0, full=True)], [dict.fromkeys(CIRCUITS, UP)]
        for second in range(1, 120):
            states = dict(truth[-1])
            if dice.random() < 0.3:
                circuit, state = dice.choice(CIRCUITS), dice.choice((UP, DOWN, DRAINED, STALE))
                states[circuit] = state
                frames.append(frame(second, **{circuit.replace("-", "_"): state}))
            truth.append(states)
        found = availability(INVENTORY, frames, ALWAYS, START_NS, START_NS + 120 * NS)
        for row in found.circuits:
            seconds = [states[row.circuit] for states in truth]
            assert (row.up_s, row.down_s, row.drained_s, row.unknown_s) == tuple(
                seconds.count(state) for state in (UP, DOWN, DRAINED, STALE)
            )
