"""A storm: so many losses at once that nobody can read an alert for each, and that no one group explains."""

from collections.abc import Collection, Sequence

from suanlu.alerts.alert import Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause, told_of
from suanlu.alerts.rules.rule import NS_PER_S
from suanlu.alerts.text import SHOWN, Sentence

LOSSES = frozenset({"link_down", "circuit_down", "srlg_down", "router_unreachable"})
MANY = 6
APART_NS = 60 * NS_PER_S
CHILDREN = 100


def gathered(backbone: Backbone, causes: Sequence[Cause], held: Collection[str]) -> list[Cause]:
    """Return the causes with those of a storm as one.

    Losses make a storm where there are six or more, each within a minute of the one before. `held` is what a
    storm that is told of covers: what is left of it stays in it, however little.
    """
    losses = sorted((c for c in causes if c.rule in LOSSES), key=lambda c: (c.since_ns, c.key))
    caught = {cause.key for cause in losses if held and not cause.covers.isdisjoint(held)}
    run: list[Cause] = []
    for cause in losses:
        if run and cause.since_ns - run[-1].since_ns > APART_NS:
            run = []
        run.append(cause)
        if len(run) >= MANY:
            caught.update(one.key for one in run)
    if not caught:
        return list(causes)
    storm = [cause for cause in losses if cause.key in caught]
    return [_storm(backbone, storm), *(cause for cause in causes if cause.key not in caught)]


def _storm(backbone: Backbone, causes: list[Cause]) -> Cause:
    links = tuple(dict.fromkeys(link for cause in causes for link in cause.links))
    subjects = [cause.subject for cause in causes]
    shown = [subject.id for subject in subjects[:SHOWN]]
    more = f" and {len(subjects) - SHOWN} more" if len(subjects) > SHOWN else ""
    circuits = {link.rpartition(":")[0] for link in links}
    return Cause(
        rule="outage_storm",
        subject=Subject(kind="network", id=backbone.network),
        since_ns=causes[0].since_ns,
        links=links,
        covers=frozenset[str]().union(*(cause.covers for cause in causes)),
        children=tuple(subjects[:CHILDREN]),
        text=Sentence(
            f"{len(circuits)} circuits are down of {len(causes)} causes: {', '.join(shown)}{more}",
            f"{len(causes)} 处故障造成 {len(circuits)} 条电路中断：{'、'.join(shown)}{' 等' if more else ''}",
        ),
        certainty="probable",
        evidence=tuple(told_of(backbone, cause) for cause in causes[:SHOWN]),
    )
