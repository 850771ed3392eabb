"""Nokia SR OS: OpenConfig and native names, module prefixes in JSON_IETF, delay by OAM-PM.

Delay: /state/oam-pm/session/statistics, average-delay and average-jitter in µs one way, the frame loss
ratio in millipercent. Adjacencies: /state/router/isis/interface/adjacency (nokia-state-router-isis, 26.3),
for OpenConfig's are not streamed (featureprofiles isis_adjacency_stream_unsupported). ON_CHANGE is taken on
any path; leaves that cannot be told on change stay silent.
"""

from collections.abc import Iterator, Mapping

from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.tree import Entry, Leaf, Read, Tree, when_up, with_peer
from suanlu.simulator.values import Kind
from suanlu.simulator.vendors.dialect import Dialect
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_leaves


class NokiaSros(Dialect):
    """See the module."""

    profile = "nokia-sros"
    origins = ("", "openconfig", "nokia-state", "native")
    organization = "Nokia"
    software = "TiMOS-B-26.3.R1"
    json_modules: Mapping[str, str] = {
        "interfaces": "openconfig-interfaces",
        "lldp": "openconfig-lldp",
        "components": "openconfig-platform",
        "system": "openconfig-system",
        "state": "nokia-state",
    }

    def tree(self, router: RouterNode) -> Tree:
        """OpenConfig and the sessions of OAM-PM."""
        delays = (leaf for port in router.circuit_ports for leaf in _delay(port))
        return Tree([*openconfig_leaves(router, self.adjacency, self.software), *delays], SCHEMA)

    def adjacency(self, port: Port) -> Iterator[Leaf]:
        """The native list; without its peer an adjacency is down."""
        entry = Entry(
            ("state", {}),
            ("router", {"router-name": "Base"}),
            ("isis", {"isis-instance": "0"}),
            ("interface", {"interface-name": port.name}),
            ("adjacency", {"adjacency-index": "1"}),
        )
        yield entry.leaf("oper-state", with_peer(port, "up", "down"), Kind.TEXT, on_change=True)

    def models(self) -> tuple[tuple[str, str, str], ...]:
        """OpenConfig and Nokia's state model."""
        return (*super().models(), ("nokia-state", "Nokia", "26.3.R1"))


def _delay(port: Port) -> Iterator[Leaf]:
    session = {"session-name": port.name}
    entry = Entry(("state", {}), ("oam-pm", {}), ("session", session))
    told: tuple[tuple[str, Read], ...] = (
        ("average-delay", lambda r: round(r.delay_us(port))),
        ("average-jitter", lambda r: round(r.jitter_us(port))),
        ("frame-loss-ratio", lambda r: round(r.loss(port) * 100_000)),
    )
    for name, read in told:
        yield entry.leaf(f"statistics/{name}", when_up(port, read), Kind.UINT32)
