"""From the journal's records and the store's values to a snapshot's arrays, by the live graph's rules."""

from collections.abc import Sequence

import numpy as np

from collector.moment import LastValue, Moment
from topology.ids import reverse_of
from topology.journal import CircuitRecord
from topology.snapshot import NULL_U4, Snapshot, Source

_LABELS = {source.label: source for source in Source}
_DELAYS = ("latency_us", "jitter_us", "loss_ppm")


def links_then(
    layout: Snapshot, records: Sequence[CircuitRecord], nominal_us: Sequence[int | None], moment: Moment
) -> dict[str, np.ndarray]:
    """Return every array of a snapshot that telemetry moves; `records` and `nominal_us` by circuit index."""
    of_link = layout.link_circuit
    capacity = np.array([record.capacity_bps for record in records], np.int64)[of_link]
    single = np.array([record.single_flow_max_bps for record in records], np.int64)[of_link]
    source = np.array([record.capacity_source for record in records], np.uint8)[of_link]
    state = np.array([record.state for record in records], np.uint8)[of_link]
    used, used_ns = _used(layout, moment)
    lately = np.full(len(of_link), -1, np.int64)
    for found in moment.used:
        if (link := layout.link_index.get(found.link)) is not None:
            lately[link] = found.used_bps
    arrays = {
        "state": state,
        "capacity_bps": capacity.view(np.uint64),
        "capacity_bps_observed_at_ns": np.zeros(len(of_link), np.int64),  # not kept
        "capacity_bps_source": source,
        "single_flow_max_bps": single.view(np.uint64),
        "used_bps": used.view(np.uint64),
        "used_bps_observed_at_ns": used_ns,
        "used_bps_source": np.where(used < 0, Source.NONE, Source.COUNTERS).astype(np.uint8),
        "free_now_bps": _free(capacity, used, used),
        "free_p05_bps": _free(capacity, used, lately),
    }
    nominal = np.array([-1 if us is None else us for us in nominal_us], np.int64)[of_link]
    for field in _DELAYS:
        arrays |= _delay(layout, moment, field, nominal if field == "latency_us" else None)
    return arrays


def _free(capacity: np.ndarray, used: np.ndarray, mostly: np.ndarray) -> np.ndarray:
    """Unknown (all ones) where capacity or use is; where little is known of lately, by the use of now."""
    free = np.maximum(capacity - np.where(mostly < 0, used, mostly), 0)
    return np.where((used < 0) | (capacity < 0), -1, free).view(np.uint64)


def _used(layout: Snapshot, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
    """The larger of the sender's out and the receiver's in, and when it was counted."""
    used, at_ns = np.full(len(layout.link_ids), -1, np.int64), np.zeros(len(layout.link_ids), np.int64)
    for last in moment.last:
        if last.field in ("in_bps", "out_bps"):
            name = last.link if last.field == "out_bps" else reverse_of(last.link)
            link = layout.link_index.get(name)
            if link is not None and last.value > used[link]:
                used[link], at_ns[link] = last.value, last.t_ns
    return used, at_ns


def _delay(
    layout: Snapshot, moment: Moment, field: str, nominal_us: np.ndarray | None
) -> dict[str, np.ndarray]:
    """The sender's own measure, else the other end's, else (latency alone) the inventory's."""
    m = len(layout.link_ids)
    value, at_ns = np.full(m, -1, np.int64), np.zeros(m, np.int64)
    source = np.full(m, Source.NONE, np.uint8)
    if nominal_us is not None:
        value, source = nominal_us.copy(), np.where(nominal_us < 0, Source.NONE, Source.NOMINAL)
    own = {last.link: last for last in moment.last if last.field == field}
    for link, name in enumerate(layout.link_ids):
        found = _usable(own.get(name)) or _usable(own.get(reverse_of(name)))
        if found is not None:
            value[link], at_ns[link] = min(found.value, NULL_U4 - 1), found.t_ns
            source[link] = _LABELS.get(found.method, Source.DERIVED)
    return {
        field: value.astype(np.uint32),  # -1 becomes the null
        f"{field}_observed_at_ns": at_ns,
        f"{field}_source": source.astype(np.uint8),
    }


def _usable(last: LastValue | None) -> LastValue | None:
    return last if last is not None and last.value >= 0 else None
