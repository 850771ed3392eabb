"""Where more paths are equally good than are asked for: the ones shown are the smallest by the rule for ties.

The rule: value, then fewest hops, then the sequence of link ids. Networks here are all ties: parallel
circuits, and metrics of 0 and 1.
"""

import os
import random
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import PathEngine
from tests.kit.graphs import Link, World
from tests.oracles import paths as oracle

ROOT = Path(__file__).parents[2]
CASES = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
SITES = {"a": "s", "a2": "s", "b": "b", "c": "c", "d": "d", "t": "t", "t2": "t"}
NAMES = "zyxwvutsrqponm"  # ids fall as circuits are added, so that order of input is not order of ids


def tied_link(number: int, tail: str, head: str, metrics: tuple[int, int, int], free_bps: int = 1) -> Link:
    """A link whose id says nothing of where it leads."""
    latency_us, te_metric, igp_metric = metrics
    name = f"{NAMES[number % len(NAMES)]}{number}"
    return Link(
        id=f"{name}:az",
        circuit=name,
        tail=tail,
        head=head,
        latency_us=latency_us,
        te_metric=te_metric,
        igp_metric=igp_metric,
        capacity_bps=2,
        free_bps=free_bps,
        srlgs=(),
        state="up",
    )


bit = st.integers(0, 1)
tied_worlds = st.lists(
    st.tuples(
        st.sampled_from(sorted(SITES)),
        st.sampled_from(sorted(SITES)),
        st.tuples(bit, bit, bit),
        bit,
        st.integers(1, 4),  # so many of them in parallel
    ).filter(lambda drawn: drawn[0] != drawn[1]),
    min_size=2,
    max_size=8,
).map(
    lambda drawn: World(
        SITES,
        tuple(
            tied_link(number, tail, head, metrics, free_bps)
            for number, (tail, head, metrics, free_bps) in enumerate(
                (tail, head, metrics, free_bps)
                for tail, head, metrics, free_bps, parallel in drawn
                for _ in range(parallel)
            )
        ),
    )
)


def cuts_through_ties(ranked: list[oracle.Path], objective: str) -> list[int]:
    """Every k whose last path is as good, over as many hops, as the first that is not shown."""
    keys = [oracle.order(objective)(path)[:2] for path in ranked]
    return [k for k, (last, following) in enumerate(pairwise(keys), start=1) if last == following]


@CASES
@given(
    tied_worlds,
    st.sampled_from(("latency", "te_metric", "igp_metric", "hops", "widest")),
    st.sampled_from(({}, {"max_hops": 6}, {"max_latency_us": 3})),
    st.data(),
)
def test_the_cut_through_a_tie_is_by_link_ids(
    world: World, objective: str, bounds: dict[str, int], data: st.DataObject
) -> None:
    limits = {"max_latency_us": None, "max_hops": None} | bounds
    may = oracle.usable(objective=objective)
    every = oracle.simple_paths(world, world.routers_at("s"), world.routers_at("t"), may)
    kept = (path for path in every if oracle.within(path, **limits))
    ranked = sorted(kept, key=oracle.order(objective))
    cuts = cuts_through_ties(ranked, objective)
    assume(cuts)
    k = data.draw(st.sampled_from(cuts))
    shuffle = data.draw(st.randoms(use_true_random=False))
    for snapshot in (world.snapshot(), world.snapshot(shuffle)):
        found = PathEngine(snapshot).k_paths("s", "t", k=k, objective=objective, **bounds)  # type: ignore[arg-type]
        assert [path.links for path in found] == [oracle.ids(path) for path in ranked[:k]]


def chain(parallel: int, length: int) -> World:
    """`length` routers in a row, `parallel` circuits of metric 0 between neighbours: all paths are equal."""
    routers = [f"r{i}" for i in range(length)]
    steps = [step for step in pairwise(routers) for _ in range(parallel)]
    links = [tied_link(number, *step, (0, 0, 0)) for number, step in enumerate(steps)]
    random.Random(7).shuffle(links)
    return World(dict(zip(routers, routers, strict=True)), tuple(links))


@pytest.mark.parametrize("k", [1, 2, 255, 256, 999, 1000])
def test_of_1024_equal_paths_the_first_by_ids_are_shown(k: int) -> None:
    world = chain(4, 6)
    steps = [
        sorted(link.id for link in world.links if (link.tail, link.head) == step)
        for step in pairwise(world.sites)
    ]
    found = PathEngine(world.snapshot()).k_paths("r0", "r5", k=k)
    assert [path.links for path in found] == list(product(*steps))[:k]  # a product is in order of ids


SHOW = """
import sys
from pathcalc import PathEngine
from tests.property.test_paths_ties import chain
found = PathEngine(chain(3, 5).snapshot()).k_paths("r0", "r4", k=50)
sys.stdout.write(repr([(path.links, path.routers, path.latency_us) for path in found]))
"""


def test_every_process_shows_the_same_bytes() -> None:
    shown = {
        subprocess.run(
            [sys.executable, "-c", SHOW],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=60,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(shown) == 1
    assert shown.pop().count(b":az") == 200
