"""The desk that is asked what a loss does: it remembers, and works off the loop where that is long."""

import asyncio
from collections.abc import Collection
from typing import Literal, TypeVar

from pathcalc import PathEngine
from suanlu.effects.computing import loss_of, moved_onto
from suanlu.effects.effects import Effects
from suanlu.effects.words import SiteNames
from suanlu.published import Published
from topology.inventory import Inventory
from topology.snapshot import LinkState, Snapshot

INLINE_WORK = 16_000  # sites times links, of all that is worked out on the loop for one graph: about 4 ms
REMEMBERED = 256  # sets of links

Question = Literal["effects", "moved onto"]
Answer = TypeVar("Answer")


class EffectsDesk:
    """Effects of the links that are down now. Calls are on the loop's thread; `run` is a part of the app."""

    def __init__(self, published: Published, inventory: Inventory, *, inline_work: int = INLINE_WORK) -> None:
        self._published = published
        self._names = SiteNames(inventory)
        self._inline_work = inline_work
        self._left = (0, inline_work)  # of a structure version: what may still be worked out on the loop
        self._known: dict[frozenset[str], tuple[int, Effects]] = {}
        self._moved: dict[frozenset[str], tuple[int, frozenset[str]]] = {}
        self._wanted: dict[tuple[Question, frozenset[str]], None] = {}
        self._asked = asyncio.Event()

    def __call__(self, links: Collection[str]) -> Effects | None:
        """Return what the loss of those of the links that are down does; None where that is not known.

        It is not where no router is heard, where none of the links is down, or where it is still being
        worked out: then the answer for an earlier graph stands in, if there is one.
        """
        view = self._published.view
        lost = out_of(view.snapshot, links, LinkState.DOWN)
        if not lost or view.stamp.health == "blind":
            return None
        known = self._known.get(lost)
        if known is not None and known[0] == view.stamp.structure_version:
            return known[1]
        if self._is_quick(view.snapshot):
            return _remember(self._known, lost, view.engine, loss_of(view.engine, lost, self._names))
        self._want("effects", lost)
        return None if known is None else known[1]

    def moved_onto(self, links: Collection[str]) -> frozenset[str] | None:
        """Return the links that carry more traffic since those of `links` that are down or drained are.

        Empty where none is or no router is heard; None while it is being worked out for the first time:
        then the answer for an earlier graph stands in.
        """
        view = self._published.view
        lost = out_of(view.snapshot, links, LinkState.DRAINED)
        if not lost or view.stamp.health == "blind":
            return frozenset()
        known = self._moved.get(lost)
        if known is None or known[0] != view.stamp.structure_version:
            self._want("moved onto", lost)
        return None if known is None else known[1]

    def _want(self, question: Question, lost: frozenset[str]) -> None:
        self._wanted[question, lost] = None
        self._asked.set()

    async def run(self) -> None:
        """Work out, until cancelled, what was asked for and takes too long for the loop."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._wanted:
                question, links = next(iter(self._wanted))
                del self._wanted[question, links]
                engine = self._published.view.engine
                if question == "effects":
                    effects = await asyncio.to_thread(loss_of, engine, links, self._names)
                    _remember(self._known, links, engine, effects)
                else:
                    _remember(self._moved, links, engine, await asyncio.to_thread(moved_onto, engine, links))

    def _is_quick(self, snapshot: Snapshot) -> bool:
        """Whether it may be done at once: a storm must not stop the loop any more than one large loss."""
        version, left = self._left
        left = left if version == snapshot.structure_version else self._inline_work
        left -= len(snapshot.site_ids) * len(snapshot.link_ids)
        if left >= 0:
            self._left = snapshot.structure_version, left
        return left >= 0


def _remember(
    known: dict[frozenset[str], tuple[int, Answer]], links: frozenset[str], engine: PathEngine, answer: Answer
) -> Answer:
    known.pop(links, None)
    known[links] = engine.snapshot.structure_version, answer
    while len(known) > REMEMBERED:
        del known[next(iter(known))]
    return answer


def out_of(snapshot: Snapshot, links: Collection[str], at_least: LinkState) -> frozenset[str]:
    """Those of the links that are drained or down, or only those that are down."""
    index = snapshot.link_index
    return frozenset(link for link in links if link in index and snapshot.state[index[link]] >= at_least)
