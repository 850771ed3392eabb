"""The path core: exact answers about paths on one snapshot of the graph."""

from pathcalc.allocation import Allocated, AllocationAnswer, Demand, LoadedLink
from pathcalc.answers import DisjointAnswer, FlowAnswer, FlowLink, FlowPath, Hop, Path, PathsAnswer
from pathcalc.any.explain import Explanation, Objection
from pathcalc.constraints.fields import Basis, ConstraintFields, Constraints, Objective
from pathcalc.constraints.groups import Affinity, Exclude
from pathcalc.constraints.verdict import Violation
from pathcalc.engine import PathEngine
from pathcalc.errors import (
    Binding,
    BudgetExhausted,
    GraphTooLarge,
    InvalidQuery,
    NoConnectivity,
    NoDisjointPaths,
    NoFeasiblePath,
    PathError,
    Relaxation,
    SameEndpoint,
)
from pathcalc.igp.forwarding import Branch, Forwarding, Share, Spread
from pathcalc.igp.pin import Segment
from pathcalc.overlay import Overlay
from pathcalc.pairs import PairCounts, unordered
from pathcalc.tree import Tree
from pathcalc.whatif import Change, Effect

__all__ = [
    "Affinity",
    "Allocated",
    "AllocationAnswer",
    "Basis",
    "Binding",
    "Branch",
    "BudgetExhausted",
    "Change",
    "ConstraintFields",
    "Constraints",
    "Demand",
    "DisjointAnswer",
    "Effect",
    "Exclude",
    "Explanation",
    "FlowAnswer",
    "FlowLink",
    "FlowPath",
    "Forwarding",
    "GraphTooLarge",
    "Hop",
    "InvalidQuery",
    "LoadedLink",
    "NoConnectivity",
    "NoDisjointPaths",
    "NoFeasiblePath",
    "Objection",
    "Objective",
    "Overlay",
    "PairCounts",
    "Path",
    "PathEngine",
    "PathError",
    "PathsAnswer",
    "Relaxation",
    "SameEndpoint",
    "Segment",
    "Share",
    "Spread",
    "Tree",
    "Violation",
    "unordered",
]
