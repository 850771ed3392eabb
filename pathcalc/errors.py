"""Why a question has no answer.

    PathError
    ├── InvalidQuery            also ValueError     the question is not one that can be asked
    │   └── SameEndpoint                            source and target are one place
    ├── NoConnectivity                              no path at all, whatever the constraints
    ├── NoFeasiblePath                              paths, but none within the constraints: proved
    │   └── NoDisjointPaths                         paths, but not so many that share nothing: proved
    ├── BudgetExhausted                             neither found nor ruled out within the budget
    └── GraphTooLarge           also OverflowError  sums along paths could overflow 64 bits

Unknown names are `topology.errors.UnknownNode`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.errors import SuanluError

if TYPE_CHECKING:
    from pathcalc.answers import Path


class PathError(SuanluError):
    """A path question has no answer."""


class InvalidQuery(PathError, ValueError):
    """The query cannot be asked so. `field` names the part of it that is wrong, `exclude.links` style."""

    def __init__(self, field: str, detail: str) -> None:
        self.field = field
        super().__init__(f"{field}: {detail}")


class SameEndpoint(InvalidQuery):
    """Source and target are the same site, or a router and its own site."""

    def __init__(self, source: str, target: str) -> None:
        self.source = source
        self.target = target
        super().__init__(
            "to", f"{target!r} is where {source!r} is already: no path is needed; name two places"
        )


class NoConnectivity(PathError):
    """No path joins the two over usable links, whatever the constraints.

    `with_states` names the flags (`allow_stale`, `allow_draining`) that would join them, if any would.
    """

    def __init__(self, source: str, target: str, with_states: tuple[str, ...] = ()) -> None:
        self.source = source
        self.target = target
        self.with_states = with_states
        none = "nor does one over stale or drained links: what could join them is down, or not there at all"
        remedy = f"{' and '.join(with_states)} would give one" if with_states else none
        super().__init__(f"no path of usable links leads from {source!r} to {target!r}; {remedy}")


@dataclass(frozen=True, slots=True)
class Binding:
    """A constraint that rules the paths out. `reason`: limit, excluded, or unknown (metric not known)."""

    constraint: str
    reason: str


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The least change of one constraint that gives a path. `value`: the limit, or the exclusions to drop."""

    constraint: str
    value: int | tuple[str, ...]
    sentence: str


class NoFeasiblePath(PathError):
    """Proved: no path keeps all constraints.

    `binding`: a smallest set of constraints that cannot be kept together. `relaxations`: for each single
    constraint whose change alone helps, the least change. `best_without`: the best path without any.
    """

    def __init__(
        self,
        source: str,
        target: str,
        binding: tuple[Binding, ...],
        relaxations: tuple[Relaxation, ...] = (),
        best_without: "Path | None" = None,
    ) -> None:
        self.source = source
        self.target = target
        self.binding = binding
        self.relaxations = relaxations
        self.best_without = best_without
        names = ", ".join(b.constraint for b in binding)
        remedy = f"; {relaxations[0].sentence}" if relaxations else ""
        if binding and all(b.reason == "unknown" for b in binding):
            super().__init__(
                f"every path from {source!r} to {target!r} has a link of which what {names} looks at is "
                f"unknown: ask again once routers have told it, or give it in the inventory{remedy}"
            )
            return
        super().__init__(f"no path from {source!r} to {target!r} keeps {names}{remedy}")


class NoDisjointPaths(NoFeasiblePath):
    """Proved: there are not so many disjoint paths that keep all constraints.

    `exist`: how many there are. `limited_by`: ids of what all sets of so many go through, one each; empty
    where that was not looked into.
    """

    def __init__(
        self,
        source: str,
        target: str,
        binding: tuple[Binding, ...],
        relaxations: tuple[Relaxation, ...] = (),
        best_without: "Path | None" = None,
        *,
        count: int,
        exist: int,
        limited_by: tuple[str, ...] = (),
    ) -> None:
        super().__init__(source, target, binding, relaxations, best_without)
        self.exist = exist
        self.limited_by = limited_by
        level = binding[0].constraint.removeprefix("disjoint.")
        names = ", ".join(b.constraint for b in binding[1:])
        within = f" within {names}" if names else ""
        fewer = f", {exist} are" if exist > 1 else ""
        through = f": all go through {' and '.join(limited_by)}" if limited_by else ""
        remedy = f"; {relaxations[0].sentence}" if relaxations else ""
        what = f"no {count} paths from {source!r} to {target!r}{within} are disjoint at level {level}"
        self.args = (f"{what}{fewer}{through}{remedy}",)


class BudgetExhausted(PathError):
    """The search ended at its budget with nothing found and nothing proved."""


class GraphTooLarge(PathError, OverflowError):
    """A path of this graph could have a sum beyond 64 bits."""
