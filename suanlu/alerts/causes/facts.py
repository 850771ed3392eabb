"""What is known to be wrong: links that fell and routers whose telemetry is gone, each with its time.

Facts outlive their end a little: a link that is up again, or a router that is back, is kept as *over*
while others that fell with it are not, so that a cause does not fall apart while it recovers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from suanlu.alerts.text import clean
from topology.event import Event
from topology.snapshot import LinkState, Snapshot
from topology.status import RouterStatus

LOST = frozenset({"silent", "unreachable"})
IN_TOUCH = "synced"


@dataclass(slots=True)
class Fact:
    """Something wrong since `since_ns`; `over_ns` is when it ended, None while it lasts.

    `cut`, of routers: it was found unreachable, not just silent, so its links may still be recovering.
    `seen`, of links: it was seen to fall; one that was never up here fell at an unknown time before.
    `evidence`, of links: why the graph holds it to be down, "" where that is not known.
    """

    since_ns: int
    over_ns: int | None = None
    cut: bool = False
    seen: bool = True
    evidence: str = ""

    @property
    def lasts(self) -> bool:
        """Whether it is still so."""
        return self.over_ns is None


class Facts:
    """Facts by link id and by router id, from snapshots and router states.

    `drained` links, with since when (0: before anything was known), and `heard` routers (in sync, and not
    lost since) are no trouble, but evidence.
    """

    def __init__(self) -> None:
        self.links: dict[str, Fact] = {}
        self.routers: dict[str, Fact] = {}
        self.drained: Mapping[str, int] = {}
        self.heard: set[str] = set()
        self._link_ids: tuple[str, ...] | None = None
        self._state = np.empty(0, dtype=np.uint8)
        self._was_up: set[str] = set()
        self._remembered: set[str] = set()  # links of which nothing was heard since the restart

    def restore(self, links: Mapping[str, int], routers: Mapping[str, tuple[int, bool]]) -> None:
        """Take over facts from before a restart, each with its time; `routers` with whether it was cut."""
        for link, since_ns in links.items():
            self.links.setdefault(link, Fact(since_ns))
            self._remembered.add(link)
        for router, (since_ns, cut) in routers.items():
            self.routers.setdefault(router, Fact(since_ns, cut=cut))

    def observe_snapshot(self, snapshot: Snapshot) -> bool:
        """Take the links' states; say whether anything is different.

        A link has fallen when it is down and has not ended before it is up or drained: unconfirmed and
        stale say nothing new. After a restart drained does not either: it may be down under it.
        """
        is_known = self._link_ids is not None
        if self._link_ids is not snapshot.link_ids and self._link_ids != snapshot.link_ids:
            self._link_ids = snapshot.link_ids
            changed = np.arange(len(snapshot.link_ids))
            for gone in self.links.keys() - set(snapshot.link_ids):
                self._end(self.links, gone, snapshot.published_at_ns)
        else:
            changed = np.flatnonzero(self._state != snapshot.state)
        if not len(changed):
            return False
        self._state = snapshot.state
        for index in changed.tolist():
            link, state = snapshot.link_ids[index], snapshot.state[index]
            if state == LinkState.DOWN:
                if self._begin(self.links, link, snapshot.published_at_ns):
                    self.links[link].seen = link in self._was_up
            elif state == LinkState.UP or (state == LinkState.DRAINED and link not in self._remembered):
                self._end(self.links, link, snapshot.published_at_ns)
                self._was_up.add(link)
            if state in (LinkState.DOWN, LinkState.UP):
                self._remembered.discard(link)
        self._take_drains(snapshot, snapshot.published_at_ns if is_known else 0)
        return True

    def _take_drains(self, snapshot: Snapshot, now_ns: int) -> None:
        """A drained link that is cut under the crew's hands has been drained all the same."""
        out = np.flatnonzero(snapshot.state >= LinkState.DRAINED).tolist()
        states = {snapshot.link_ids[index]: snapshot.state[index] for index in out}
        self.drained = {
            link: self.drained.get(link, now_ns)
            for link, state in states.items()
            if state == LinkState.DRAINED or link in self.drained
        }

    def observe_events(self, events: Iterable[Event]) -> None:
        """Take the graph's reasons from the events that came with a snapshot."""
        for event in events:
            if event.type == "link_down" and event.link in self.links and event.cause:
                self.links[event.link].evidence = clean(event.cause)

    def observe_reasons(self, reason_of: Callable[[str], str]) -> bool:
        """Take the graph's reasons of now, which change while a link is held down; say whether any did."""
        different = False
        for link, fact in self.links.items():
            reason = clean(reason_of(link)) if fact.lasts else ""
            if reason and reason != fact.evidence:
                fact.evidence, different = reason, True
        return different

    def observe_routers(self, states: Mapping[str, RouterStatus], now_ns: int) -> bool:
        """Take the routers' states; say whether anything is different.

        A stream that is being set up again is neither lost nor back.
        """
        different = False
        for gone in self.routers.keys() - states.keys():  # out of the inventory since the restart
            different |= self._end(self.routers, gone, now_ns)
        for router, status in states.items():
            if status.phase in LOST:
                self.heard.discard(router)
                different |= self._begin(self.routers, router, now_ns)
            elif status.phase == IN_TOUCH:
                different |= router not in self.heard
                self.heard.add(router)
                different |= self._end(self.routers, router, now_ns)
        return different

    def settle(self, covered: Iterable[str], cut: Iterable[str]) -> None:
        """Drop what is over and belongs to no cause; remember the routers that are unreachable.

        `covered` are the names that causes cover, `cut` the routers of causes that have links.
        """
        names = set(covered)
        for link in [name for name, fact in self.links.items() if not fact.lasts and name not in names]:
            del self.links[link]
        for router in [
            r for r, fact in self.routers.items() if not fact.lasts and f"router:{r}" not in names
        ]:
            del self.routers[router]
        for router in cut:
            if router in self.routers:
                self.routers[router].cut = True

    def next_change_ns(self, recovery_ns: int) -> int | None:
        """When facts mean something else by the mere passing of time; None: never."""
        times = [fact.over_ns + recovery_ns for fact in self.routers.values() if fact.over_ns is not None]
        return min(times, default=None)

    @staticmethod
    def _begin(facts: dict[str, Fact], name: str, at_ns: int) -> bool:
        fact = facts.get(name)
        if fact is None:
            facts[name] = Fact(at_ns)
        elif not fact.lasts:  # it fell again before the rest recovered: the same trouble still
            fact.over_ns = None
        else:
            return False
        return True

    @staticmethod
    def _end(facts: dict[str, Fact], name: str, at_ns: int) -> bool:
        fact = facts.get(name)
        if fact is None or not fact.lasts:
            return False
        fact.over_ns = at_ns
        return True
