"""Networks that others have published, from topohub, and the backbone of our own demo."""

import json
from pathlib import Path

import networkx as nx
import numpy as np

from bench.graphs.network import MBIT, Network, furnished

BACKBONE = Path(__file__).parents[2] / "suanlu" / "reference-backbone.json"


def topohub_network(name: str, key: str) -> Network:
    """Return the largest connected part of a topology of topohub, lengths as given there."""
    import topohub  # noqa: PLC0415 - of the bench alone: tests take other networks from here

    whole = nx.Graph(nx.node_link_graph(topohub.get(key), edges="edges"))
    whole.remove_edges_from(list(nx.selfloop_edges(whole)))
    part = whole.subgraph(max(nx.connected_components(whole), key=len))
    number = {node: i for i, node in enumerate(node for node in whole if node in part)}
    edges = [(number[a], number[b], data["dist"]) for a, b, data in whole.edges(data=True) if a in part]
    circuits = np.array([(a, b) for a, b, _ in edges])
    return furnished(name, len(number), circuits, np.array([km for *_, km in edges]))


def reference() -> Network:
    """Return the reference backbone: sites of one or two routers, parallel circuits, ducts as planned."""
    plan = json.loads(BACKBONE.read_text())
    number = {router["id"]: i for i, router in enumerate(plan["routers"])}
    circuits = plan["circuits"]
    duct = {srlg: i for i, srlg in enumerate(sorted({srlg for c in circuits for srlg in c["srlgs"]}))}
    ends = np.array([(number[c["a"]], number[c["z"]]) for c in circuits])
    rng = np.random.default_rng(1)

    def of_both(field: str) -> np.ndarray:
        return np.repeat(np.array([c[field] for c in circuits], np.int64), 2)

    capacity = of_both("capacity_bps")
    return Network(
        name="backbone",
        router_ids=tuple(number),
        site=tuple(router["site"] for router in plan["routers"]),
        tail=ends.ravel(),
        head=ends[:, ::-1].ravel(),
        latency_us=of_both("latency_us"),
        jitter_us=rng.integers(1, 100, 2 * len(circuits)),
        te_metric=of_both("te_metric"),
        igp_metric=of_both("igp_metric"),
        free_bps=(capacity * rng.uniform(0.2, 1, len(capacity)) // MBIT).astype(np.int64) * MBIT,
        risks=tuple(tuple(duct[srlg] for srlg in c["srlgs"]) for c in circuits),
    )
