"""What an IGP does, from networkx's shortest paths: next hops at each router, split equally over links."""

from collections import defaultdict
from collections.abc import Collection
from fractions import Fraction

import networkx as nx

from tests.kit.compared import compared
from tests.kit.graphs import Link, World

SINK = "#sink"
COSTED_OUT = 1 << 24  # what a drained link costs more
HOP_SCALE = 10_000  # metric above, hop count below: the tie rule for links of metric 0


def in_use(link: Link) -> bool:
    """Whether packets may take the link."""
    return link.state in ("up", "drained") and link.igp_metric is not None


def doors(world: World, sources: Collection[str], hops: Collection[str]) -> set[str]:
    """The sources that have next hops; those that are drained whole only if all of them are.

    Of those that are left the backups only if all of them are.
    """
    able = {router for router in sources if router in hops}
    undrained = {link.tail for link in world.links if in_use(link) and link.state != "drained"}
    chosen = able & undrained or able
    return chosen - world.backups or chosen


def forwarding_graph(world: World, targets: Collection[str]) -> nx.MultiDiGraph:
    """The graph of the links that the IGP uses, and a sink behind the targets, where packets stay."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from([*world.sites, SINK])
    for link in world.links:
        if in_use(link) and link.igp_metric is not None and link.tail not in targets:
            cost = link.igp_metric + (COSTED_OUT if link.state == "drained" else 0)
            graph.add_edge(link.tail, link.head, key=link.id, weight=cost)
    for target in targets:
        graph.add_edge(target, SINK, key=f"#{target}", weight=0)
    return graph


def next_hops(world: World, targets: Collection[str]) -> dict[str, list[Link]]:
    """Every router's next-hop links to the targets, by the documented rule for metric 0."""
    graph = forwarding_graph(world, targets)
    scaled = nx.MultiDiGraph()
    scaled.add_nodes_from(graph)
    for tail, head, key, data in graph.edges(keys=True, data=True):
        hop = 0 if head == SINK else 1
        scaled.add_edge(head, tail, key=key, weight=data["weight"] * HOP_SCALE + hop)
    distance = nx.single_source_dijkstra_path_length(scaled, SINK)
    found: dict[str, list[Link]] = defaultdict(list)
    for tail, head, key, data in graph.edges(keys=True, data=True):
        if head == SINK or tail not in distance or head not in distance:
            continue
        if distance[tail] // HOP_SCALE != data["weight"] + distance[head] // HOP_SCALE:
            continue
        if data["weight"] > 0 or distance[head] < distance[tail]:
            found[tail].append(world.by_id[key])
    return found


def next_hops_on_shortest_paths(world: World, targets: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Next-hop routers of every router, read from networkx's list of all shortest paths."""
    graph = forwarding_graph(world, targets)
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for router in world.sites:
        if router in targets or not nx.has_path(graph, router, SINK):
            continue
        for path in nx.all_shortest_paths(graph, router, SINK, weight="weight"):
            found[router].add((path[0], path[1]))
    return found


def shares(
    world: World, sources: Collection[str], targets: Collection[str]
) -> tuple[set[str], dict[str, Fraction]]:
    """Return the ingress routers and the share of every link used, exact, by following each packet."""
    compared("each packet followed", "IGP shares")
    hops = next_hops(world, targets)
    ingress = doors(world, sources, hops)
    share: dict[str, Fraction] = defaultdict(Fraction)

    def follow(router: str, part: Fraction) -> None:
        for link in hops.get(router, ()):
            share[link.id] += part / len(hops[router])
            follow(link.head, part / len(hops[router]))

    for router in ingress:
        follow(router, Fraction(1, len(ingress)))
    return ingress, dict(share)


def branches(
    world: World, sources: Collection[str], targets: Collection[str]
) -> dict[tuple[str, ...], Fraction]:
    """Return every branch as link ids, with its share."""
    hops = next_hops(world, targets)
    ingress = doors(world, sources, hops)
    found: dict[tuple[str, ...], Fraction] = {}

    def follow(router: str, path: tuple[str, ...], part: Fraction) -> None:
        if router in targets:
            found[path] = part
        for link in hops.get(router, ()):
            follow(link.head, (*path, link.id), part / len(hops[router]))

    for router in ingress:
        follow(router, (), Fraction(1, len(ingress)))
    return found
