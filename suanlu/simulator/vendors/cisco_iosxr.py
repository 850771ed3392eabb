"""Cisco IOS-XR: origin `openconfig`, one bad leaf refuses the whole list, native delay measurement.

Delay: Cisco-IOS-XR-perf-meas-oper interface-delay, average and variance, uint32 in µs, one way.
ON_CHANGE of counters is taken and then silent. In JSON a container is one update. Keys of native
models come in double quotes (CSCvk26949) and are taken either way.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import grpc
import orjson

from suanlu.simulator import wire
from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.tree import Entry, Leaf, Tree, when_up
from suanlu.simulator.values import Kind, Value, json_value
from suanlu.simulator.vendors.dialect import Dialect, Refusal
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_adjacency, openconfig_leaves
from suanlu.simulator.wire import Elem, Path

PERF_MEAS = "Cisco-IOS-XR-perf-meas-oper:performance-measurement"


class CiscoIosXr(Dialect):
    """See the module."""

    profile = "cisco-iosxr"
    answer_origin = "openconfig"
    organization = "Cisco Systems, Inc."
    software = "25.2.15"

    def tree(self, router: RouterNode) -> Tree:
        """OpenConfig and the delays of perf-meas."""
        delays = (leaf for port in router.circuit_ports for leaf in _delay(port))
        return Tree([*openconfig_leaves(router, self.adjacency, self.software), *delays], SCHEMA)

    def adjacency(self, port: Port) -> Iterator[Leaf]:
        """The adjacency without its peer it is deleted."""
        return openconfig_adjacency(port, port.name, None)

    def models(self) -> tuple[tuple[str, str, str], ...]:
        """OpenConfig and perf-meas."""
        return (*super().models(), ("Cisco-IOS-XR-perf-meas-oper", "Cisco Systems, Inc.", "2024-05-13"))

    def takes_origin(self, origin: str) -> bool:
        """A module's name may stand as origin."""
        return origin.startswith(("openconfig-", "Cisco-IOS-XR-"))

    def resolve(self, prefix: Path | None, path: Path) -> tuple[Elem, ...]:
        """Keys of native models are in quotes in the tree, whether the request has them or not."""
        found = super().resolve(prefix, path)
        quote = '"' if found and "Cisco-IOS-XR-" in f"{path.origin}{found[0][0]}" else ""
        return tuple(
            (name, tuple((key, _quoted(value, quote)) for key, value in keys)) for name, keys in found
        )

    def unknown_path(self, pattern: tuple[Elem, ...]) -> Refusal:
        """One such path refuses the whole list."""
        names = "/".join(name for name, _ in pattern)
        return Refusal(
            grpc.StatusCode.INVALID_ARGUMENT, f"gNMI: Subscribe: No sysdb paths found for yang path {names}"
        )

    def origin_of(self, elems: bytes) -> str:
        """None where the first element names a native module."""
        return "" if b"Cisco-IOS-XR-" in elems else self.answer_origin

    def updates(self, group: Sequence[tuple[Leaf, Value]], encoding: int) -> list[bytes]:
        """In JSON a container is one update, its leaves the members of one object."""
        if encoding == wire.PROTO:
            return super().updates(group, encoding)
        containers: dict[tuple[Elem, ...], dict[str, Any]] = {}
        for leaf, value in group:
            members = containers.setdefault(leaf.elems[leaf.split : -1], {})
            members[leaf.elems[-1][0]] = json_value(value, leaf.kind, encoding, leaf.module)
        wrap = wire.json_ietf_val if encoding == wire.JSON_IETF else wire.json_val
        return [
            wire.encode_update(wire.encode_path(path), wrap(orjson.dumps(members)))
            for path, members in containers.items()
        ]


def _quoted(value: str, quote: str) -> str:
    bare = value.strip('"')
    return bare if bare == "*" else f"{quote}{bare}{quote}"


def _delay(port: Port) -> Iterator[Leaf]:
    entry = Entry(
        (PERF_MEAS, {}),
        ("nodes", {}),
        ("node", {"node": '"0/RP0/CPU0"'}),
        ("interfaces", {}),
        ("interface-delay", {"interface-name": f'"{port.name}"'}),
    )
    yield entry.leaf("average", when_up(port, lambda r: round(r.delay_us(port))), Kind.UINT32)
    yield entry.leaf("variance", when_up(port, lambda r: round(r.jitter_us(port))), Kind.UINT32)
