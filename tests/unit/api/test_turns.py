"""Who may hold the event loop: short questions on it, others in a thread once they proved to be long."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from msgspec import UNSET

from suanlu.api import turns
from suanlu.api.answering import Answerer
from suanlu.api.problems import Problem
from suanlu.api.requests import PathQuery
from tests.unit.api.conftest import World

BOUND = {"constraints": {"max_latency_us": 9}}
MANY = {"constraints": {"min_bandwidth_bps": 1, "min_mtu_bytes": 9, "max_metric_age_ms": 9,
                        "exclude": {"sites": ["x"], "links": ["y"]}}}  # fmt: skip


@dataclass
class Fake:
    """Answers with what it is told, and keeps the budget of each question and whether it was on the loop."""

    n_links: int
    says: list[Any]
    asked: list[tuple[int | None, bool]] = field(default_factory=list)

    @property
    def view(self) -> Any:
        """As `Answerer.view`."""
        return SimpleNamespace(snapshot=SimpleNamespace(link_ids=range(self.n_links)))

    def answer(self, query: PathQuery) -> Any:
        """As `Answerer.answer`."""
        on_loop = threading.current_thread() is threading.main_thread()
        self.asked.append((None if query.budget_ms is UNSET else query.budget_ms, on_loop))
        said = self.says.pop(0)
        if isinstance(said, Problem):
            raise said
        return SimpleNamespace(status=said)


async def ask(fake: Fake, **query: Any) -> Any:
    asked = msgspec.convert({"from": "a", "to": "b", **query}, PathQuery)
    return (await turns.answered(cast(Answerer, fake), asked)).status


@pytest.mark.parametrize(
    "query",
    [{}, {"routing": "igp"}, {"constraints": {"min_bandwidth_bps": 1}}, {"disjoint": {"level": "link"}}],
)
async def test_short_question_is_answered_on_the_loop(query: Any) -> None:
    fake = Fake(100, ["optimal"])
    assert await ask(fake, **query) == "optimal"
    assert fake.asked == [(None, True)]


@pytest.mark.parametrize("query", [BOUND, {"k": 5}, {"disjoint": {"level": "srlg"}}])
async def test_what_is_proved_at_once_keeps_nobody_waiting(query: Any) -> None:
    fake = Fake(100, ["optimal"])
    assert await ask(fake, **query) == "optimal"
    assert fake.asked == [(turns.FIRST_MS, True)]


@pytest.mark.parametrize(
    "first", ["feasible", Problem("budget-exhausted", ""), Problem("no-feasible-path", "")]
)
async def test_what_is_not_proved_at_once_goes_on_in_a_thread(first: Any) -> None:
    fake = Fake(100, [first, "later"])
    assert await ask(fake, **BOUND) == "later"
    assert fake.asked == [(turns.FIRST_MS, True), (turns.DEFAULT_MS, False)]
    fake = Fake(100, [first, "later"])
    assert await ask(fake, budget_ms=60, **BOUND) == "later"
    assert fake.asked == [(turns.FIRST_MS, True), (60, False)]


@pytest.mark.parametrize(
    ("query", "budget"), [({}, turns.DEFAULT_MS), ({"routing": "igp"}, None), (BOUND, 2_000)]
)
async def test_large_network_is_searched_in_a_thread(query: Any, budget: int | None) -> None:
    fake = Fake(turns.MOST_LINKS + 1, ["optimal"])
    assert await ask(fake, **query) == "optimal"
    assert fake.asked == [(budget, False)]


async def test_many_reasons_are_looked_for_in_a_thread() -> None:
    fake = Fake(100, [Problem("no-feasible-path", "")])
    with pytest.raises(Problem):
        await ask(fake, **MANY)
    assert fake.asked == [(turns.DEFAULT_MS, False)]


async def test_what_cannot_be_asked_is_refused_once() -> None:
    fake = Fake(100, [Problem("unknown-endpoint", "")])
    with pytest.raises(Problem):
        await ask(fake, **BOUND)
    assert fake.asked == [(turns.FIRST_MS, True)]


async def test_answers_are_the_same_in_a_thread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[dict[str, Any]] = [{}, {"k": 2}, BOUND, {"routing": "igp"}, {"disjoint": {"level": "srlg"}}]

    async def answers() -> list[Any]:
        found = [await world.paths(from_="a", to="d", **query) for query in queries]
        return [(status, {**answer, "timing": None}) for status, answer in found]

    on_loop = await answers()
    monkeypatch.setattr(turns, "MOST_LINKS", 0)
    assert await answers() == on_loop
