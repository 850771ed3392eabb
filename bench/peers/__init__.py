"""The peers: each library answers the same questions on its own form of the same network.

What a peer is given beforehand (its graph, a matrix laid out) costs it nothing; what depends on the question
is within its time. Where a library has no such search, ours is the shortest good program with its parts.
"""

from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench.graphs import Network
from bench.peers.by_highs import Highs
from bench.peers.by_igraph import Igraph
from bench.peers.by_networkit import Networkit
from bench.peers.by_networkx import Networkx
from bench.peers.by_rustworkx import Rustworkx
from bench.peers.by_scipy import Scipy

if TYPE_CHECKING:
    from bench.peers.by_cspy import Cspy


class Peers:
    """Every library's form of a network, made when it is first asked for."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def cspy(self) -> "Cspy | None":
        """None where it is not installed: its newest wheel is for Python 3.11."""
        if find_spec("cspy") is None:
            return None
        from bench.peers.by_cspy import Cspy  # noqa: PLC0415

        return Cspy(self.network)

    @cached_property
    def highs(self) -> Highs:
        return Highs(self.network)

    @cached_property
    def igraph(self) -> Igraph:
        return Igraph(self.network)

    @cached_property
    def networkit(self) -> Networkit:
        return Networkit(self.network)

    @cached_property
    def networkx(self) -> Networkx:
        return Networkx(self.network)

    @cached_property
    def rustworkx(self) -> Rustworkx:
        return Rustworkx(self.network)

    @cached_property
    def scipy(self) -> Scipy:
        return Scipy(self.network)
