"""What a contest is: a question, what it is asked of, and everybody who answers it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np


def itself(answer: Any) -> Any:
    """The answer as it is."""
    return answer


def same(ours: Any, theirs: Any) -> bool:
    """Whether two values are equal."""
    return bool(np.array_equal(ours, theirs))


class Contestant(NamedTuple):
    """One who answers. `returns` says in a word or two what is handed back within the time.

    `prepare` makes the arguments of `answer` from what is asked, before the clock runs. `value` makes what is
    compared from the answer, afterwards. `agrees` is asked with our value and theirs: a peer that is known
    not to be exact may differ in one direction.
    """

    name: str
    answer: Callable[..., Any]
    returns: str
    value: Callable[[Any], Any] = itself
    prepare: Callable[..., tuple[Any, ...]] | None = None
    agrees: Callable[[Any, Any], bool] = same


class Contest(NamedTuple):
    """One question about one network. `parts`: what one call answers counts as so many."""

    asked: Sequence[tuple[Any, ...]]
    ours: Contestant
    peers: tuple[Contestant, ...]
    parts: int = 1
    remark: str | Callable[[Mapping[str, Any]], str] = ""  # what else there is to say, by everybody's figures
