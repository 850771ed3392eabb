"""Which question is asked of which networks: all that fits into ten minutes with peers that take seconds."""

from collections.abc import Callable
from typing import NamedTuple

from bench.contest import Contest
from bench.given import Given
from bench.questions import bounds, call, change, flow, igp, matrix, one, risks, several


class Planned(NamedTuple):
    """A question by the name that it has in the table, what makes its contest, and the networks."""

    question: str
    contest: Callable[[Given], Contest]
    graphs: tuple[str, ...]


EVERY = (
    "germany50", "TataNld", "gabriel-500", "caida-7018", "world",
    "planar-50", "planar-500", "planar-5k", "planar-10k", "planar-100k",
)  # fmt: skip
LARGER = ("gabriel-500", "caida-7018", "world", "planar-500", "planar-10k", "planar-100k")
CHANGING = ("gabriel-500", "world", "planar-500", "planar-10k", "planar-100k")

PLAN = (
    Planned("one pair", one.path, EVERY),
    Planned("bandwidth floor", one.path_with_floor, LARGER),
    Planned("bandwidth floor, kept", one.path_with_kept_floor, ("planar-500", "planar-10k")),
    Planned("widest", one.widest, LARGER),
    Planned("10 paths", several.k_paths, EVERY),
    Planned("disjoint pair", several.disjoint_pair, LARGER),
    Planned("max flow", flow.max_flow, LARGER),
    Planned("max flow, cut", flow.flow_and_cut, LARGER),
    Planned("matrix, per row", matrix.rows, EVERY),
    Planned("one change, one path", change.one_path, CHANGING),
    Planned("one change, a tree", change.tree, CHANGING),
    Planned("after drift", change.after_drift, ("world", "planar-500", "planar-10k", "planar-100k")),
    Planned(
        "IGP shares, cold", igp.cold, ("germany50", "TataNld", "gabriel-500", "planar-500", "planar-10k")
    ),
    Planned("IGP shares, cached", igp.cached, ("germany50", "gabriel-500", "planar-500")),
    Planned("two bounds", bounds.two_bounds, ("germany50", "gabriel-500", "planar-500")),
    Planned("SRLG-disjoint pair", risks.srlg_disjoint, ("backbone", "germany50", "planar-500")),
    Planned("call", call.around, ("planar-500",)),
)


def questions_of(graph: str) -> list[Planned]:
    """What is asked of a network, in the order of the plan."""
    return [planned for planned in PLAN if graph in planned.graphs]
