"""IGP forwarding with equal-cost splitting, the slow and obvious way: networkx and recursion."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import networkx

from topology.ids import link_id
from topology.inventory import Inventory


def igp_loads(
    inventory: Inventory, entering: Mapping[tuple[str, str], float], cut: Collection[str] = ()
) -> dict[str, float]:
    """Return bit/s by link for `entering` {(router, target site): bit/s}; nothing is ever full.

    A router sends a site's traffic in equal parts over every link that starts a shortest path to the
    nearest router of that site; what has no way there is left out.
    """
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(router.id for router in inventory.routers)
    for circuit in inventory.circuits:
        if circuit.id not in cut:
            forth = circuit.igp_metric or 10
            back = forth if circuit.igp_metric_za is None else circuit.igp_metric_za
            graph.add_edge(circuit.a, circuit.z, key=link_id(circuit.id, "az"), metric=forth)
            graph.add_edge(circuit.z, circuit.a, key=link_id(circuit.id, "za"), metric=back)
    loads: dict[str, float] = defaultdict(float)
    for site in inventory.sites:
        doors = {router.id for router in inventory.routers if router.site == site.id}
        away = networkx.multi_source_dijkstra_path_length(graph.reverse(), doors, weight="metric")
        held = {router: amount for (router, target), amount in entering.items() if target == site.id}
        for router in sorted(away, key=lambda name: -away[name]):  # the farthest first
            amount = held.get(router, 0.0)
            hops = [
                (key, head)
                for _, head, key, metric in graph.out_edges(router, keys=True, data="metric")
                if head in away and away[router] == metric + away[head]
            ]
            if router in doors or not amount:
                continue
            for key, head in hops:
                loads[key] += amount / len(hops)
                held[head] = held.get(head, 0.0) + amount / len(hops)
    return dict(loads)
