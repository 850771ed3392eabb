"""Whole lists of endpoints at once: the rows and the columns of a matrix."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pathcalc.endpoints import Endpoint, Endpoints

Routers = tuple[int, ...]
Indexes = npt.NDArray[np.uint32]

MOST_LISTS = 16
LEAST_REMEMBERED = 16
"""Names in a list that is remembered; fewer are as soon looked up."""


class Places(NamedTuple):
    """Endpoints by their routers: `each` as tuples of indexes, and all of them one after the other.

    Place i has `routers[first[i]:first[i + 1]]`; none where a site has no router.
    """

    each: tuple[Routers, ...]
    routers: Indexes
    first: Indexes


Entry = tuple[list[str], Places]


class PlaceLists:
    """Resolves lists of endpoints, each once: whoever asks for a matrix asks for the same one again."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._known: tuple[Entry, ...] = ()

    def resolve(self, endpoints: Sequence[Endpoint], field: str) -> Places:
        """Return the places in their order. Raises what `Endpoints.routers` raises."""
        names: list[Any] = endpoints if type(endpoints) is list else list(endpoints)
        remembered = len(names) >= LEAST_REMEMBERED
        for entry in self._known if remembered else ():
            known, places = entry
            if len(known) == len(names) and known == names:  # the same strings are not compared by letter
                self._remember(entry)
                return places
        try:
            each = tuple([self._endpoints.of[name] for name in names])
        except (KeyError, TypeError):  # a name that is not there, or several of which any will do
            return places_of(tuple(self._endpoints.routers(name, field) for name in names))
        places = places_of(each)
        if remembered:
            self._remember((list(names), places))
        return places

    def _remember(self, newest: Entry) -> None:
        """Put an entry first; what was asked for longest ago is forgotten."""
        if not self._known or self._known[0] is not newest:
            others = [entry for entry in self._known if entry is not newest]
            self._known = (newest, *others[: MOST_LISTS - 1])


def places_of(each: tuple[Routers, ...]) -> Places:
    """Return the places of tuples of router indexes."""
    first = np.zeros(len(each) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, each), np.uint32, len(each)), out=first[1:])
    routers = np.fromiter(chain.from_iterable(each), np.uint32, int(first[-1]))
    return Places(each, routers, first)
