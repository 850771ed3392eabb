"""What a failure does, against the same questions asked of networks without what failed."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import PathEngine
from tests.kit.graphs import Link, World, worlds
from tests.oracles import forwarding as oracle
from tests.oracles import paths

CASES = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def failed_links(world: World, kind: str, name: str) -> set[str]:
    def hit(link: Link) -> bool:
        if kind == "circuit":
            return link.circuit == name
        if kind == "srlg":
            return name in link.srlgs
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
    worlds(6, 11),
    st.sampled_from(["each_circuit", "each_srlg", "each_router"]),
    st.sampled_from(["any", "igp"]),
)
def test_every_failure_alone(world: World, failures: str, routing: str) -> None:
    ask = forwarded_us if routing == "igp" else best_us
    pairs = sorted((a, b) for a in set(world.sites.values()) for b in set(world.sites.values()) if a != b)
    effects = PathEngine(world.snapshot()).whatif(failures, routing=routing)
    for effect in effects:
        gone = failed_links(world, effect.kind, effect.id)
        left = World(world.sites, tuple(link for link in world.links if link.id not in gone))
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
