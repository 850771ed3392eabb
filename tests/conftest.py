"""What holds for the whole run."""

import gc
from typing import Any

import pytest

from tests.kit.compared import COUNTS, compared, table


def pytest_unconfigure() -> None:
    """Let go of Hypothesis's callback, through which the interpreter would hold modules until after its end.

    DuckDB's binding finds its constants alive then and reports them as leaked.
    """
    gc.callbacks[:] = [one for one in gc.callbacks if not one.__module__.startswith("hypothesis.")]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what this worker compared to whoever started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["compared"] = [[*key, count] for key, count in COUNTS.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add what a worker compared; one that died is told by its tests."""
    for oracle, question, count in getattr(node, "workeroutput", {}).get("compared", ()):
        compared(oracle, question, count)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many answers were compared with which oracle."""
    if lines := table():
        terminalreporter.section("answers compared with oracles")
        for line in lines:
            terminalreporter.write_line(line)
