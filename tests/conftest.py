"""What holds for the whole run."""

import gc


def pytest_unconfigure() -> None:
    """Let go of Hypothesis's callback, through which the interpreter would hold modules until after its end.

    DuckDB's binding finds its constants alive then and reports them as leaked.
    """
    gc.callbacks[:] = [one for one in gc.callbacks if not one.__module__.startswith("hypothesis.")]
