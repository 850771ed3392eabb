"""Ids: what names a site, a router, a circuit, a link, an interface, a shared-risk group.

Site, router and circuit ids share one namespace. A link is one direction of a circuit (RFC 8345's
unidirectional link): `<circuit>:az` from the A-end to the Z-end, `<circuit>:za` back.
"""

import re

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
SRLG_ID = re.compile(r"[a-z0-9]+:[a-z0-9][a-z0-9._-]{0,62}")


def link_id(circuit: str, direction: str) -> str:
    """Return the id of the `az` or `za` direction of a circuit."""
    return f"{circuit}:{direction}"


def circuit_of(link: str) -> str:
    """Return the circuit that a link id names: `wuhan-changsha-1:za` is of `wuhan-changsha-1`."""
    return link.rpartition(":")[0]


def reverse_of(link: str) -> str:
    """Return the id of the other direction of the same circuit."""
    circuit, _, direction = link.rpartition(":")
    return f"{circuit}:{'za' if direction == 'az' else 'az'}"


def split_interface(name: str) -> tuple[str, str]:
    """Split `shenzhen-r1:800GE1/0/0` at its first colon; the rest is the interface name verbatim.

    Raises ValueError where there is no colon.
    """
    router, colon, interface = name.partition(":")
    if not colon or not interface:
        raise ValueError(f"{name!r} is no interface: write <router>:<interface>")
    return router, interface
