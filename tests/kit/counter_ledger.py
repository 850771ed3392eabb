"""The simulator's ledger of counters held against what a store has: nothing lost, nothing twice.

A stream is ordered and the collector appends in that order, so whatever a kill takes must be the tail of
a stream: what is stored of each stream is a prefix of what was sent on it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from suanlu.simulator.ledger import Entry

_OPENCONFIG = re.compile(r"/interfaces/interface\[name=([^\]]+)\]/state/counters/([a-z-]+)")
_HUAWEI = re.compile(r"/huawei-ifm:ifm/interfaces/interface\[name=([^\]]+)\]/mib-statistics/([a-z-]+)")
_HUAWEI_FIELDS = {
    "receive-byte": "in_octets",
    "send-byte": "out_octets",
    "receive-packet": "in_pkts",
    "send-packet": "out_pkts",
    "receive-error-packet": "in_errors",
    "send-error-packet": "out_errors",
    "receive-drop-packet": "in_discards",
    "send-drop-packet": "out_discards",
}


class Point(NamedTuple):
    """One value of one counter, as sent or as stored."""

    router: str
    name: str
    field: str
    t_ns: int
    value: int


def counters_sent(router: str, entries: Iterable[Entry]) -> Iterator[tuple[int, Point]]:
    """The counters among a router's entries, each with the number of its stream, in the order sent."""
    for stream, path, t_ns, value in entries:
        if match := _OPENCONFIG.fullmatch(path):
            name, field = match[1], match[2].replace("-", "_")
        elif match := _HUAWEI.fullmatch(path):
            name, field = match[1], _HUAWEI_FIELDS[match[2]]
        else:
            continue
        yield stream, Point(router, name, field, t_ns, int(value))


class Verdict(NamedTuple):
    """`lost` were sent before something that is stored; `tails` were sent last and went with a kill."""

    sent: int
    stored: int
    lost: int
    tails: int
    twice: int
    invented: int


def compare(sent: Iterable[tuple[int, Point]], stored: list[Point]) -> Verdict:
    """Hold one router's stored points against what it sent."""
    streams: dict[int, list[Point]] = {}
    for stream, point in sent:
        streams.setdefault(stream, []).append(point)
    kept = set(stored)
    lost = tails = 0
    for points in streams.values():
        is_stored = [point in kept for point in points]
        last = max((i for i, there in enumerate(is_stored) if there), default=-1)
        lost += is_stored[: last + 1].count(False)
        tails += len(points) - last - 1
    everything = {point for points in streams.values() for point in points}
    total = sum(map(len, streams.values()))
    return Verdict(total, len(kept), lost, tails, len(stored) - len(kept), len(kept - everything))
