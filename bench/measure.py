"""The method: answers are compared first; then everybody is timed in turn, round after round.

Everything happens in one process and one thread. In a round each contestant answers the same questions from
the same place on, as many of them as fit its time, and who begins changes from round to round. Questions
rotate, so nobody answers from a warm cache. A round's figure is the median of its questions; the result is
the median of the rounds. What the clock itself takes is taken off. Where an answer takes long enough to be
interrupted, processor time is read, so that other programs on the machine count for nobody.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from bench.contest import Contest, Contestant

ROUNDS = 7
ROUND_S = 0.03  # of one contestant in one round, if one question does not take longer
LIMIT_S = 3.0  # of one contestant in all rounds; at least two are timed
LEAST_ROUNDS = 2
LONG_S = 0.0002  # from here on an answer is timed by what the process spends on it
CHECKS = 20
CHECK_S = 2.0  # of one contestant; at least two answers are compared
LEAST_CHECKS = 2
WARM_UP, WARM_UP_S = 200, 3.0  # questions ours answers first: it prepares itself by use


class Disagreement(AssertionError):
    """Two answers differ that must not."""


class Figures(NamedTuple):
    """Times in µs. `spread`: the middle half of the rounds' medians, as a part of their median."""

    median_us: float
    mean_us: float
    p99_us: float
    asked: int
    spread: float


class Checked(NamedTuple):
    """How many answers of a peer were compared with ours, and how many were not the same, as it may be."""

    compared: int
    differ: int


class Result(NamedTuple):
    """What came of a contest; `checked` and `figures` by contestant's name."""

    contest: Contest
    checked: dict[str, Checked]
    figures: dict[str, Figures]

    @property
    def remark(self) -> str:
        """What else there is to say."""
        remark = self.contest.remark
        return remark if isinstance(remark, str) else remark(self.figures)


def run(contest: Contest, ready: Callable[[], object] = bool) -> Result:
    """Check and time a contest. Raises Disagreement before any time is taken.

    `ready` is called in between, once ours has answered some questions.
    """
    checked, estimates = _check(contest)
    _warm_up(contest)
    ready()
    estimates[contest.ours.name] = _answers(contest.ours, contest.asked[CHECKS:] or contest.asked)[1]
    return Result(contest, checked, _time(contest, estimates))


def _check(contest: Contest) -> tuple[dict[str, Checked], dict[str, float]]:
    ours, estimates = contest.ours, {}
    values, estimates[ours.name] = _answers(ours, contest.asked)
    checked = {}
    for peer in contest.peers:
        theirs, estimates[peer.name] = _answers(peer, contest.asked)
        for asked, value, other in zip(contest.asked, values, theirs, strict=False):
            if not peer.agrees(value, other):
                raise Disagreement(f"{asked!r:.80}: {value!r:.200}, {peer.name} says {other!r:.200}")
        pairs = list(zip(values, theirs, strict=False))
        checked[peer.name] = Checked(len(pairs), sum(not np.array_equal(*pair) for pair in pairs))
    return checked, estimates


def _warm_up(contest: Contest) -> None:
    started = time.process_time()
    for asked in contest.asked[CHECKS : CHECKS + WARM_UP]:
        contest.ours.answer(*_arguments(contest.ours, asked))
        if time.process_time() - started > WARM_UP_S:
            break


def _answers(who: Contestant, asked: Sequence[tuple[Any, ...]]) -> tuple[list[Any], float]:
    """Return the values of the first answers, and about how long one takes, in seconds."""
    values: list[Any] = []
    times: list[float] = []
    for question in asked[:CHECKS]:
        arguments = _arguments(who, question)
        start = time.process_time()
        answer = who.answer(*arguments)
        times.append(time.process_time() - start)
        values.append(who.value(answer))
        if sum(times) > CHECK_S and len(times) >= LEAST_CHECKS:
            break
    return values, statistics.median(times)


def _arguments(who: Contestant, asked: tuple[Any, ...]) -> tuple[Any, ...]:
    return asked if who.prepare is None else who.prepare(*asked)


def _time(contest: Contest, estimates: dict[str, float]) -> dict[str, Figures]:
    everybody = [contest.ours, *contest.peers]
    times: dict[str, list[list[int]]] = {who.name: [] for who in everybody}
    clocks = {who.name: _clock(estimates[who.name]) for who in everybody}
    asked = contest.asked
    place = len(asked) // 3  # not where the check began
    for number in range(ROUNDS):
        most = 0
        for who in (*everybody[number % len(everybody) :], *everybody[: number % len(everybody)]):
            spent = sum(map(sum, times[who.name])) / 1e9
            if number >= LEAST_ROUNDS and spent > LIMIT_S:
                continue
            count = min(len(asked), max(1, int(ROUND_S / max(estimates[who.name], 1e-7))))
            batch = [_arguments(who, asked[(place + i) % len(asked)]) for i in range(count)]
            times[who.name].append(_timed(who.answer, batch, clocks[who.name]))
            most = max(most, count)
        place += most
    return {name: _figures(rounds, contest.parts) for name, rounds in times.items()}


def _timed(answer: Callable[..., Any], batch: list[tuple[Any, ...]], clock: Callable[[], int]) -> list[int]:
    """Return how long each answer takes, in ns."""
    reading_ns, spent = _reading_ns(clock), []
    gc.collect(1)
    gc.disable()
    try:
        for arguments in batch:
            start = clock()
            answer(*arguments)
            spent.append(clock() - start - reading_ns)
    finally:
        gc.enable()
    return spent


def _clock(estimate_s: float) -> Callable[[], int]:
    """The clock for answers of about that long: the finer one costs less to read."""
    return time.perf_counter_ns if estimate_s < LONG_S else time.process_time_ns


def _reading_ns(clock: Callable[[], int]) -> int:
    """What reading the clock twice takes."""
    spent = []
    for _ in range(200):
        start = clock()
        spent.append(clock() - start)
    return int(statistics.median(spent))


def _figures(rounds: list[list[int]], parts: int) -> Figures:
    medians = [statistics.median(spent) / parts / 1e3 for spent in rounds]
    every = np.concatenate([np.array(spent) for spent in rounds]) / parts / 1e3
    low, middle, high = np.quantile(medians, (0.25, 0.5, 0.75))
    return Figures(
        median_us=float(middle),
        mean_us=float(every.mean()),
        p99_us=float(np.quantile(every, 0.99)),
        asked=len(every),
        spread=float((high - low) / middle),
    )
