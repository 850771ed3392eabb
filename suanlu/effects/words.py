"""Effects in one sentence, in English and in Chinese."""

from collections.abc import Mapping

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


def sentence(effects: Effects, names: SiteNames) -> str:
    """Say it in English: `cuts 0 pairs, slows 34 (worst Shenzhen–Wuhan +2.9 ms), speeds 3`."""
    worst = f" (worst {worst_pair(effects.worst, names.en)})" if effects.worst else ""
    unknown = f", unknown for {effects.pairs_unknown}" if effects.pairs_unknown else ""
    pairs = "pair" if effects.pairs_cut == 1 else "pairs"
    return (
        f"cuts {effects.pairs_cut} {pairs}, slows {effects.pairs_slower}{worst}, "
        f"speeds {effects.pairs_faster}{unknown}"
    )


def sentence_zh(effects: Effects, names: SiteNames) -> str:
    """Say it in Chinese: `中断0对站点，变慢34对（最差 深圳–武汉 +2.9 ms），变快3对`."""
    worst = f"（最差 {worst_pair(effects.worst, names.zh)}）" if effects.worst else ""
    unknown = f"，未知{effects.pairs_unknown}对" if effects.pairs_unknown else ""
    return (
        f"中断{effects.pairs_cut}对站点，变慢{effects.pairs_slower}对{worst}，"
        f"变快{effects.pairs_faster}对{unknown}"
    )


def past_sentence(effects: Effects, names: Mapping[str, str]) -> str:
    """Say in English what a loss did that is over: `cut 0 pairs, slowed 34 (at worst …), sped up 3`."""
    worst = f" (at worst {worst_pair(effects.worst, names)})" if effects.worst else ""
    unknown = f", unknown for {effects.pairs_unknown}" if effects.pairs_unknown else ""
    pairs = "pair" if effects.pairs_cut == 1 else "pairs"
    return (
        f"cut {effects.pairs_cut} {pairs}, slowed {effects.pairs_slower}{worst}, "
        f"sped up {effects.pairs_faster}{unknown}"
    )


def past_sentence_zh(effects: Effects, names: Mapping[str, str]) -> str:
    """Say in Chinese what a loss did that is over: `曾中断0对站点，曾使34对变慢（最差 …），3对变快`."""
    worst = f"（最差 {worst_pair(effects.worst, names)}）" if effects.worst else ""
    unknown = f"，{effects.pairs_unknown}对未知" if effects.pairs_unknown else ""
    return (
        f"曾中断{effects.pairs_cut}对站点，曾使{effects.pairs_slower}对变慢{worst}、"
        f"{effects.pairs_faster}对变快{unknown}"
    )


def worst_pair(worst: WorstPair, names: Mapping[str, str]) -> str:
    """Name a pair and what it loses: `Shenzhen–Wuhan +2.9 ms`."""
    source, target = (names.get(site, site) for site in (worst.source, worst.target))
    return f"{source}–{target} +{worst.added_latency_us / US_PER_MS:.1f} ms"
