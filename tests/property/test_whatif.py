"""What a failure does, against the same questions asked of networks without what failed."""

import random
from dataclasses import replace
from fractions import Fraction
from math import isnan, nan
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import PathEngine, PathError
from tests.kit.graphs import Link, World, make_world, worlds
from tests.oracles import forwarding as oracle
from tests.oracles import paths
from topology.snapshot import LinkState

CASES = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def failed_links(world: World, kind: str, name: str) -> set[str]:
    def hit(link: Link) -> bool:
        if kind == "circuit":
            return link.circuit == name
        if kind == "srlg":
            return name in link.srlgs
        if kind == "site":
            return name in (world.sites[link.tail], world.sites[link.head])
        return name in (link.tail, link.head)

    return {link.id for link in world.links if hit(link)}


def forwarded_us(world: World, source: str, target: str) -> tuple[bool, Fraction | None]:
    """Whether packets arrive, and their mean latency; None where a link used has none."""
    ingress, shares = oracle.shares(world, world.routers_at(source), world.routers_at(target))
    values = [world.by_id[link].latency_us for link in shares]
    if not ingress or None in values:
        return bool(ingress), None
    return True, sum((part * world.by_id[link].latency_us for link, part in shares.items()), Fraction(0))


def best_us(world: World, source: str, target: str) -> tuple[bool, int | None]:
    may = paths.usable(objective="latency")
    found = paths.simple_paths(world, world.routers_at(source), world.routers_at(target), may)
    best = min((paths.value(path, "latency") for path in found), default=None)
    return best is not None, best


@CASES
@given(
    worlds(6, 11, backed=True),
    st.sampled_from(["each_circuit", "each_srlg", "each_router"]),
    st.sampled_from(["any", "igp"]),
)
def test_every_failure_alone(world: World, failures: str, routing: str) -> None:
    ask = forwarded_us if routing == "igp" else best_us
    pairs = sorted((a, b) for a in set(world.sites.values()) for b in set(world.sites.values()) if a != b)
    effects = PathEngine(world.snapshot()).whatif(failures, routing=routing)
    for effect in effects:
        gone = failed_links(world, effect.kind, effect.id)
        left = World(world.sites, tuple(link for link in world.links if link.id not in gone), world.backups)
        cut_off, slower, faster = set(), {}, {}
        for pair in pairs:
            (arrived, before), (arrives, after) = ask(world, *pair), ask(left, *pair)
            if arrived and not arrives:
                cut_off.add(pair)
            elif arrives and None not in (before, after) and before != after:
                (slower if after > before else faster)[pair] = (before, after)
        assert set(effect.cut_off) == cut_off
        for found, expected in ((effect.slower, slower), (effect.faster, faster)):
            assert {(c.source, c.target) for c in found} == set(expected)
            for c in found:
                before, after = expected[c.source, c.target]
                assert abs(c.before_us - before) < 1e-6
                assert abs(c.after_us - after) < 1e-6
    if routing == "any":
        assert not any(effect.faster for effect in effects)


LIMITS = (
    {},
    {"min_bandwidth_bps": 1, "bandwidth_basis": "capacity", "allow_draining": True},
    {"max_hops": 3},
    {"max_latency_us": 6, "allow_stale": True},
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from((4, 40)),
    st.sampled_from(("circuits", "srlgs", "routers", "sites")),
    st.sampled_from((None, *LIMITS)),
)
def test_a_failure_is_the_network_without_it(
    seed: int, largest: int, kind: str, limits: dict[str, Any] | None
) -> None:
    """Every pair's latency after each failure is what an engine of the network without it answers.

    `limits` None: as the IGP forwards.
    """
    world = make_world(seed, n_routers=14, n_circuits=26, largest=largest, unknown=0.02, dead=0, backed=True)
    routing, limits = ("igp", {}) if limits is None else ("any", limits)
    places = sorted(set(world.sites.values()))
    pairs = [(a, b) for a in places for b in places if a != b]
    snapshot = world.snapshot()
    engine = PathEngine(snapshot)
    names = random.Random(seed).sample(sorted(getattr(snapshot, f"{kind[:-1]}_ids")), 2)
    before = latencies(engine, pairs, routing, limits)
    for effect in engine.whatif(names, pairs=pairs, routing=routing, **limits):
        gone = failed_links(world, effect.kind, effect.id)
        left = World(world.sites, tuple(link for link in world.links if link.id not in gone), world.backups)
        after = latencies(PathEngine(left.snapshot()), pairs, routing, limits)
        found = {(c.source, c.target): (c.before_us, c.after_us) for c in (*effect.slower, *effect.faster)}
        for pair in pairs:
            was, now = before[pair], after[pair]
            if pair in effect.cut_off:
                assert was is not None
                assert now is None
            elif pair in effect.unknown:
                assert isnan(was or 0) or isnan(now or 0)
            elif pair in found:
                assert found[pair] == (was, now)
            else:  # equal: None and None, nan and nan, or the same sum in another order
                assert was is None or isnan(was) or abs(now - was) < 0.001
        assert effect.worst == (effect.slower[0] if effect.slower else None)


def latencies(
    engine: PathEngine, pairs: list[tuple[str, str]], routing: str, limits: dict[str, Any]
) -> dict[tuple[str, str], float | None]:
    """Each pair's latency: None where nothing arrives, nan where it is unknown."""
    found: dict[tuple[str, str], float | None] = {}
    for pair in pairs:
        if routing == "igp":
            forwarding = engine.forwarding(*pair)
            mean = forwarding.latency_us.mean
            found[pair] = None if forwarding.status == "unreachable" else nan if mean is None else mean
            continue
        try:
            found[pair] = engine.path(*pair, **limits).latency_us
        except PathError:
            found[pair] = None
    return found


@CASES
@given(worlds(6, 11, backed=True), st.integers(0), st.sampled_from(["any", "igp"]))
def test_what_is_down_already_is_compared_with_the_network_with_it_up(
    world: World, number: int, routing: str
) -> None:
    snapshot = world.snapshot()
    assume(snapshot.circuit_ids)
    name = snapshot.circuit_ids[number % len(snapshot.circuit_ids)]
    own = snapshot.link_circuit == snapshot.circuit_index[name]
    up, down = snapshot.state.copy(), snapshot.state.copy()
    up[own], down[own] = LinkState.UP, LinkState.DOWN
    (then,) = PathEngine(replace(snapshot, state=up)).whatif([name], routing=routing)
    engine = PathEngine(replace(snapshot, state=down))
    (now,) = engine.whatif([name], routing=routing)
    assert not then.already_down
    assert set(now.already_down) == set(np.array(snapshot.link_ids)[own])
    assert now._replace(already_down=()) == then
    swept = next(effect for effect in engine.whatif("each_circuit", routing=routing) if effect.id == name)
    assert (swept.slower, swept.faster, swept.cut_off) == ((), (), ())
