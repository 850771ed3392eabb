"""Group commit: many small batches become few records of a good size for compression and for the sinks."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from collector.batch import Batch

POINT_BYTES = 20
TEXT_BYTES = 48  # an estimate: what a text costs beside its characters
DEFINITION_BYTES = 160
NO_U4, NO_I8, NO_U8 = np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.uint64)


def size_of(batch: Batch) -> int:
    """Return about how many bytes a batch takes in memory and, uncompressed, in a record."""
    texts = sum(TEXT_BYTES + len(text.value) for text in batch.texts)
    return POINT_BYTES * len(batch.series) + texts + DEFINITION_BYTES * len(batch.new_series)


def merge(batches: list[Batch]) -> Batch:
    """Return one batch with all that these hold, in order."""
    if len(batches) == 1:
        return batches[0]
    received: Counter[str] = Counter()
    for batch in batches:
        received.update(batch.received)
    return Batch(
        tuple(entry for batch in batches for entry in batch.new_series),
        np.concatenate([batch.series for batch in batches]),
        np.concatenate([batch.time_ns for batch in batches]),
        np.concatenate([batch.bits for batch in batches]),
        tuple(text for batch in batches for text in batch.texts),
        received,
    )


def regroup(batches: Iterable[Batch], record_bytes: int) -> Iterator[Batch]:
    """Yield the same values in batches of about `record_bytes`: small ones merged, large ones cut."""
    group: list[Batch] = []
    size = 0
    for whole in batches:
        for batch in _cut(whole, max(1, record_bytes // POINT_BYTES)):
            group.append(batch)
            size += size_of(batch)
            if size >= record_bytes:
                yield merge(group)
                group, size = [], 0
    if group:
        yield merge(group)


def select(batch: Batch, keep: np.ndarray) -> Batch:
    """Return the batch with the points of a boolean mask only."""
    return replace(batch, series=batch.series[keep], time_ns=batch.time_ns[keep], bits=batch.bits[keep])


def without_values(batch: Batch) -> Batch:
    """Return the batch's dictionary and counts without its values."""
    return replace(batch, series=NO_U4, time_ns=NO_I8, bits=NO_U8, texts=())


def _cut(batch: Batch, points: int) -> Iterator[Batch]:
    if len(batch.series) <= points:
        yield batch
        return
    for start in range(0, len(batch.series), points):
        part = slice(start, start + points)
        first = start == 0
        yield Batch(
            batch.new_series if first else (),
            batch.series[part],
            batch.time_ns[part],
            batch.bits[part],
            batch.texts if first else (),
            batch.received if first else {},
        )
