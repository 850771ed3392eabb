"""The slow and obvious reading of constraints: each simple path is looked at by itself.

Limits are dictionaries with the names of the API; `exclude` and `affinity` are dictionaries of tuples.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.kit.graphs import Link, World
from tests.oracles.paths import Path, ids, simple_paths

Limits = Mapping[str, Any]
METRICS = {
    "latency": "latency_us",
    "te_metric": "te_metric",
    "igp_metric": "igp_metric",
    "jitter": "jitter_us",
    "loss": "loss_ppm",
}
SUMS = {
    "max_latency_us": "latency",
    "max_hops": "hops",
    "max_jitter_us": "jitter",
    "max_loss_ppm": "loss",
    "max_te_metric": "te_metric",
    "max_igp_metric": "igp_metric",
}
OBJECTIVES = {
    "latency": ("latency",),
    "te_metric": ("te_metric",),
    "igp_metric": ("igp_metric",),
    "hops": ("hops",),
    "widest": ("bandwidth",),
    "widest_then_latency": ("bandwidth", "latency"),
    "latency_then_widest": ("latency", "bandwidth"),
}
FULL_LOSS = 1_000_000


def total(path: Path, metric: str) -> int | None:
    """The sum along the path, None where unknown; loss at most all of it."""
    if metric == "hops":
        return len(path)
    values = [getattr(link, METRICS[metric]) for link in path]
    if None in values:
        return None
    return min(sum(values), FULL_LOSS) if metric == "loss" else sum(values)


def bandwidth(link: Link, limits: Limits) -> int | None:
    """What the flows can have of a link."""
    basis = link.capacity_bps if limits.get("bandwidth_basis") == "capacity" else link.free_bps
    single = link.capacity_bps if link.single_flow_bps is None else link.single_flow_bps
    if basis is None or single is None:
        return None
    return min(basis, limits.get("flows", 1) * single)


def counted(objective: str, limits: Limits) -> set[str]:
    """The metrics that the answer counts with."""
    found = set(OBJECTIVES[objective]) | {SUMS[name] for name in SUMS if limits.get(name) is not None}
    return found if limits.get("min_bandwidth_bps") is None else found | {"bandwidth"}


def age_ms(link: Link, metrics: set[str], limits: Limits) -> int:
    """The age of the oldest measured metric that is counted with."""
    ages = [link.latency_age_ms] if "latency" in metrics else []
    if "bandwidth" in metrics and limits.get("bandwidth_basis") != "capacity":
        ages.append(link.used_age_ms)
    return max([age for age in ages if age is not None], default=0)


def fails(world: World, link: Link, name: str, objective: str, limits: Limits) -> bool:
    """Whether a link does not pass one filter."""
    value = limits[name]
    if name == "min_bandwidth_bps":
        has = bandwidth(link, limits)
        return has is None or has < value
    if name == "min_mtu_bytes":
        return link.mtu_bytes is None or link.mtu_bytes < value
    if name == "max_metric_age_ms":
        return age_ms(link, counted(objective, limits), limits) > value
    if name == "affinity":
        groups = set(link.admin_groups)
        any_of, all_of, none_of = (
            set(value.get(k, ())) for k in ("include_any", "include_all", "exclude_any")
        )
        return bool((any_of and not any_of & groups) or all_of - groups or none_of & groups)
    touched = {
        "sites": {world.sites[link.tail], world.sites[link.head]},
        "routers": {link.tail, link.head},
        "circuits": {link.circuit},
        "links": {link.id},
        "srlgs": set(link.srlgs),
    }
    return any(touched[kind] & set(names) for kind, names in value.items())


FILTERS = ("min_bandwidth_bps", "min_mtu_bytes", "max_metric_age_ms", "affinity", "exclude")


def passes_stops(world: World, path: Path, stops: tuple[str, ...]) -> bool:
    """Whether the way points are passed in order; a router may pass several of them."""
    left = list(stops)
    for router in (path[0].tail, *(link.head for link in path)):
        while left and left[0] in (router, world.sites[router]):
            left.pop(0)
    return not left


def keeps(world: World, path: Path, objective: str, limits: Limits) -> bool:
    """Whether the path has a value by the objective, and keeps all limits."""
    for step in OBJECTIVES[objective]:
        if step == "bandwidth":
            if any(bandwidth(link, limits) is None for link in path):
                return False
        elif total(path, step) is None:
            return False
    for name, metric in SUMS.items():
        value = total(path, metric)
        if limits.get(name) is not None and (value is None or value > limits[name]):
            return False
    for name in FILTERS:
        if limits.get(name) is not None and any(fails(world, link, name, objective, limits) for link in path):
            return False
    return passes_stops(world, path, limits.get("include", ()))


def order(objective: str, limits: Limits) -> Callable[[Path], tuple[object, ...]]:
    """The total order of paths by an objective."""

    def key(path: Path) -> tuple[object, ...]:
        steps: list[object] = []
        for step in OBJECTIVES[objective]:
            if step == "bandwidth":
                steps.append(-min(bandwidth(link, limits) or 0 for link in path))
            else:
                steps.append(total(path, step))
        return (*steps, len(path), ids(path))

    return key


def every(world: World, ends: tuple[str, str]) -> list[Path]:
    """All simple paths over links that are up."""
    sources, targets = (world.routers_at(end) for end in ends)
    return list(simple_paths(world, sources, targets, lambda link: link.state == "up"))


def ranked(world: World, paths: list[Path], objective: str, limits: Limits) -> list[Path]:
    """Those of the paths that keep the limits, best first."""
    kept = [path for path in paths if keeps(world, path, objective, limits)]
    return sorted(kept, key=order(objective, limits))
