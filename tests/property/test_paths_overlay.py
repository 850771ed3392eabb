"""An engine with other weights or an overlay answers as one made new from the altered network."""

import dataclasses
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import InvalidQuery, Overlay, PathEngine
from tests.kit.asking import everything
from tests.kit.graphs import Link, World, ends_of, make_world, worlds
from topology.errors import UnknownNode
from topology.snapshot import Snapshot, Source

CASES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NUMBERS = ("latency_us", "jitter_us", "loss_ppm", "te_metric", "igp_metric", "mtu_bytes")
Set = dict[str, dict[str, int | None]]


def altered(world: World, changes: Set, down: frozenset[str] = frozenset()) -> Snapshot:
    """The snapshot of the network with values set and links down, made from the beginning."""
    links = []
    for link in world.links:
        values: dict[str, Any] = dict(changes.get(link.id, {}))
        if "free_now_bps" in values:
            values["free_bps"] = values.pop("free_now_bps")
            values.pop("free_p05_bps")
        if "capacity_bps" in values:
            values["single_flow_bps"] = values.pop("single_flow_max_bps")
        if "latency_us" in values:
            values["latency_age_ms"] = None
        if link.id in down:
            values["state"] = "down"
        links.append(dataclasses.replace(link, **values))
    snapshot = World(world.sites, tuple(links)).snapshot()
    sources = {}
    for metric in ("latency_us", "jitter_us", "loss_ppm", "capacity_bps"):
        source = getattr(snapshot, f"{metric}_source").copy()
        for i, link_id in enumerate(snapshot.link_ids):
            if changes.get(link_id, {}).get(metric) is not None:
                source[i] = Source.OVERLAY
        sources[f"{metric}_source"] = source
    return dataclasses.replace(snapshot, **sources)


def some_changes(world: World, rng: random.Random, most: int = 4) -> Set:
    """Other values for some links; bandwidths as a given network has them."""
    found: Set = {}
    for link in rng.sample(world.links, min(len(world.links), rng.randint(0, most))):
        names = rng.sample(NUMBERS, rng.randint(0, 3))
        values: dict[str, int | None] = {name: rng.choice((None, 0, 1, 3, 40, 9000)) for name in names}
        if rng.random() < 0.3:
            capacity = rng.randint(1, 9)
            free = rng.randint(0, capacity)
            values |= {"capacity_bps": capacity, "single_flow_max_bps": capacity}
            values |= {"free_now_bps": free, "free_p05_bps": free}
        found[link.id] = values
    return found


def things(world: World) -> dict[str, frozenset[str]]:
    """All ids that may be down, and the links that are so then."""
    found: dict[str, set[str]] = {}

    def add(name: str, link: Link) -> None:
        found.setdefault(name, set()).add(link.id)

    for link in world.links:
        add(link.id, link)
        add(link.circuit, link)
        for router in (link.tail, link.head):
            add(router, link)
            add(world.sites[router], link)
        for other in world.links:
            if other.circuit == link.circuit:  # a circuit's groups are those of all its links
                for srlg in other.srlgs:
                    add(srlg, link)
    return {name: frozenset(links) for name, links in found.items()}


@CASES
@given(worlds(), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_an_overlay_answers_as_the_altered_network(world: World, choice: int, rng: random.Random) -> None:
    ends, known = ends_of(world, choice), things(world)
    down = tuple(rng.sample(sorted(known), min(len(known), rng.randint(0, 2))))
    changes = some_changes(world, rng)
    base = PathEngine(world.snapshot(rng))
    before = everything(base, ends)
    engine = base.with_overlay(Overlay(down=down, set=changes))
    dead = frozenset(link for name in down for link in known[name])
    assert everything(engine, ends) == everything(PathEngine(altered(world, changes, dead)), ends)
    assert everything(base, ends) == before


@CASES
@given(worlds(), st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_chains_of_weights_answer_as_the_altered_network(
    world: World, choice: int, rng: random.Random
) -> None:
    ends = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    changes: Set = {}
    for _ in range(4):
        fields: Set = {}
        for link, values in some_changes(world, rng, 2).items():
            changes[link] = changes.get(link, {}) | values
            for field, value in values.items():
                fields.setdefault(field, {})[link] = value
        engine = engine.with_weights(**fields)
        if rng.random() < 0.6:
            assert everything(engine, ends) == everything(PathEngine(altered(world, changes)), ends)
    assert everything(engine, ends) == everything(PathEngine(altered(world, changes)), ends)


@pytest.fixture(scope="module")
def engine() -> PathEngine:
    return PathEngine(make_world(3, n_routers=6, n_circuits=12).snapshot())


def test_unknown_ids_are_refused_with_near_matches(engine: PathEngine) -> None:
    link = engine.snapshot.link_ids[0]
    for overlay in (Overlay(down=(link[:-1],)), Overlay(set={link[:-1]: {"latency_us": 1}})):
        with pytest.raises(UnknownNode) as caught:
            engine.with_overlay(overlay)
        assert link in caught.value.near
    with pytest.raises(UnknownNode, match="no circuit, link, router, SRLG or site is called 'rx'"):
        engine.with_overlay(Overlay(down=("rx",)))


def test_unknown_fields_and_values_that_cannot_be_are_refused(engine: PathEngine) -> None:
    link = engine.snapshot.link_ids[0]
    with pytest.raises(InvalidQuery, match="'latency' cannot be set; did you mean latency_us"):
        engine.with_overlay(Overlay(set={link: {"latency": 1}}))
    for value in (-1, 2**32 - 1, 1.5, True, "9"):
        with pytest.raises(InvalidQuery, match=f"latency_us of {link}"):
            engine.with_weights(latency_us={link: value})  # type: ignore[dict-item]


def test_hops_say_what_was_set(engine: PathEngine) -> None:
    path = engine.path(*ends_of(make_world(3, n_routers=6, n_circuits=12), 3))
    changed = engine.with_weights(latency_us={path.links[0]: 0})
    again = changed.path(path.routers[0], path.routers[-1])
    assert again.hops[0].latency_us == 0
    assert again.hops[0].sources == {"latency_us": "overlay"}
    assert np.array_equal(engine.snapshot.tail, changed.snapshot.tail)
