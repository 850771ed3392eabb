"""Availability by the journal: how long each circuit was up, and each pair of sites without a way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from suanlu.past.store import Run
from suanlu.reports.document import CircuitAvailability, Outage, PairAvailability
from suanlu.times import NS_PER_S, rfc3339
from topology.circuits import MISWIRED
from topology.inventory import Inventory
from topology.journal import CircuitRecord, Frame
from topology.snapshot import LinkState

States = Mapping[str, CircuitRecord]
_UP, _DOWN, _DRAINED, _UNKNOWN = range(4)
_COUNTED_AS = {LinkState.UP: _UP, LinkState.DOWN: _DOWN, LinkState.DRAINED: _DRAINED}
_NOBODY: States = {}


@dataclass
class Availability:
    """What the report's tables are made from; `watched_ns` is how long anybody looked."""

    circuits: tuple[CircuitAvailability, ...]
    pairs: tuple[PairAvailability, ...]
    outages: tuple[Outage, ...]
    watched_s: int


@dataclass
class _Open:
    """An outage under way."""

    since_ns: int
    cause: str


@dataclass
class _Books:
    start_ns: int
    circuits: dict[str, list[int]]
    cut_ns: np.ndarray
    joined_ns: np.ndarray
    open: dict[str, _Open] = field(default_factory=dict)
    outages: list[Outage] = field(default_factory=list)
    watched_ns: int = 0


def availability(
    inventory: Inventory, frames: Sequence[Frame], runs: Iterable[Run], start_ns: int, end_ns: int
) -> Availability:
    """Return what the frames of a time tell. Circuits and pairs have the least available first."""
    sites = tuple(site.id for site in inventory.sites)
    shape = (len(sites), len(sites))
    books = _Books(
        start_ns,
        {circuit.id: [0, 0, 0, 0] for circuit in inventory.circuits},
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
    )
    ends = _ends(inventory, {site: i for i, site in enumerate(sites)})
    for begin_ns, until_ns, states in _intervals(frames, runs, start_ns, end_ns):
        length_ns = until_ns - begin_ns
        _count_circuits(books, states, begin_ns, length_ns)
        if states is not _NOBODY:
            books.watched_ns += length_ns
            _count_pairs(books, ends, states, length_ns, len(sites))
    for circuit, outage in books.open.items():
        _close(books, circuit, outage, end_ns, still=True)
    return Availability(
        _circuit_table(books.circuits, books.outages),
        _pair_table(sites, books, end_ns - start_ns),
        tuple(sorted(books.outages, key=lambda outage: (outage.since, outage.circuit))),
        books.watched_ns // NS_PER_S,
    )


def _intervals(
    frames: Sequence[Frame], runs: Iterable[Run], start_ns: int, end_ns: int
) -> Iterator[tuple[int, int, States]]:
    """Yield (begin, end, states), one behind the other; states are empty while nobody watched."""
    marks: list[tuple[int, int, Frame | None]] = [(frame.at_ns, 1, frame) for frame in frames]
    marks += [(run.alive_ns, 0, None) for run in runs if run.alive_ns < end_ns]  # watching ended there
    states: dict[str, CircuitRecord] = {}
    at_ns, known = start_ns, False
    for mark_ns, _, frame in sorted(marks, key=lambda mark: mark[:2]):
        until_ns = min(max(mark_ns, start_ns), end_ns)
        if until_ns > at_ns:
            yield at_ns, until_ns, dict(states) if known else _NOBODY
            at_ns = until_ns
        known = frame is not None
        if frame is not None:
            states = {**({} if frame.full else states), **frame.circuits}
    if end_ns > at_ns:
        yield at_ns, end_ns, dict(states) if known else _NOBODY


def _count_circuits(books: _Books, states: States, begin_ns: int, length_ns: int) -> None:
    for circuit, counts in books.circuits.items():
        record = states.get(circuit)
        kind = _UNKNOWN if record is None else _COUNTED_AS.get(record.state, _UNKNOWN)
        counts[kind] += length_ns
        outage = books.open.get(circuit)
        if kind == _DOWN and outage is None and record is not None:
            since_ns = record.since_ns if begin_ns == books.start_ns else begin_ns
            books.open[circuit] = _Open(since_ns, record.cause)
        elif kind != _DOWN and outage is not None:
            _close(books, circuit, books.open.pop(circuit), begin_ns, still=False)


def _close(books: _Books, circuit: str, outage: _Open, end_ns: int, *, still: bool) -> None:
    books.outages.append(
        Outage(
            circuit=circuit,
            kind="miswired" if outage.cause.startswith(MISWIRED) else "down",
            since=rfc3339(outage.since_ns),
            to=None if still else rfc3339(end_ns),
            seconds=round((end_ns - max(outage.since_ns, books.start_ns)) / NS_PER_S),
            cause=outage.cause,
        )
    )


def _ends(inventory: Inventory, index: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    site_of = {router.id: index[router.site] for router in inventory.routers}
    return {circuit.id: (site_of[circuit.a], site_of[circuit.z]) for circuit in inventory.circuits}


def _count_pairs(
    books: _Books, ends: Mapping[str, tuple[int, int]], states: States, length_ns: int, sites: int
) -> None:
    """A pair is cut where it is so even if all that is unknown works; joined where what is up joins it."""
    states_of = {circuit: record.state for circuit, record in states.items()}
    gone = (LinkState.DOWN, LinkState.DRAINED)
    possible = _groups(sites, (ends[c] for c, state in states_of.items() if c in ends and state not in gone))
    certain = _groups(
        sites, (ends[c] for c, state in states_of.items() if c in ends and state == LinkState.UP)
    )
    books.cut_ns += (possible[:, None] != possible[None, :]) * length_ns
    books.joined_ns += (certain[:, None] == certain[None, :]) * length_ns


def _groups(count: int, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """Number the parts of a graph: i8[count], equal where there is a way."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, z in edges:
        parent[root(a)] = root(z)
    return np.array([root(node) for node in range(count)], np.int64)


def _share(good_ns: int, bad_ns: int) -> float | None:
    return good_ns / (good_ns + bad_ns) if good_ns + bad_ns else None


def _circuit_table(
    circuits: Mapping[str, list[int]], outages: Sequence[Outage]
) -> tuple[CircuitAvailability, ...]:
    table = [
        CircuitAvailability(
            circuit=name,
            up_s=up // NS_PER_S,
            down_s=round(down / NS_PER_S),
            drained_s=drained // NS_PER_S,
            unknown_s=unknown // NS_PER_S,
            outages=sum(outage.circuit == name for outage in outages),
            availability=_share(up, down),
        )
        for name, (up, down, drained, unknown) in circuits.items()
    ]
    return tuple(sorted(table, key=lambda row: (_rank(row.availability), row.circuit)))


def _pair_table(sites: Sequence[str], books: _Books, length_ns: int) -> tuple[PairAvailability, ...]:
    table = []
    for i, a in enumerate(sites):
        for j in range(i + 1, len(sites)):
            cut, joined = int(books.cut_ns[i, j]), int(books.joined_ns[i, j])
            table.append(
                PairAvailability(
                    a=a,
                    z=sites[j],
                    connected_s=joined // NS_PER_S,
                    cut_s=round(cut / NS_PER_S),
                    unknown_s=(length_ns - cut - joined) // NS_PER_S,
                    availability=_share(joined, cut),
                )
            )
    return tuple(sorted(table, key=lambda row: (_rank(row.availability), row.a, row.z)))


def _rank(share: float | None) -> float:
    return 2.0 if share is None else share
