"""Drains: what was taken out of use on purpose is no trouble, but what its traffic fills elsewhere may be."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from suanlu.alerts.causes.reasons import reason_zh
from suanlu.alerts.text import Sentence, clean

BY_WINDOW = " is drained by maintenance "


@dataclass(frozen=True, slots=True)
class Drain:
    """Links drained together since `since_ns`, 0 where they were before anything was known; `text`: why."""

    links: frozenset[str]
    since_ns: int
    text: Sentence


def drains_of(since_ns: Mapping[str, int], reason_of: Callable[[str], str]) -> list[Drain]:
    """Return the drains of these links: a maintenance window is one, whatever it is about."""
    groups: dict[str, list[str]] = defaultdict(list)
    reasons = {link: clean(reason_of(link)) for link in sorted(since_ns)}
    for link, reason in reasons.items():
        window = reason.partition(BY_WINDOW)[2]
        groups[window or reason].append(link)
    return [
        Drain(frozenset(links), min(since_ns[link] for link in links), _said(reasons[links[0]]))
        for links in groups.values()
    ]


def _said(reason: str) -> Sentence:
    if not reason:
        return Sentence("its traffic was moved by a drain", "由引流造成")
    return Sentence(f"its traffic was moved: {reason}", f"由引流造成：{reason_zh(reason)}")
