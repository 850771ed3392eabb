"""Effects in one sentence, in English and in Chinese."""

from collections.abc import Mapping
from typing import NamedTuple

from suanlu.effects.effects import Effects, WorstPair
from topology.inventory import Inventory

US_PER_MS = 1000
NOT_KNOWN = "not known: it is being worked out, or the network is not seen"
NOT_KNOWN_ZH = "未知：正在计算，或目前看不到网络状态"


class SiteNames:
    """What sites are called; a site without a name goes by its id."""

    def __init__(self, inventory: Inventory) -> None:
        self.en: Mapping[str, str] = {site.id: site.name_en or site.id for site in inventory.sites}
        self.zh: Mapping[str, str] = {site.id: site.name_zh or site.id for site in inventory.sites}


class _Form(NamedTuple):
    """A sentence in one language and tense; without `worst` or `unknown` where there is none."""

    whole: str
    worst: str
    unknown: str


_NOW = _Form(
    "cuts {cut} {pairs}, slows {slower}{worst}, speeds {faster}{unknown}", " (worst {})", ", unknown for {}"
)
_PAST = _Form(
    "cut {cut} {pairs}, slowed {slower}{worst}, sped up {faster}{unknown}",
    " (at worst {})",
    ", unknown for {}",
)
_NOW_ZH = _Form(
    "中断{cut}对站点，变慢{slower}对{worst}，变快{faster}对{unknown}", "（最差 {}）", "，未知{}对"
)
_PAST_ZH = _Form(
    "曾中断{cut}对站点，曾使{slower}对变慢{worst}、{faster}对变快{unknown}", "（最差 {}）", "，{}对未知"
)


def sentence(effects: Effects, names: SiteNames) -> str:
    """Say it in English: `cuts 0 pairs, slows 34 (worst Shenzhen–Wuhan +2.9 ms), speeds 3`."""
    return _said(_NOW, effects, names.en)


def sentence_zh(effects: Effects, names: SiteNames) -> str:
    """Say it in Chinese: `中断0对站点，变慢34对（最差 深圳–武汉 +2.9 ms），变快3对`."""
    return _said(_NOW_ZH, effects, names.zh)


def past_sentence(effects: Effects, names: Mapping[str, str]) -> str:
    """Say in English what a loss did that is over: `cut 0 pairs, slowed 34 (at worst …), sped up 3`."""
    return _said(_PAST, effects, names)


def past_sentence_zh(effects: Effects, names: Mapping[str, str]) -> str:
    """Say in Chinese what a loss did that is over: `曾中断0对站点，曾使34对变慢（最差 …）、3对变快`."""
    return _said(_PAST_ZH, effects, names)


def _said(form: _Form, effects: Effects, names: Mapping[str, str]) -> str:
    return form.whole.format(
        cut=effects.pairs_cut,
        pairs="pair" if effects.pairs_cut == 1 else "pairs",
        slower=effects.pairs_slower,
        faster=effects.pairs_faster,
        worst=form.worst.format(worst_pair(effects.worst, names)) if effects.worst else "",
        unknown=form.unknown.format(effects.pairs_unknown) if effects.pairs_unknown else "",
    )


def worst_pair(worst: WorstPair, names: Mapping[str, str]) -> str:
    """Name a pair and what it loses: `Shenzhen–Wuhan +2.9 ms`."""
    source, target = (names.get(site, site) for site in (worst.source, worst.target))
    return f"{source}–{target} +{worst.added_latency_us / US_PER_MS:.1f} ms"
