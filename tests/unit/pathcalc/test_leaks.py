"""The short form of `python -m tests.leaks`: no kind of question leaves memory behind."""

import os

import pytest

from pathcalc import PathEngine
from tests.leaks import QUESTIONS, SHARES, growth, settled

QUERIES = 200_000
pytestmark = pytest.mark.skipif(
    "libasan" in os.environ.get("LD_PRELOAD", ""),
    reason="the address sanitizer holds back what is freed: memory says nothing there",
)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_leaves_memory_behind(name: str) -> None:
    share, question = QUESTIONS[name]
    grown = settled(name, question, QUERIES * share // SHARES)
    assert not grown.is_leak, grown


def test_what_is_kept_is_found() -> None:
    """A control: a question that keeps 64 bytes, and one that keeps an answer, are leaks."""
    kept: list[object] = []

    def keeps_bytes(_engine: PathEngine, source: str, target: str) -> object:
        return kept.append(f"{source}{target}".encode() * 16)

    def keeps_an_answer(engine: PathEngine, source: str, target: str) -> object:
        return kept.append(engine.path(source, target))

    for question in (keeps_bytes, keeps_an_answer):
        assert growth("control", question, 2_000).is_leak
