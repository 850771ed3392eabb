"""Real and planned networks from topohub, with metrics drawn at random: delays follow the distances.

Each circuit's directions differ; where not `plain`, one in ten is doubled by a parallel one and one in
twenty leads one way only.
"""

import json
import random
from functools import lru_cache
from pathlib import Path

import pytest

from tests.kit.graphs import Link, World

US_PER_KM = 4.9
CAPACITIES_BPS = (100_000_000_000, 400_000_000_000, 800_000_000_000)
SMALL = ("sndlib/germany50", "topozoo/TataNld")
MIDDLE = (*SMALL, "caida/2024-08/7018", "gabriel/500/0")
ALL = (*MIDDLE, "backbone/world")


@lru_cache(maxsize=16)
def real_world(name: str, seed: int = 1, *, plain: bool = False) -> World:
    """Return the network of topohub's key; skips the test where topohub is not installed."""
    topohub = pytest.importorskip("topohub", reason="topohub is not installed: pip install 'suanlu[test]'")
    # Read here: `topohub.get` leaves the file open.
    graph = json.loads((Path(topohub.__file__).parent / "data" / f"{name}.json").read_text())
    rng = random.Random(f"{name} {seed}")
    sites = {f"r{node['id']}": f"s{node['id']}" for node in graph["nodes"]}
    links: list[Link] = []
    n_ducts = len(graph["edges"]) // 3
    for number, edge in enumerate(graph["edges"]):
        for parallel in range(1 if plain or rng.random() < 0.9 else 2):
            circuit = f"{'qwertyuiop'[rng.randrange(10)]}{number}.{parallel}"
            ends = (f"r{edge['source']}", f"r{edge['target']}")
            if ends[0] == ends[1]:
                continue
            srlgs = tuple(sorted({f"duct:{rng.randrange(n_ducts)}" for _ in range(rng.choice((1, 1, 2)))}))
            one_way = not plain and rng.random() < 0.05
            igp_metric = 10 * rng.randint(1, 3)
            for side, tail, head in (("az", *ends), ("za", *ends[::-1]))[: 1 if one_way else 2]:
                capacity = rng.choice(CAPACITIES_BPS)
                links.append(
                    Link(
                        id=f"{circuit}:{side}",
                        circuit=circuit,
                        tail=tail,
                        head=head,
                        latency_us=round((edge["dist"] or 1) * US_PER_KM * rng.uniform(1, 1.05)) + 1,
                        te_metric=rng.randint(1, 100),
                        igp_metric=igp_metric,
                        capacity_bps=capacity,
                        free_bps=round(capacity * rng.uniform(0.05, 1)),
                        srlgs=srlgs,
                        state="up",
                        jitter_us=rng.randint(0, 50),
                        loss_ppm=rng.randint(0, 20),
                        mtu_bytes=9192,
                    )
                )
    return World(sites, tuple(links))


def some_pairs(world: World, count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Random pairs of different routers."""
    rng = random.Random(seed)
    routers = sorted(world.sites)
    return [(a, z) for a, z in (rng.sample(routers, 2) for _ in range(count))]
