"""A snapshot's numbers → the core's graph; what has not moved is shared with the graph before."""

from typing import Any, NamedTuple

import numpy as np

from pathcalc.constraints.fields import BASES, COLUMNS
from pathcalc.core.graph import COSTED_OUT, Graph
from pathcalc.errors import GraphTooLarge
from pathcalc.structure import Structure, as_given
from topology.snapshot import NULL_U4, LinkState, Snapshot

MOST_BITS = 62
BANDWIDTHS = tuple(f"{basis}_bps" for basis in BASES)
ONE_FLOW = "single_flow_max_bps"
ARRAYS = (*COLUMNS.values(), *BANDWIDTHS, ONE_FLOW, "state")


class Numbers(NamedTuple):
    """The graph, and what its arrays are like: `largest` known value and whether any is unknown, by name."""

    given: Snapshot
    graph: Graph
    largest: dict[str, int]
    with_nulls: frozenset[str]
    has_drained: bool

    def has(self, name: str, other: "Numbers") -> bool:
        """Whether an array is the same here and there."""
        return self.graph.wiring is other.graph.wiring and _is_same(name, self.given, other.given)


def numbers_of(snapshot: Snapshot, structure: Structure, previous: Numbers | None) -> Numbers:
    """Return the numbers of a snapshot in the structure's order. Raises GraphTooLarge."""
    given = as_given(snapshot)
    kept: set[str] = set()
    if previous is not None and previous.graph.wiring is structure.wiring:
        kept = {name for name in ARRAYS if _is_same(name, given, previous.given)}
    largest: dict[str, int] = {} if previous is None else previous.largest.copy()
    with_nulls: set[str] = set() if previous is None else set(previous.with_nulls)
    for metric, name in COLUMNS.items():
        if name not in kept:
            largest[name] = _largest(getattr(given, name))
            with_nulls.discard(metric)
            if (getattr(given, name) == NULL_U4).any():
                with_nulls.add(metric)
    if previous is not None and "state" in kept:
        has_drained = previous.has_drained
    else:
        has_drained = bool((given.state == LinkState.DRAINED).any())
    for metric, name in COLUMNS.items():
        costed_out = COSTED_OUT if metric == "igp_metric" and has_drained else 0
        _check_sums(metric, largest[name] + costed_out, len(snapshot.router_ids))

    def array(name: str) -> Any:
        return None if name in kept else getattr(snapshot, name)

    def one_flow(name: str) -> Any:
        is_kept = name in kept and ONE_FLOW in kept
        return None if is_kept else (getattr(snapshot, name), getattr(snapshot, ONE_FLOW))

    graph = Graph(
        structure.wiring,
        state=array("state"),
        weights=tuple([array(name) for name in COLUMNS.values()]),
        bandwidths=(*[array(name) for name in BANDWIDTHS], *[one_flow(name) for name in BANDWIDTHS]),
        like=previous.graph if previous is not None and kept else None,
    )
    return Numbers(given, graph, largest, frozenset(with_nulls), has_drained)


def _is_same(name: str, one: Snapshot, other: Snapshot) -> bool:
    """Arrays of one live graph are the same objects where nothing was published anew."""
    mine, theirs = getattr(one, name), getattr(other, name)
    return mine is theirs or np.array_equal(mine, theirs)


def _largest(weights: Any) -> int:
    """The largest known value: null is above all, and wraps round to below all when one is added."""
    return int((weights + np.uint32(1)).max(initial=1)) - 1


def _check_sums(name: str, largest: int, n_routers: int) -> None:
    """Refuse a graph where the longest possible simple path, hop count below it, exceeds 62 bits."""
    if (largest * n_routers + n_routers).bit_length() + n_routers.bit_length() > MOST_BITS:
        raise GraphTooLarge(
            f"{name}: a path over {n_routers:,} routers and links of up to {largest:,} could exceed 64 bits"
        )
