"""The kinds of constraint: what each asks of links and paths, and the words for it.

A row of the table in `fields` is one of these. All that a search, an error or a verdict needs to know of a
constraint is here; none of them knows a constraint by its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from topology.snapshot import Snapshot

if TYPE_CHECKING:
    from pathcalc.constraints.fields import Constraints

Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[np.uint64]


class Asked(NamedTuple):
    """What a filter may look at beside its own value; `counted`: the metrics that the answer counts with."""

    snapshot: Snapshot
    limits: "Constraints"
    counted: frozenset[str]


@dataclass(frozen=True)
class Bound:
    """The sum of a metric along the path is at most the value; a link of unknown metric keeps no bound.

    `metric` is one of the core's weights. From `cap` on a sum is not told from any larger one.
    """

    metric: str
    unit: str
    least: str
    within: str
    cap: int | None = None


@dataclass(frozen=True)
class Threshold:
    """Each link's `worth` is at least the value (`floor`) or at most; a link of unknown worth is not used.

    `worth` gives u8[m] with null all ones. `inline`: the searches hold it against links themselves.
    """

    worth: Callable[[Asked], Values]
    floor: bool
    unit: str
    best: str
    within: str
    inline: bool = False


@dataclass(frozen=True)
class Members:
    """A struct with one tuple of ids a kind; each kind is a constraint, `exclude.srlgs` style.

    `banned(snapshot, kind, ids)` is the mask of links that those ids rule out. The ids of the kinds in
    `whole` mean something only together: any one of them will do.
    """

    banned: Callable[[Snapshot, str, tuple[str, ...]], Mask]
    reason: str
    without: str
    within: str
    broken: str
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stops:
    """Way points to be passed in order: neither a filter nor a sum."""

    without: str
    within: str
    broken: str


Kind = Bound | Threshold | Members | Stops


class Term(NamedTuple):
    """One constraint by the name that binding and relaxations call it."""

    name: str
    field: str
    part: str
    kind: Kind

    def value(self, limits: "Constraints") -> Any:
        """Its value in these limits; None or an empty tuple where it is not set."""
        found = getattr(limits, self.field)
        return getattr(found, self.part) if self.part else found
