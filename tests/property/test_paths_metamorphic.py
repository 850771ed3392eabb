"""What must hold between the answers to two questions, whatever the network: no enumeration is needed.

Every objective, under any constraints, on networks of up to 40 routers.
"""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.campaign import cases
from tests.kit.limits import arguments
from tests.kit.questions import Question, a_link_more, questions, turned
from tests.oracles import constraints as oracle
from tests.oracles.paths import ids

CASES = cases(50)
seeds = st.integers(0, 2**32 - 1)
SCALED = ("latency_us", "te_metric", "igp_metric", "jitter_us", "capacity_bps", "free_bps", "single_flow_bps")
SCALED_LIMITS = (
    "max_latency_us",
    "max_te_metric",
    "max_igp_metric",
    "max_jitter_us",
    "min_bandwidth_bps",
)


def may_be_none(links: Any) -> tuple[str, ...] | None:
    return None if links is None else ids(links)


@CASES
@given(questions(), seeds)
def test_a_link_more_never_hurts(question: Question, seed: int) -> None:
    more = question._replace(world=a_link_more(question.world, seed))
    assert more.order(more.best()) <= question.order(question.best())


@CASES
@given(questions(), st.integers(0, 60))
def test_a_tighter_bound_never_helps(question: Question, percent: int) -> None:
    best = question.best()
    for name, metric in oracle.SUMS.items():
        kept = None if best is None else oracle.total(best, metric)
        limit = question.limits.get(name, kept)
        if limit is None:
            continue
        tighter = question.having(**{name: limit * percent // 100})
        after = tighter.best()
        assert tighter.order(after) >= question.order(best)
        if best is not None and oracle.keeps(
            question.world, best, question.objective, tighter.limits
        ):  # what was best and still keeps all is best still
            assert after == best


@CASES
@given(questions(), st.integers(1, 3))
def test_a_wider_floor_never_helps(question: Question, more: int) -> None:
    best = question.best()
    for name, step in (("min_bandwidth_bps", 1), ("min_mtu_bytes", 4000)):
        wider = question.having(**{name: question.limits.get(name, 0) + more * step})
        assert wider.order(wider.best()) >= question.order(best)


@CASES
@given(questions())
def test_a_younger_age_never_helps(question: Question) -> None:
    best = question.order(question.best())
    limit = question.limits.get("max_metric_age_ms", 2000)
    for younger in (limit, limit // 2, 0):
        now = question.having(max_metric_age_ms=younger)
        following = now.order(now.best())
        assert following >= best
        best = following


@CASES
@given(questions())
def test_turning_every_link_swaps_the_ends(question: Question) -> None:
    back = question._replace(world=turned(question.world), ends=question.ends[::-1])
    if "include" in back.limits:
        back = back.having(include=back.limits["include"][::-1])
    assert back.value(back.best()) == question.value(question.best())


@CASES
@given(questions())
def test_an_answer_says_what_its_links_sum_up_to(question: Question) -> None:
    engine = PathEngine(question.world.snapshot())
    try:
        found = engine.path(
            *question.ends,
            objective=question.objective,  # type: ignore[arg-type]
            **arguments(question.limits),
        )
    except (NoConnectivity, NoFeasiblePath):
        return
    links = tuple(question.world.by_id[link] for link in found.links)
    assert found.hop_count == len(found.routers) - 1 == len(links)
    for metric, column in oracle.METRICS.items():
        assert getattr(found, column) == oracle.total(links, metric)
    for column, array in (("mtu_bytes", "mtu_bytes"), ("single_flow_max_bps", "single_flow_bps")):
        values = [getattr(link, array) for link in links]
        if array == "single_flow_bps":
            values.append(found.bandwidth_bps)
        assert getattr(found, column) == (None if None in values else min(values))
    basis = {"capacity": "capacity_bps"}.get(question.limits.get("bandwidth_basis", ""), "free_bps")
    bandwidths = [getattr(link, basis) for link in links]
    assert found.bandwidth_bps == (None if None in bandwidths else min(bandwidths))
    assert oracle.keeps(question.world, links, question.objective, question.limits)


@CASES
@given(questions(), st.integers(2, 40_000_000))
def test_other_units_change_no_path(question: Question, factor: int) -> None:
    def scaled(value: int | None) -> int | None:
        return None if value is None else value * factor

    links = tuple(
        replace(link, **{name: scaled(getattr(link, name)) for name in SCALED})  # type: ignore[arg-type]
        for link in question.world.links
    )
    limits = {
        name: value * factor if name in SCALED_LIMITS else value for name, value in question.limits.items()
    }
    other = question.on(links)._replace(limits=limits)
    assert may_be_none(other.best()) == may_be_none(question.best())


@CASES
@given(questions(), seeds)
def test_what_is_on_no_best_path_can_go(question: Question, seed: int) -> None:
    best = question.best()
    used = set(best or ())
    others = [
        link for i, link in enumerate(question.world.links) if link not in used and (seed >> i % 31) & 1
    ]
    gone = {link.id for link in others}
    less = question.on(tuple(link for link in question.world.links if link.id not in gone))
    if "exclude" in less.limits:  # what an exclusion names must be there
        less = question.having(
            exclude=question.limits["exclude"]
            | {"links": (*question.limits["exclude"].get("links", ()), *gone)}
        )
    assert may_be_none(less.best()) == may_be_none(best)


@CASES
@given(questions(), st.integers(1, 2**20))
def test_filters_together_are_each_in_turn(question: Question, subset: int) -> None:
    filters = [name for name in oracle.FILTERS if question.limits.get(name) is not None]
    taken = {name for i, name in enumerate(filters) if subset >> i & 1}
    if "min_bandwidth_bps" in taken:
        taken |= {"max_metric_age_ms"} & set(filters)  # a floor makes the age of its metric count
    left = tuple(
        link
        for link in question.world.links
        if not any(
            oracle.fails(question.world, link, name, question.objective, question.limits) for name in taken
        )
    )
    rest = {name: value for name, value in question.limits.items() if name not in taken}
    if "exclude" in rest:  # what it names may be gone with its links
        return
    less = question.on(left)._replace(limits=rest)
    assert may_be_none(less.best()) == may_be_none(question.best())


@CASES
@given(questions(limited=False), st.integers(0, 10**6))
def test_any_of_two_places_is_the_better_of_them(question: Question, choice: int) -> None:
    world, (source, target) = question.world, question.ends
    free = [
        place
        for place in world.places()
        if not world.routers_at(place) & (world.routers_at(source) | world.routers_at(target))
    ]
    if not free:
        return
    other = free[choice % len(free)]
    engine = PathEngine(world.snapshot())
    each = [question._replace(ends=(place, target)) for place in (source, other)]
    best = min(one.value(one.best()) for one in each)
    try:
        found = engine.path((source, other), target, objective=question.objective)  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        assert best == question.value(None)
    else:
        assert question.value(tuple(world.by_id[link] for link in found.links)) == best


def test_the_questions_have_answers_often_enough() -> None:
    """A control: a property that holds of nothing proves nothing. The same questions each time."""
    found = 0

    @seed(1)
    @settings(max_examples=1000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(questions())
    def count(question: Question) -> None:
        nonlocal found
        found += question.best() is not None

    count()
    assert found >= 300
