"""What holds for the whole run."""

import gc
from typing import Any

from tests.kit.compared import table


def pytest_unconfigure() -> None:
    """Let go of Hypothesis's callback, through which the interpreter would hold modules until after its end.

    DuckDB's binding finds its constants alive then and reports them as leaked.
    """
    gc.callbacks[:] = [one for one in gc.callbacks if not one.__module__.startswith("hypothesis.")]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many answers were compared with which oracle."""
    if lines := table():
        terminalreporter.section("answers compared with oracles")
        for line in lines:
            terminalreporter.write_line(line)
