"""The path core: exact answers about paths on one snapshot of the graph."""

from pathcalc.answers import DisjointAnswer, Hop, Path, PathsAnswer
from pathcalc.constraints.fields import Basis, Constraints, Exclude, Objective
from pathcalc.engine import PathEngine
from pathcalc.errors import (
    Binding,
    BudgetExhausted,
    GraphTooLarge,
    InvalidQuery,
    NoConnectivity,
    NoFeasiblePath,
    PathError,
    Relaxation,
    SameEndpoint,
)
from pathcalc.igp.forwarding import Branch, Forwarding, Share, Spread, Violation
from pathcalc.igp.pin import Segment
from pathcalc.whatif import Change, Effect

__all__ = [
    "Basis",
    "Binding",
    "Branch",
    "BudgetExhausted",
    "Change",
    "Constraints",
    "DisjointAnswer",
    "Effect",
    "Exclude",
    "Forwarding",
    "GraphTooLarge",
    "Hop",
    "InvalidQuery",
    "NoConnectivity",
    "NoFeasiblePath",
    "Objective",
    "Path",
    "PathEngine",
    "PathError",
    "PathsAnswer",
    "Relaxation",
    "SameEndpoint",
    "Segment",
    "Share",
    "Spread",
    "Violation",
]
