"""Landmarks that outlive a snapshot: made on a floor, and used by every graph that keeps above it.

The first floor is the weights themselves. Where weights go below it, the next one is the lowest that both
have seen, less a margin, so that what is measured anew all the time settles above it; where weights have gone
far up, it begins again at them.
"""

import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Graph
from pathcalc.core.landmarks import Landmarks
from topology.snapshot import NULL_U4

Weights = npt.NDArray[np.uint32]
MARGIN = 64  # a floor that was broken is made lower by this part
FAR_ABOVE = 1.3  # weights to floor, in sum


def guide_of(graph: Graph, which: int, allow: int, weights: Weights, *, as_if: bool) -> Landmarks | None:
    """Return landmarks whose bounds hold for a weight of the graph: those of its wiring, else new ones.

    New ones are there for every graph of the wiring from now on, but for those of weights `as_if`, which keep
    theirs to themselves: they say nothing of what will be measured. None where sums are too large for any.
    """
    held = graph.wiring.guides[which]
    if held is not None and held.attach(graph, allow):
        return held
    before = None if held is None or as_if else held.given
    made: Landmarks | None = None
    try:
        made = Landmarks(graph, which, allow, floor_of(weights, before))
        made.attach(graph, allow)
    except OverflowError:
        made = None
    if not as_if:
        graph.wiring.guides[which] = made
    return made


def floor_of(weights: Weights, before: Weights | None) -> Weights:
    """Return what links weigh at least, null where that is unknown; `before` is the floor that was broken."""
    if before is None:
        return weights
    both = (weights != NULL_U4) & (before != NULL_U4)
    is_far = int(weights[both].sum(dtype=np.uint64)) > FAR_ABOVE * int(before[both].sum(dtype=np.uint64))
    lowest = weights if is_far else np.minimum(weights, before)
    return np.where(lowest == NULL_U4, lowest, lowest - lowest // np.uint32(MARGIN))
