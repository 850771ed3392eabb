"""Sites that are cut off: those that no circuit which is not down joins to the largest part."""

from collections import defaultdict
from collections.abc import Mapping

from suanlu.alerts.alert import Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause, told_of
from suanlu.alerts.causes.facts import Facts
from suanlu.alerts.text import SHOWN, Sentence, listed


def cut_off(backbone: Backbone, facts: Facts, causes: list[Cause]) -> list[Cause]:
    """Return one cause for each site that is cut off; its text names the causes that did it.

    A circuit is out when either direction is down, or drained; a site without any circuit that is down
    (an operator has drained them all) is not an alert.
    """
    down = {link.rpartition(":")[0] for link, fact in facts.links.items() if fact.lasts}
    if not down:
        return []
    out = down | {link.rpartition(":")[0] for link in facts.drained}
    main = _main_part(backbone, out)
    border: dict[str, list[str]] = defaultdict(list)
    for circuit in sorted(down & backbone.circuits.keys()):
        a, z = backbone.site_pair(circuit)
        if a != z:
            border[a].append(circuit)
            border[z].append(circuit)
    holder = {name: cause for cause in causes for name in cause.covers}
    return [
        _cause(backbone, site, border[site], facts, holder)
        for site in backbone.sites
        if site not in main and site in border
    ]


def _main_part(backbone: Backbone, out: set[str]) -> set[str]:
    """The sites of the largest connected part; of equal ones, that of the first site in the inventory."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for circuit in backbone.circuits:
        if circuit not in out:
            a, z = backbone.site_pair(circuit)
            neighbours[a].add(z)
            neighbours[z].add(a)
    best: set[str] = set()
    seen: set[str] = set()
    for site in backbone.sites:
        if site in seen:
            continue
        part, frontier = {site}, [site]
        while frontier:
            fresh = neighbours[frontier.pop()] - part
            part |= fresh
            frontier += fresh
        seen |= part
        if len(part) > len(best):
            best = part
    return best


def _cause(
    backbone: Backbone, site: str, circuits: list[str], facts: Facts, holder: Mapping[str, Cause]
) -> Cause:
    links = tuple(
        link
        for circuit in circuits
        for link in backbone.links(circuit)
        if link in facts.links and facts.links[link].lasts
    )
    behind = list({holder[link].key: holder[link] for link in links}.values())
    wide = [c.subject for c in behind if c.rule in ("srlg_down", "router_unreachable")]
    single = frozenset(
        c.subject.id.partition(":")[0] for c in behind if c.subject.kind in ("circuit", "link")
    )
    named = [Sentence(backbone.name(one), backbone.name_zh(one).strip()) for one in wide]
    named += [Sentence(f"circuits {listed(single).en}", f"电路 {listed(single).zh}")] if single else []
    return Cause(
        rule="site_cut_off",
        subject=Subject(kind="site", id=site),
        since_ns=max(facts.links[link].since_ns for link in links),
        links=links,
        covers=frozenset({f"site:{site}"}),
        children=tuple(Subject(kind="circuit", id=circuit) for circuit in circuits),
        text=Sentence(
            f"{len(circuits)} circuits to other sites are down, by {'; '.join(one.en for one in named)}",
            f"通往其他站点的 {len(circuits)} 条电路中断，原因：{'；'.join(one.zh for one in named)}",
        ),
        certainty="certain" if all(cause.certainty == "certain" for cause in behind) else "probable",
        evidence=tuple(told_of(backbone, cause) for cause in behind[:SHOWN]),
    )
