"""The networks to measure on, by name."""

from bench.graphs.known import reference, topohub_network
from bench.graphs.network import Network
from bench.graphs.planar import planar

TOPOHUB = {
    "germany50": "sndlib/germany50",
    "TataNld": "topozoo/TataNld",
    "gabriel-500": "gabriel/500/0",
    "caida-7018": "caida/2024-08/7018",
    "world": "backbone/world",
}
PLANAR = {
    "planar-50": 50,
    "planar-500": 500,
    "planar-5k": 5_000,
    "planar-10k": 10_000,
    "planar-100k": 100_000,
}
GRAPHS = ("backbone", *TOPOHUB, *PLANAR)

__all__ = ["GRAPHS", "Network", "network"]


def network(name: str) -> Network:
    """Return the network of that name, the same one every time."""
    if name == "backbone":
        return reference()
    if name in TOPOHUB:
        return topohub_network(name, TOPOHUB[name])
    return planar(name, PLANAR[name])
