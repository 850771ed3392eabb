"""The verdict on a window, in one sentence of English and one of Chinese."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from suanlu.effects import SiteNames
from suanlu.effects.words import worst_pair
from suanlu.maintenance.impact import Impact, NextCut

SHOWN = 3
BPS_PER_GBPS = 1_000_000_000


class Said(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str


class Verdict(NamedTuple):
    """How bad it is, and the sentence."""

    severity: Literal["clear", "caution", "outage"]
    text: str
    text_zh: str


def verdict(impact: Impact, names: SiteNames) -> Verdict:
    """Say whether the window may be entered as it is, and why."""
    risks = list(_risks(impact, names))
    slower = [_slower(impact, names)] if impact.effects.worst else []
    if impact.effects.pairs_cut:
        return Verdict("outage", *_joined(_CUTS, [_cut(impact, names), *risks, *slower]))
    if risks:
        return Verdict("caution", *_joined(_RISKS, [*risks, *slower]))
    return Verdict("clear", *_joined(_GO, [_UNCUT, _slower(impact, names), _ROOM]))


_CUTS = Said("Not without an outage", "会造成中断")
_RISKS = Said("With care", "谨慎")
_GO = Said("Go", "可以进行")
_UNCUT = Said("nothing is cut off, nor would the next cut do it", "不中断任何站点，再断一处也不会孤立站点")
_ROOM = Said("no circuit over 80 % by the load of now", "按当前流量没有电路超过80%")


def _cut(impact: Impact, names: SiteNames) -> Said:
    count, sites = impact.effects.pairs_cut, impact.isolated_sites
    return Said(
        f"it cuts {count} {'pair' if count == 1 else 'pairs'} of sites ({_listed(sites, names.en)} cut off)",
        f"将中断{count}对站点（{_listed(sites, names.zh)}被孤立）",
    )


def _slower(impact: Impact, names: SiteNames) -> Said:
    worst = impact.effects.worst
    if worst is None:
        return Said("no pair slower", "没有站点对变慢")
    return Said(f"at worst {worst_pair(worst, names.en)}", f"最差 {worst_pair(worst, names.zh)}")


def _risks(impact: Impact, names: SiteNames) -> Iterator[Said]:
    if impact.redundancy_lost:
        yield _next_cut(impact.redundancy_lost, names)
    if impact.circuits_over_80_percent:
        yield _full(impact)
    if impact.loads_unknown:
        yield Said(
            f"the load of {impact.loads_unknown} of its links is unknown",
            f"其中{impact.loads_unknown}条链路的流量未知",
        )
    if impact.unplaced_bps:
        load = f"{impact.unplaced_bps / BPS_PER_GBPS:.0f} Gbit/s"
        yield Said(f"where {load} of its load would go is not known", f"其中{load}的流量去向未知")
    if impact.overlapping:
        others = _listed(impact.overlapping, {})
        yield Said(f"other windows at the same time: {others}", f"同时段还有其他维护：{others}")


def _next_cut(cuts: Sequence[NextCut], names: SiteNames) -> Said:
    sites = sorted({site for cut in cuts for site in cut.sites})
    which = _listed([cut.id for cut in cuts], {})
    return Said(
        f"while it lasts the next cut ({which}) would isolate {_listed(sites, names.en)}",
        f"期间若再断一处（{which}），将孤立{_listed(sites, names.zh)}",
    )


def _full(impact: Impact) -> Said:
    full = impact.circuits_over_80_percent
    most = f"{full[0].circuit} {full[0].utilisation:.0%}"
    noun = "circuit" if len(full) == 1 else "circuits"
    return Said(
        f"{len(full)} {noun} over 80 % as estimated from the load of now, {most} the fullest",
        f"按当前流量估计{len(full)}条电路超过80%，最满的是{most}",
    )


def _joined(head: Said, parts: Sequence[Said]) -> tuple[str, str]:
    return (
        f"{head.en}: {'; '.join(part.en for part in parts)}.",
        f"{head.zh}：{'；'.join(part.zh for part in parts)}。",
    )


def _listed(ids: Iterable[str], names: Mapping[str, str]) -> str:
    known = [names.get(name, name) for name in ids]
    more = len(known) - SHOWN
    return ", ".join(known[:SHOWN]) + (f" and {more} more" if more > 0 else "")
