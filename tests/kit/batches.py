"""Batches as the collector makes them, small and readable."""

from collections.abc import Iterable

import numpy as np

from collector.batch import Batch, NewSeries, Text
from topology.series import KIND_F64, KIND_I64, KIND_U64

DTYPES = {KIND_I64: np.int64, KIND_U64: np.uint64, KIND_F64: np.float64}
SECOND_NS = 1_000_000_000


def interface_series(
    id: int,  # noqa: A002
    field: str,
    *,
    measurement: str = "ifrate",
    router: str = "wuhan-r1",
    name: str = "Ethernet1",
    site: str = "wuhan",
    link: str = "-",
    kind: int = KIND_I64,
) -> NewSeries:
    """A series of an interface, with its tags sorted."""
    tags = (("link", link), ("name", name), ("site", site), ("source", router))
    return NewSeries(id, kind, measurement, tags, field)


def make_batch(
    new_series: Iterable[NewSeries] = (),
    points: Iterable[tuple[int, int, float]] = (),
    texts: Iterable[tuple[int, int, str]] = (),
    *,
    kinds: dict[int, int] | None = None,
) -> Batch:
    """A batch of (series, time_ns, value) points; the kind of a series comes from `new_series` or `kinds`."""
    entries = tuple(new_series)
    kind_of = {entry.id: entry.kind for entry in entries} | (kinds or {})
    rows = list(points)
    bits = [
        np.array([value], DTYPES[kind_of.get(series, KIND_I64)]).view(np.uint64)[0]
        for series, _, value in rows
    ]
    return Batch(
        entries,
        np.array([series for series, _, _ in rows], np.uint32),
        np.array([time_ns for _, time_ns, _ in rows], np.int64),
        np.array(bits, np.uint64),
        tuple(Text(*text) for text in texts),
        {"wuhan-r1": len(rows)},
    )
