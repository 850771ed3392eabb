"""What is compared of an answer: a path is worth the sum over the links that it really takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.graphs import Network


def sum_of(network: Network, column: str, links: Sequence[int]) -> int:
    """The sum of a column over links."""
    values: np.ndarray = getattr(network, column)
    return int(values[list(links)].sum())


def latency_of_walk(network: Network, routers: Sequence[int] | None) -> int | None:
    """Latency of a walk by its routers; None for no walk."""
    return None if routers is None else sum_of(network, "latency_us", network.links_along(routers))


def latency_of_ids(network: Network, link_ids: Sequence[str] | None) -> int | None:
    """Latency of a walk by the ids of its links; None for no walk."""
    if link_ids is None:
        return None
    return sum_of(network, "latency_us", [network.link_number(link_id) for link_id in link_ids])


def narrowest(network: Network, links: Sequence[int]) -> int:
    """Bandwidth of the narrowest of links."""
    return int(network.free_bps[list(links)].min())


def not_below(ours: Any, theirs: Any) -> bool:
    """A peer that is not exact finds nothing, or nothing that is less than ours."""
    return theirs is None or (ours is not None and ours <= theirs)
