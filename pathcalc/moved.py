"""An engine of other weights is its lane alone, until it is asked what the lane does not answer.

The lane moves the weights of one graph beside the base's, so making such an engine costs next to nothing, and
the best path is found as fast as in the base. For anything else the engine becomes one of its own.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pathcalc.any.lane import ask_of, takes_labels
from pathcalc.constraints.fields import UNCONSTRAINED, Constraints
from pathcalc.core.lane import Lane
from pathcalc.overlay import NO_LINKS, Changes, applied
from pathcalc.tables import Overlaid

if TYPE_CHECKING:
    from pathcalc.answers import Path
    from pathcalc.engine import PathEngine

Values = Mapping[str, Mapping[int, int]]


def overlaid(owner: "PathEngine", values: Values) -> Overlaid:
    """Return the tables of answers of an engine whose weights are other than the owner's."""
    return Overlaid(owner._tables, values)


class Moved:
    """What an engine of other weights does when it is asked; the base of all engines.

    Several threads may make it one of its own at once: each makes all of it, and the lane last, by which it
    is known to be so.
    """

    _lane: "Lane[Path]"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Make it an engine of its own: it is asked what its lane cannot answer."""
            if "_lane" in vars(self) and name in vars(self._alone()):
                return vars(self)[name]
            raise AttributeError(f"an engine has no {name!r}", name=name, obj=self)

    def _alone(self) -> "Moved":
        """This engine with all of its own."""
        lane = self._lane
        if (owner := lane.owner) is not None:
            order = owner._structure.order
            values = {
                field: ([int(i) if order is None else int(order[i]) for i in links], list(links.values()))
                for field, links in lane.values().items()
            }
            changed = applied(owner.snapshot, Changes(NO_LINKS, values))
            type(self).__init__(self, changed, owner, as_if=True)  # type: ignore[call-arg]
        return self

    def _asked_anew(
        self, source: object, target: object, objective: str, fields: Mapping[str, Any]
    ) -> "Path | None":
        """Prepare the lane for a question, and ask it; None where that is for others to answer."""
        lane = self._lane
        if (owner := lane.owner) is None:
            return None
        limits = Constraints(**fields) if fields else UNCONSTRAINED
        if limits.max_metric_age_ms is not None or takes_labels(objective, limits):  # what was set has no age
            return None
        ask = ask_of(owner._solver.over(lane.graph), objective, limits, owner._basis(limits))
        if ask is not None:
            lane.prepare(objective, fields, ask)
        return lane.path(source, target, objective, fields)
