"""Which question is asked of which networks: all that fits into ten minutes with peers that take seconds."""

from collections.abc import Callable

from bench.contest import Contest
from bench.given import Given
from bench.questions import bounds, call, change, flow, igp, matrix, one, risks, several

Question = Callable[[Given], Contest]

EVERY = (
    "germany50", "TataNld", "gabriel-500", "caida-7018", "world",
    "planar-50", "planar-500", "planar-5k", "planar-10k", "planar-100k",
)  # fmt: skip
LARGER = ("gabriel-500", "caida-7018", "world", "planar-500", "planar-10k", "planar-100k")

PLAN: dict[Question, tuple[str, ...]] = {
    one.path: EVERY,
    one.path_with_floor: LARGER,
    one.path_with_kept_floor: ("planar-500", "planar-10k"),
    one.widest: LARGER,
    several.k_paths: EVERY,
    several.disjoint_pair: LARGER,
    flow.max_flow: LARGER,
    flow.flow_and_cut: LARGER,
    matrix.rows: EVERY,
    change.one_path: ("gabriel-500", "world", "planar-500", "planar-10k", "planar-100k"),
    change.tree: ("gabriel-500", "world", "planar-500", "planar-10k", "planar-100k"),
    change.after_drift: ("world", "planar-500", "planar-10k", "planar-100k"),
    igp.cold: ("germany50", "TataNld", "gabriel-500", "planar-500", "planar-10k"),
    igp.cached: ("germany50", "gabriel-500", "planar-500"),
    bounds.two_bounds: ("germany50", "gabriel-500", "planar-500"),
    risks.srlg_disjoint: ("backbone", "germany50", "planar-500"),
    call.around: ("planar-500",),
}
"""By question. The contests are held network by network."""


def questions_of(graph: str) -> list[Question]:
    """What is asked of a network, in the order of the plan."""
    return [question for question, graphs in PLAN.items() if graph in graphs]
