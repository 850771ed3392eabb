"""Every kind of question, and the answers by value: what two engines of one snapshot must agree on."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pathcalc import DisjointAnswer, FlowAnswer, Forwarding, Path, PathEngine, PathsAnswer
from topology.errors import SuanluError

_PATH = (
    "links",
    "routers",
    "sites",
    "status",
    "bound",
    "latency_us",
    "jitter_us",
    "loss_ppm",
    "te_metric",
    "igp_metric",
    "mtu_bytes",
    "bandwidth_bps",
    "single_flow_max_bps",
    "bottleneck_link",
    "hops",
    "stale_links",
)
_FLOW = ("value_bps", "links", "paths", "min_cut")
_FORWARDING = (
    "status",
    "ingress",
    "links",
    "branches",
    "drained_links",
    "latency_us",
    "bandwidth_bps",
    "branch_count",
)


def everything(engine: PathEngine, ends: tuple[str, str]) -> dict[str, object]:
    """The answers to all kinds of question about two places; an error is its sentence."""
    found: dict[str, object] = {}

    def ask(name: str, question: Callable[[], Any]) -> None:
        try:
            found[name] = by_value(question())
        except SuanluError as error:
            found[name] = f"{type(error).__name__}: {error}"

    for objective in ("latency", "te_metric", "igp_metric", "hops", "widest", "latency_then_widest"):
        ask(objective, lambda o=objective: engine.path(*ends, objective=o))
    for constraints in (
        {"min_bandwidth_bps": 2},
        {"max_latency_us": 6},
        {"max_hops": 2, "max_te_metric": 5},
        {"allow_stale": True, "allow_draining": True},
        {"min_mtu_bytes": 9000, "max_metric_age_ms": 1000},
    ):
        ask(str(constraints), lambda c=constraints: engine.path(*ends, **c))
    ask("k", lambda: engine.k_paths(*ends, k=4))
    ask("k widest", lambda: engine.k_paths(*ends, k=3, objective="widest", max_loss_ppm=2))
    for level in ("link", "circuit", "router", "srlg"):
        ask(f"disjoint by {level}", lambda v=level: engine.disjoint_paths(*ends, level=v))
    ask("flow", lambda: engine.max_flow(*ends, bandwidth_basis="capacity"))
    ask("forwarding", lambda: engine.forwarding(*ends))
    ask("explain", lambda: engine.explain(*ends, min_bandwidth_bps=3, max_hops=1))
    ask("pin", lambda: engine.pin(engine.path(*ends), ends[1]))
    sites = sorted(engine.snapshot.site_ids)
    for metric in ("latency", "bandwidth", "hops"):
        ask(f"matrix of {metric}", lambda m=metric: engine.matrix(sites, sites[:3], metric=m))
    ask("matrix igp", lambda: engine.matrix(sites[:3], sites, routing="igp"))
    for routing in ("any", "igp"):
        ask(f"whatif {routing}", lambda r=routing: engine.whatif("each_circuit", pairs=[ends], routing=r))
    return found


def by_value(answer: Any) -> object:
    """What an answer says, in values that can be compared."""
    if isinstance(answer, Path):
        return {name: getattr(answer, name) for name in _PATH}
    if isinstance(answer, PathsAnswer):
        bound = answer.bound if isinstance(answer, DisjointAnswer) else None
        return [answer.status, bound, *map(by_value, answer)]
    if isinstance(answer, FlowAnswer | Forwarding):
        names = _FLOW if isinstance(answer, FlowAnswer) else _FORWARDING
        return {name: by_value(getattr(answer, name)) for name in names}
    if hasattr(answer, "_asdict"):
        return {name: by_value(value) for name, value in answer._asdict().items()}
    if isinstance(answer, tuple | list):
        return [by_value(value) for value in answer]
    return repr(answer.tolist()) if isinstance(answer, np.ndarray) else answer
