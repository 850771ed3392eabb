"""A tree after any changes is the tree that a new engine, and scipy, would find."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from pathcalc import PathEngine, Tree
from tests.kit.graphs import World, make_world, worlds

CASES = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
VALUES = st.none() | st.integers(0, 6)
COLUMNS = {"latency": "latency_us", "te_metric": "te_metric", "igp_metric": "igp_metric"}


def changed(world: World, objective: str, values: Mapping[str, int | None]) -> World:
    column = COLUMNS[objective]
    links = (
        replace(link, **{column: values[link.id]}) if link.id in values else link for link in world.links
    )
    return World(world.sites, tuple(links))


def assert_same(tree: Tree, world: World, **flags: bool) -> None:
    """Paths, link by link, and sums are those of an engine that never saw anything else."""
    engine = PathEngine(world.snapshot())
    places = [place for place in world.places() if not world.routers_at(place) & world.routers_at(tree.root)]
    ends = [(place, tree.root) if tree.incoming else (tree.root, place) for place in places]
    found = tree.distances(places)
    for place, pair, value in zip(places, ends, found.tolist(), strict=True):
        (expected,) = engine.matrix([pair[0]], [pair[1]], metric=tree.objective, **flags)[0].tolist()
        if np.isnan(expected):
            assert np.isnan(value)
            assert tree.distance(place) is None is tree.path(place)
        else:
            assert value == tree.distance(place) == expected
            assert tree.path(place) == engine.path(*pair, objective=tree.objective, **flags).links


@CASES
@given(worlds(7, 14), st.sampled_from(sorted(COLUMNS)), st.booleans(), st.data())
def test_any_changes_leave_the_tree_of_a_new_engine(
    world: World, objective: str, incoming: bool, data: st.DataObject
) -> None:
    root = data.draw(st.sampled_from(world.places()))
    tree = PathEngine(world.snapshot()).tree(root, objective=objective, incoming=incoming)
    assert_same(tree, world)
    ids = sorted(world.by_id)
    for _ in range(data.draw(st.integers(0, 5)) if ids else 0):
        values = data.draw(st.dictionaries(st.sampled_from(ids), VALUES, min_size=1, max_size=6))
        if len(values) == 1:
            ((link, value),) = values.items()
            tree.update(link, value)
        else:
            tree.update_all(values)
        world = changed(world, objective, values)
        assert_same(tree, world)


@CASES
@given(worlds(7, 14, dead=0.3), st.booleans(), st.booleans(), st.data())
def test_a_tree_follows_the_next_engine(
    world: World, incoming: bool, allow: bool, data: st.DataObject
) -> None:
    root = data.draw(st.sampled_from(world.places()))
    engine = PathEngine(world.snapshot())
    tree = engine.tree(root, incoming=incoming, allow_stale=allow)
    for _ in range(3):
        if world.links:
            tree.update(data.draw(st.sampled_from(sorted(world.by_id))), data.draw(VALUES))
        links = tuple(
            replace(
                link,
                latency_us=data.draw(VALUES) if data.draw(st.booleans()) else link.latency_us,
                state=data.draw(st.sampled_from(("up", "up", "down", "stale", link.state))),
            )
            for link in world.links
        )
        world = World(world.sites, links)
        engine = PathEngine(world.snapshot(), engine)
        engine.follow(tree)
        assert_same(tree, world, allow_stale=allow)
    fewer = World(world.sites, world.links[1:])
    PathEngine(fewer.snapshot(), engine).follow(tree)
    assert_same(tree, fewer, allow_stale=allow)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.sampled_from((3, 1000)))
def test_many_changes_leave_the_distances_that_scipy_finds(seed: int, largest: int) -> None:
    world = make_world(seed, n_routers=80, n_circuits=160, largest=largest, unknown=0, dead=0)
    rng = np.random.default_rng(seed)
    routers = sorted(world.sites)
    number = {router: i for i, router in enumerate(routers)}
    ids = sorted(world.by_id)
    tail = [number[world.by_id[link].tail] for link in ids]
    head = [number[world.by_id[link].head] for link in ids]
    values: dict[str, int | None] = {link: world.by_id[link].latency_us for link in ids}
    tree = PathEngine(world.snapshot()).tree(routers[0])
    for step in range(200):
        some = rng.choice(ids, size=1 if step % 2 else rng.integers(1, 30), replace=False).tolist()
        new = {link: None if rng.random() < 0.1 else int(rng.integers(0, largest + 1)) for link in some}
        values |= new
        touched = tree.update_all(new) if len(new) > 1 else tree.update(some[0], new[some[0]])
        assert 0 <= touched <= len(routers)
        # scipy takes 0 for no link and sums parallel ones: all is shifted up, the best of each kept.
        matrix = np.full((len(routers), len(routers)), np.inf)
        for t, h, value in zip(tail, head, values.values(), strict=True):
            if value is not None:
                matrix[t, h] = min(matrix[t, h], value + 2.0**-20)
        matrix[~np.isfinite(matrix)] = 0
        expected = np.floor(dijkstra(csr_matrix(matrix), indices=0))
        found = tree.distances(routers)
        assert np.array_equal(np.where(np.isnan(found), np.inf, found), expected)
