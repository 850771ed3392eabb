"""Endpoints: from what a query names (site, router, IP, prefix, interface) to a site or a router."""

import difflib
import ipaddress
from collections.abc import Iterable

from topology.errors import UnknownNode
from topology.ids import split_interface
from topology.inventory import Inventory

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Endpoints:
    """Resolves names in the order of the API: site, router, IP address or prefix, interface."""

    def __init__(self, inventory: Inventory) -> None:
        self._nodes = frozenset([site.id for site in inventory.sites] + [r.id for r in inventory.routers])
        self._site_of = {router.id: router.site for router in inventory.routers}
        self._node_sids = {router.id: router.sr_node_sid for router in inventory.routers}
        self._interfaces = frozenset(
            f"{router}:{interface}"
            for circuit in inventory.circuits
            for router, interfaces in (
                (circuit.a, (circuit.a_interface, *circuit.a_member_interfaces)),
                (circuit.z, (circuit.z_interface, *circuit.z_member_interfaces)),
            )
            for interface in interfaces
        )
        owned = [(ipaddress.ip_network(p), site.id) for site in inventory.sites for p in site.prefixes]
        owned += [
            (ipaddress.ip_network(loopback), router.id)
            for router in inventory.routers
            for loopback in (router.loopback_ipv4, router.loopback_ipv6)
            if loopback
        ]
        self._owned = sorted(owned, key=lambda entry: -entry[0].prefixlen)  # the longest match first

    def resolve(self, name: str) -> str:
        """Return the id of the site or router that `name` stands for; raises UnknownNode."""
        if name in self._nodes:
            return name
        network = _network(name)
        if network is not None:
            owner = self._owner(network)
            if owner is None:
                raise UnknownNode(name)
            return owner
        if name in self._interfaces:
            return split_interface(name)[0]
        raise UnknownNode(name, self.near(name))

    def site_of(self, node: str) -> str:
        """The site of a router; a site is its own."""
        return self._site_of.get(node, node)

    def node_sid(self, router: str) -> int | None:
        """The router's node segment (RFC 8402); None where the inventory does not know it."""
        return self._node_sids.get(router)

    def near(self, name: str) -> tuple[str, ...]:
        """Up to three names like this one, best first."""
        return near(name, self._interfaces if ":" in name else self._nodes)

    def _owner(self, network: Network) -> str | None:
        for owned, owner in self._owned:
            if owned.version == network.version and network.subnet_of(owned):  # type: ignore[arg-type]
                return owner
        return None


def near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of `names` that are like `name`, best first, ties by name."""
    return tuple(difflib.get_close_matches(name[:64].lower(), sorted(names), n=3, cutoff=0.6))


def _network(name: str) -> Network | None:
    try:
        return ipaddress.ip_network(name)
    except ValueError:
        return None
