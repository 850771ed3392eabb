"""The desk that is asked what a loss does: it remembers, and works off the loop where that is long."""

import asyncio
from collections.abc import Collection

from pathcalc import PathEngine
from suanlu.effects.computing import loss_of
from suanlu.effects.effects import Effects
from suanlu.effects.words import SiteNames
from suanlu.published import Published
from topology.inventory import Inventory
from topology.snapshot import LinkState, Snapshot

INLINE_WORK = 16_000  # sites times links, of all that is worked out on the loop for one graph: about 4 ms
REMEMBERED = 256  # sets of links


class EffectsDesk:
    """Effects of the links that are down now. Calls are on the loop's thread; `run` is a part of the app."""

    def __init__(self, published: Published, inventory: Inventory, *, inline_work: int = INLINE_WORK) -> None:
        self._published = published
        self._names = SiteNames(inventory)
        self._inline_work = inline_work
        self._left = (0, inline_work)  # of a structure version: what may still be worked out on the loop
        self._known: dict[frozenset[str], tuple[int, Effects]] = {}
        self._wanted: dict[frozenset[str], None] = {}
        self._asked = asyncio.Event()

    def __call__(self, links: Collection[str]) -> Effects | None:
        """Return what the loss of those of the links that are down does; None where that is not known.

        It is not where no router is heard, where none of the links is down, or where it is still being
        worked out: then the answer for an earlier graph stands in, if there is one.
        """
        view = self._published.view
        lost = down_of(view.snapshot, links)
        if not lost or view.stamp.health == "blind":
            return None
        known = self._known.get(lost)
        if known is not None and known[0] == view.stamp.structure_version:
            return known[1]
        if self._is_quick(view.snapshot):
            return self._remember(lost, view.engine, loss_of(view.engine, lost, self._names))
        self._wanted[lost] = None
        self._asked.set()
        return None if known is None else known[1]

    async def run(self) -> None:
        """Work out, until cancelled, what was asked for and takes too long for the loop."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._wanted:
                links = next(iter(self._wanted))
                del self._wanted[links]
                engine = self._published.view.engine
                self._remember(links, engine, await asyncio.to_thread(loss_of, engine, links, self._names))

    def _is_quick(self, snapshot: Snapshot) -> bool:
        """Whether it may be done at once: a storm must not stop the loop any more than one large loss."""
        version, left = self._left
        left = left if version == snapshot.structure_version else self._inline_work
        left -= len(snapshot.site_ids) * len(snapshot.link_ids)
        if left >= 0:
            self._left = snapshot.structure_version, left
        return left >= 0

    def _remember(self, links: frozenset[str], engine: PathEngine, effects: Effects) -> Effects:
        self._known.pop(links, None)
        self._known[links] = engine.snapshot.structure_version, effects
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return effects


def down_of(snapshot: Snapshot, links: Collection[str]) -> frozenset[str]:
    """Those of the links that are down."""
    index = snapshot.link_index
    return frozenset(
        link for link in links if link in index and snapshot.state[index[link]] == LinkState.DOWN
    )
