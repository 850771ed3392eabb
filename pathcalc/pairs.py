"""Pairs of places, counted as people speak of them: the two directions between two places are one pair."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Directed(Protocol):
    """What is said of one direction; named so in `pathcalc.Change`."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...


class PairCounts(NamedTuple):
    """Pairs of places, each once, by what happens to the worse of its two directions.

    So each pair is in one figure: `cut` if one direction has no way any more, else `slower` if one is, else
    `faster` if one is, else `unknown` if one takes, or took, a link of unknown latency.
    """

    cut: int
    slower: int
    faster: int
    unknown: int


def unordered(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the pairs without their direction: the name that sorts first stands first."""
    return {(a, z) if a <= z else (z, a) for a, z in pairs}


def counted(
    cut: Iterable[tuple[str, str]],
    slower: Iterable[Directed],
    faster: Iterable[Directed],
    unknown: Iterable[tuple[str, str]],
) -> PairCounts:
    """Count directions as pairs, each pair where its worse direction is."""
    seen: set[tuple[str, str]] = set()
    counts = []
    for directions in (cut, _ends(slower), _ends(faster), unknown):
        pairs = unordered(directions) - seen
        seen |= pairs
        counts.append(len(pairs))
    return PairCounts(*counts)


def _ends(changes: Iterable[Directed]) -> Iterable[tuple[str, str]]:
    return ((change.source, change.target) for change in changes)
