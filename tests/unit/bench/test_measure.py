"""The method of the bench: what is compared, in what order, and what is asked of whom."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.contest import Contest, Contestant
from bench.graphs.network import furnished
from bench.measure import CHECKS, Disagreement, run
from bench.record import Row, read, rows_of, write

SMALL = furnished("small", 2, np.array([[0, 1]]), np.array([100.0]))


def contest(*peers: Contestant) -> Contest:
    return Contest([(i,) for i in range(100)], Contestant("ours", lambda i: 2 * i, "value"), peers)


def test_a_wrong_answer_stops_the_run_before_any_time_is_taken() -> None:
    asked = []

    def wrong(number: int) -> int:
        asked.append(number)
        return 2 * number + (number == CHECKS - 1)

    with pytest.raises(Disagreement, match="wrong says"):
        run(contest(Contestant("wrong", wrong, "value")))
    assert asked == list(range(CHECKS))


def test_a_peer_that_is_not_exact_may_differ_one_way_and_the_row_says_how_often() -> None:
    above = Contestant("above", lambda i: 2 * i + i % 2, "value", agrees=lambda ours, theirs: ours <= theirs)
    (row,) = rows_of("double", SMALL, run(contest(above)))
    assert (row.compared, row.differ) == (CHECKS, CHECKS // 2)


def test_questions_rotate() -> None:
    asked = []

    def answer(number: int) -> int:
        asked.append(number)
        return 2 * number

    run(contest(Contestant("peer", answer, "value")))
    assert all(one != two for one, two in pairwise(asked))


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    peer = Contestant("peer", lambda i: i + i, "value")
    rows = [*rows_of("double", SMALL, run(contest(peer))), *rows_of("double", SMALL, run(contest()))]
    write(tmp_path / "run.json", rows)
    again = read(tmp_path / "run.json")
    assert [(row.question, row.peer, row.compared) for row in again] == [
        ("double", "peer", CHECKS),
        ("double", None, 0),
    ]
    assert all(isinstance(row, Row) for row in again)
    assert again[0].theirs is not None
    assert again[0].ratio == pytest.approx(again[0].theirs.median_us / again[0].ours.median_us, rel=1e-2)
