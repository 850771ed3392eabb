"""Random sets of constraints for random networks, as dictionaries and as the engine's arguments."""

from typing import Any

from hypothesis import strategies as st

from pathcalc import Affinity, Exclude
from tests.kit.graphs import ADMIN_GROUPS, World

LOSSES = (0, 1, 2, 3, 400_002, 999_999, 1_000_000, 2_000_000)
_groups = st.lists(st.sampled_from(ADMIN_GROUPS), max_size=2, unique=True).map(tuple)
_sums = st.integers(0, 12) | st.integers(0, 150)
_bounds = {
    "max_latency_us": _sums,
    "max_hops": st.integers(0, 6),
    "max_jitter_us": _sums,
    "max_loss_ppm": st.sampled_from(LOSSES),
    "max_te_metric": _sums,
    "max_igp_metric": _sums,
}
_filters = {
    "min_bandwidth_bps": st.integers(0, 4),
    "min_mtu_bytes": st.sampled_from((1500, 9000, 9001)),
    "max_metric_age_ms": st.sampled_from((0, 10, 600, 1500)),
    "affinity": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("include_any", "include_all", "exclude_any"), _groups)
    ),
}
_basis = {"flows": st.integers(1, 3), "bandwidth_basis": st.sampled_from(("capacity", "free_now"))}


def _some(kinds: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """A few of the kinds: with many at once hardly any path is left."""
    names = st.lists(st.sampled_from(sorted(kinds)), max_size=most, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: kinds[name] for name in some}))


bounds = _some(_bounds, 3)
filters = _some(_filters | _basis, 4)
limits = _some(_bounds | _filters | _basis, 5)


def with_names(world: World, found: dict[str, Any], choice: int, *, stops: int = 0) -> dict[str, Any]:
    """The limits with an exclusion and with way points, chosen by a number, of things that there are."""
    pools = {
        "sites": sorted(set(world.sites.values())),
        "routers": sorted(world.sites),
        "circuits": sorted({link.circuit for link in world.links}),
        "links": sorted(world.by_id),
        "srlgs": sorted({srlg for link in world.links for srlg in link.srlgs}),
    }
    kinds = [kind for kind, pool in pools.items() if pool]
    result = dict(found)
    if choice % 3 == 0:
        kind = kinds[choice // 3 % len(kinds)]
        result["exclude"] = {kind: (pools[kind][choice // 15 % len(pools[kind])],)}
    places = world.places()
    names = [places[(choice // 7 ** (i + 1)) % len(places)] for i in range(stops)]
    if names:
        result["include"] = tuple(name for i, name in enumerate(names) if i == 0 or names[i - 1] != name)
    return result


def arguments(found: dict[str, Any]) -> dict[str, Any]:
    """The limits as keyword arguments of the engine."""
    kinds = {"exclude": Exclude, "affinity": Affinity}
    return {name: kinds[name](**value) if name in kinds else value for name, value in found.items()}
