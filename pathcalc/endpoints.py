"""What a query may name: a site, a router, or several of them."""

import difflib
from collections.abc import Sequence

from pathcalc.errors import InvalidQuery, SameEndpoint
from topology.errors import UnknownNode
from topology.snapshot import Snapshot

Endpoint = str | Sequence[str]
"""A site id, a router id, or a sequence of them of which any will do."""

NEAR_MATCHES = 3


class Endpoints:
    """Site and router ids → router indexes; a site is tried before a router."""

    def __init__(self, snapshot: Snapshot) -> None:
        at_site: list[list[int]] = [[] for _ in snapshot.site_ids]
        for router, site in enumerate(snapshot.router_site.tolist()):
            at_site[site].append(router)
        self.of: dict[str, tuple[int, ...]] = {name: (i,) for i, name in enumerate(snapshot.router_ids)} | {
            name: tuple(routers) for name, routers in zip(snapshot.site_ids, at_site, strict=True)
        }

    def routers(self, endpoint: Endpoint, field: str) -> tuple[int, ...]:
        """Return the indexes of the endpoint's routers, ascending.

        Raises UnknownNode with near matches, InvalidQuery for no name at all; `field` is named by it.
        """
        if isinstance(endpoint, str):
            found = self.of.get(endpoint)
            if found is None:
                near = difflib.get_close_matches(endpoint, self.of, NEAR_MATCHES)
                raise UnknownNode(endpoint, tuple(near))
            return found
        if not endpoint:
            raise InvalidQuery(field, "name at least one site or router")
        return tuple(sorted({router for name in endpoint for router in self.routers(name, field)}))

    def pair(self, source: Endpoint, target: Endpoint) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return both ends' routers. Raises SameEndpoint where they share a router or a name."""
        sources, targets = self.routers(source, "from"), self.routers(target, "to")
        if len(sources) == 1 == len(targets):
            same = sources == targets
        else:
            same = not set(sources).isdisjoint(targets)
        if same or source == target:
            raise SameEndpoint(name_of(source), name_of(target))
        return sources, targets


def name_of(endpoint: Endpoint) -> str:
    """Return the endpoint as a person would write it."""
    return endpoint if isinstance(endpoint, str) else " or ".join(endpoint)
