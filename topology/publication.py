"""Publication: when the graph tells its readers, what moved, and the events that say so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from topology.event import Event, EventType, rfc3339
from topology.settings import TopologySettings
from topology.snapshot import NULL_U4, LinkState, Snapshot

_STATE_EVENTS: Mapping[LinkState, EventType] = {
    LinkState.UP: "link_up",
    LinkState.UNCONFIRMED: "link_unconfirmed",
    LinkState.STALE: "link_stale",
    LinkState.DRAINED: "link_drained",
    LinkState.DOWN: "link_down",
}


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A new snapshot with the events that lead to it; `structural` where it is a structure version."""

    snapshot: Snapshot
    events: tuple[Event, ...]
    structural: bool


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An event before it has a version: its type, its subject and what is known of it."""

    type: EventType
    link: str | None = None
    router: str | None = None
    before: object = None
    after: object = None
    cause: str | None = None
    links: tuple[str, ...] = ()


def moved(before: Snapshot, after: Mapping[str, np.ndarray], settings: TopologySettings) -> np.ndarray:
    """Which links (bool[m]) have a metric that left its dead-band around the published value.

    A change of where a delay or capacity is from counts too. `free_now_bps` needs no look of its own: it
    moves with `used_bps` or with the capacity.
    """
    result: np.ndarray = before.latency_us_source != after["latency_us_source"]
    result |= before.capacity_bps_source != after["capacity_bps_source"]
    result |= before.single_flow_max_bps != after["single_flow_max_bps"]
    band = after["capacity_bps"].view(np.int64) * settings.bandwidth_dead_band_ppm // 1_000_000
    for name in ("used_bps", "free_p05_bps"):
        _mark_moved(result, getattr(before, name).view(np.int64), after[name].view(np.int64), band)
    share = settings.latency_dead_band_ppm / 1_000_000
    for name in ("latency_us", "jitter_us"):
        old, new = _signed(getattr(before, name)), _signed(after[name])
        _mark_moved(result, old, new, np.maximum(settings.latency_dead_band_us, old * share))
    _mark_moved(result, _signed(before.loss_ppm), _signed(after["loss_ppm"]), settings.loss_dead_band_ppm)
    return result


def _mark_moved(result: np.ndarray, old: np.ndarray, new: np.ndarray, band: np.ndarray | int) -> None:
    # Null is -1 here: a value that appears or disappears always counts.
    if np.array_equal(old, new):
        return
    result |= np.abs(new - old) > band
    result |= (new ^ old) < 0


def _signed(array: np.ndarray) -> np.ndarray:
    # u4 with the null 0xFFFFFFFF -> i8 with the null -1
    signed = array.astype(np.int64)
    signed[array == NULL_U4] = -1
    return signed


def structural_drafts(before: Snapshot, after: Snapshot, causes: Sequence[str]) -> Iterator[Draft]:
    """One draft for each link whose state or capacity differs; `causes` by circuit index."""
    for i in np.flatnonzero(before.state != after.state).tolist():
        state = LinkState(int(after.state[i]))
        yield Draft(
            type=_STATE_EVENTS[state],
            link=after.link_ids[i],
            before=LinkState(int(before.state[i])).label,
            after=state.label,
            cause=causes[int(after.link_circuit[i])],
        )
    for i in np.flatnonzero(before.capacity_bps != after.capacity_bps).tolist():
        yield Draft(
            type="capacity_changed",
            link=after.link_ids[i],
            before=int(before.capacity_bps[i]),
            after=int(after.capacity_bps[i]),
        )


def number(drafts: Iterable[Draft], snapshot: Snapshot) -> tuple[Event, ...]:
    """Make events of drafts, numbered within the snapshot's version."""
    at = rfc3339(snapshot.published_at_ns)
    return tuple(
        Event(
            type=draft.type,
            id=f"{snapshot.epoch}/{snapshot.version}/{n}",
            at=at,
            version=snapshot.version,
            link=draft.link,
            router=draft.router,
            links=draft.links,
            before=draft.before,
            after=draft.after,
            cause=draft.cause,
        )
        for n, draft in enumerate(drafts)
    )
