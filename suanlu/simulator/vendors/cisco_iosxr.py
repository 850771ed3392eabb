"""Cisco IOS-XR: origin `openconfig`, one bad leaf refuses the whole list, native delay measurement.

Delay: Cisco-IOS-XR-perf-meas-oper interface-delay, average and variance, uint32 in µs, one way.
ON_CHANGE of counters is taken and then silent. Keys of native models may stand in double quotes
(CSCvk26949); they are taken either way.
"""

from collections.abc import Iterator, Sequence

import grpc

from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.tree import Entry, Leaf, Tree
from suanlu.simulator.values import Kind
from suanlu.simulator.vendors.dialect import Dialect, Refusal
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_leaves
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
        return Tree([*openconfig_leaves(router, self), *delays], SCHEMA)

    def models(self) -> tuple[tuple[str, str, str], ...]:
        """OpenConfig and perf-meas."""
        return (*super().models(), ("Cisco-IOS-XR-perf-meas-oper", "Cisco Systems, Inc.", "2024-05-13"))

    def takes_origin(self, origin: str) -> bool:
        """A module's name may stand as origin."""
        return origin.startswith(("openconfig-", "Cisco-IOS-XR-"))

    def resolve(self, prefix: Path | None, path: Path) -> tuple[Elem, ...]:
        """Take keys in double quotes as well."""
        found = super().resolve(prefix, path)
        return tuple((name, tuple((key, value.strip('"')) for key, value in keys)) for name, keys in found)

    def unknown_path(self, pattern: tuple[Elem, ...]) -> Refusal:
        """One such path refuses the whole list."""
        names = "/".join(name for name, _ in pattern)
        return Refusal(
            grpc.StatusCode.INVALID_ARGUMENT, f"gNMI: Subscribe: No sysdb paths found for yang path {names}"
        )

    def prefix(self, elems: bytes, target: str) -> bytes:
        """Origin `openconfig`; none where the first element names a native module."""
        if b"Cisco-IOS-XR" in elems:
            return elems + super().prefix(b"", target)[len(super().prefix(b"", "")) :]
        return super().prefix(elems, target)

    def check_on_change(self, leaves: Sequence[Leaf]) -> None:
        """Anything is taken; what cannot be told on change is never told."""


def _delay(port: Port) -> Iterator[Leaf]:
    entry = Entry(
        (PERF_MEAS, {}),
        ("nodes", {}),
        ("node", {"node": "0/RP0/CPU0"}),
        ("interfaces", {}),
        ("interface-delay", {"interface-name": port.name}),
    )
    yield entry.leaf("average", lambda r: round(r.delay_us(port)) if port.is_up else None, Kind.UINT32)
    yield entry.leaf("variance", lambda r: round(r.jitter_us(port)) if port.is_up else None, Kind.UINT32)
