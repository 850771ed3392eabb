"""IS-IS adjacencies over one interface, put together from what the router says of each neighbour.

An adjacency that the router deletes is down: most makes tell its end in no other way (Huawei's model has no
word for it). One that a new session does not mention is down too, unless that session mentions none at all:
then the router, changed or restarted, just does not tell them, and nothing is known any more.
"""

import re
from collections.abc import Callable
from typing import Any

from collector.message import Value
from collector.normalise import word
from topology.observation import Adjacency, Observation, Removed

Which = tuple[str, ...]  # the values of the keys that the leaf table marks: neighbour and, if told, level


class Adjacencies:
    """The latest word on each adjacency of an interface."""

    def __init__(self) -> None:
        self._up: dict[Which, bool] = {}
        self._levels: dict[Which, frozenset[int]] = {}
        self._told: set[int] = set()

    def set(self, which: Which, level: str, value: Value) -> None:
        """Take the state of an adjacency: up, or anything else."""
        self._up[which] = word(value) == "UP"
        self._levels[which] = levels_in(level)

    def lose(self, which: Which) -> None:
        """The router deleted this adjacency."""
        if which in self._up:
            self._up[which] = False

    def withdraw(self, which: Which) -> None:
        """Nothing is known of this adjacency any more."""
        self._up.pop(which, None)
        self._levels.pop(which, None)

    def levels(self) -> dict[int, bool]:
        """Whether each level has an adjacency that is up."""
        found: dict[int, bool] = {}
        for which, up in self._up.items():
            for level in self._levels[which]:
                found[level] = found.get(level, False) or up
        return found

    def observations(self, interface: str, head: Callable[[], dict[str, Any]]) -> list[Observation]:
        """Return what to say now, each with a new `head`."""
        levels = self.levels()
        said: list[Observation] = []
        if self._told - levels.keys():  # takes every level away: those that are left are said again after it
            said.append(Removed(interface=interface, kind=Adjacency.__name__, **head()))
        self._told = set(levels)
        said += [
            Adjacency(interface=interface, level=level, up=up, **head())
            for level, up in sorted(levels.items())
        ]
        return said


def levels_in(text: str) -> frozenset[int]:
    """Return the levels in `2`, `level-1`, `level-1-2`; level 0 where none is told."""
    return frozenset(int(digit) for digit in re.findall(r"[12]", text)) or frozenset({0})
