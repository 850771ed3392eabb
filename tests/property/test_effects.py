"""The effects of a loss, against every pair's packets followed before and after."""

import dataclasses
from collections.abc import Collection
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import PathEngine
from suanlu.effects import SiteNames, loss_of
from tests.kit.graphs import World, worlds
from tests.oracles import forwarding as oracle
from topology.inventory import Inventory

NAMES = SiteNames(Inventory(name="any", sites=(), routers=(), srlgs=(), circuits=()))
CUT, SLOWER, FASTER, UNKNOWN = range(4)
CASES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def mean_us(world: World, source: str, target: str) -> tuple[bool, Fraction | None]:
    """Whether packets arrive, and their mean latency; None where a link used has none."""
    ingress, shares = oracle.shares(world, world.routers_at(source), world.routers_at(target))
    parts = [(part, world.by_id[link].latency_us) for link, part in shares.items()]
    if not ingress or any(latency is None for _, latency in parts):
        return bool(ingress), None
    return True, sum((part * latency for part, latency in parts if latency is not None), Fraction(0))


def with_links(world: World, lost: Collection[str], *, up: bool) -> World:
    """The world with these links up, or gone."""
    kept = (
        dataclasses.replace(link, state="up") if link.id in lost else link
        for link in world.links
        if up or link.id not in lost
    )
    return World(world.sites, tuple(kept))


@CASES
@given(worlds(6, 11), st.data())
def test_effects_are_what_each_pair_sees(world: World, data: st.DataObject) -> None:
    ids = [link.id for link in world.links]
    lost = data.draw(st.sets(st.sampled_from(ids), max_size=4)) if ids else set()
    found = loss_of(PathEngine(world.snapshot()), lost, NAMES)
    before, after = with_links(world, lost, up=True), with_links(world, lost, up=False)
    fates: dict[frozenset[str], int] = {}
    most = Fraction(0)
    sites = sorted(set(world.sites.values()))
    for source, target in ((a, b) for a in sites for b in sites if a != b):
        (arrived, was), (arrives, now) = mean_us(before, source, target), mean_us(after, source, target)
        if arrived and not arrives:
            _take(fates, source, target, CUT)
        elif arrives and was is not None and now is not None:
            most = max(most, now - was)
            if now != was:
                _take(fates, source, target, SLOWER if now > was else FASTER)
        elif arrives and _touched(before, after, source, target):
            _take(fates, source, target, UNKNOWN)
    counts = (found.pairs_cut, found.pairs_slower, found.pairs_faster, found.pairs_unknown)
    assert counts == tuple(list(fates.values()).count(fate) for fate in (CUT, SLOWER, FASTER, UNKNOWN))
    assert (0 if found.worst is None else found.worst.added_latency_us) == round(most)


def _take(fates: dict[frozenset[str], int], source: str, target: str, fate: int) -> None:
    """A pair has the worse fate of its two directions."""
    pair = frozenset((source, target))
    fates[pair] = min(fate, fates.get(pair, UNKNOWN))


def _touched(before: World, after: World, source: str, target: str) -> bool:
    """Whether the pair's packets take other links; what stays as it was is unknown to no failure."""
    ends = before.routers_at(source), before.routers_at(target)
    return oracle.shares(before, *ends)[1] != oracle.shares(after, *ends)[1]
