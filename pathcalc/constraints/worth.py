"""What links are worth where a constraint is held against each of them: arrays u8[m], null all ones."""

import numpy as np
import numpy.typing as npt

from pathcalc.constraints.kinds import Asked, Mask, Values
from pathcalc.errors import InvalidQuery
from topology.snapshot import NULL_U4, NULL_U8, Snapshot

_MEASURED = {"latency": "latency_us", "jitter": "jitter_us", "loss": "loss_ppm"}
_NS_PER_MS = 1_000_000


def bandwidth(asked: Asked) -> Values:
    """Bit/s that `flows` can have: on the basis, and no more than that many members of a group."""
    snapshot, limits = asked.snapshot, asked.limits
    basis: Values = getattr(snapshot, f"{limits.bandwidth_basis}_bps")
    return least_known(basis, members(snapshot.single_flow_max_bps, limits.flows))


def least_known(one: Values, other: Values) -> Values:
    """The less of two values each, null where either is."""
    null = np.uint64(NULL_U8)
    return np.where((one == null) | (other == null), null, np.minimum(one, other))


def members(single_flow_max_bps: Values, flows: int) -> Values:
    """What so many flows can have of a group; null where one member's bandwidth is unknown.

    Where the product is beyond 64 bits, any bandwidth is less.
    """
    most = (int(NULL_U8) - 1) // flows
    known = single_flow_max_bps != NULL_U8
    product = np.minimum(single_flow_max_bps, np.uint64(most)) * np.uint64(flows)
    unlimited = np.uint64(NULL_U8 - 1)
    return np.where(known, np.where(single_flow_max_bps > most, unlimited, product), np.uint64(NULL_U8))


def mtu(asked: Asked) -> Values:
    """MTU in bytes."""
    return _wide(asked.snapshot.mtu_bytes)


def age_ms(asked: Asked) -> Values:
    """Age of the oldest measured metric that the answer counts with, at the snapshot's publication.

    Values that nobody measures (nominal latencies, the inventory's metrics) have no age: 0.
    """
    snapshot, limits = asked.snapshot, asked.limits
    names = [_MEASURED[metric] for metric in asked.counted if metric in _MEASURED]
    if "bandwidth" in asked.counted:
        names.append("capacity_bps" if limits.bandwidth_basis == "capacity" else "used_bps")
    oldest = np.zeros(len(snapshot.link_ids), dtype=np.int64)
    for name in names:
        at_ns = getattr(snapshot, f"{name}_observed_at_ns")
        age = np.where(at_ns > 0, snapshot.published_at_ns - at_ns, 0)
        np.maximum(oldest, age, out=oldest)
    return (oldest // _NS_PER_MS).astype(np.uint64)


def affinity(snapshot: Snapshot, kind: str, names: tuple[str, ...]) -> Mask:
    """Mask of the links whose admin groups are not as asked: include_any, include_all or exclude_any."""
    wanted = np.uint64(0)
    for name in names:
        if name not in snapshot.admin_group_ids:
            raise InvalidQuery(f"affinity.{kind}", f"there is no admin group {name!r}")
        wanted |= np.uint64(1 << snapshot.admin_group_ids.index(name))
    has: Values = snapshot.admin_groups & wanted
    mask: Mask = has != wanted if kind == "include_all" else has == 0 if kind == "include_any" else has != 0
    return mask


def _wide(values: npt.NDArray[np.uint32]) -> Values:
    return np.where(values == NULL_U4, np.uint64(NULL_U8), values.astype(np.uint64))
