"""Grouping: from facts to the fewest causes that explain them.

A lost router whose neighbours say that all its links are down explains its circuits; an SRLG of which
two circuits fell together explains its circuits that are down (as does one all of whose circuits were
found down at the start, when nobody knows since when); a circuit explains its two links. The
explanation of most circuits is taken first, then the one of most that are left (greedy set cover); ties
go to routers, then to the SRLG with the fewest circuits that still stand, then by id.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

from suanlu.alerts.alert import Certainty, Rule, Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.facts import Fact, Facts
from suanlu.alerts.causes.reasons import reason_zh
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.text import SHOWN, Sentence, listed
from topology.circuits import MISWIRED

NS_PER_MS = 1_000_000
MANY_ROUTERS = 3
BLIND_RULES = frozenset({"telemetry_silent", "telemetry_lost"})


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause. `links` are down now; `covers` are all facts that it explains, also those that are over.

    `covers` holds link ids and `router:<id>`, `site:<id>`; two causes that share one are the same trouble.
    `brought` names findings that are its consequences: children, but troubles of their own once it is over.
    `followed_by`: the rules of those. `drained`: links whose drain brought it.
    """

    rule: Rule
    subject: Subject
    since_ns: int
    links: tuple[str, ...]
    covers: frozenset[str]
    children: tuple[Subject, ...]
    text: Sentence
    certainty: Certainty = "certain"
    evidence: tuple[Sentence, ...] = ()
    brought: frozenset[str] = frozenset()
    followed_by: frozenset[Rule] = frozenset()
    drained: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two causes the same one."""
        return self.rule, self.subject.kind, self.subject.id


def told_of(backbone: Backbone, cause: Cause) -> Sentence:
    """A cause as evidence of a wider one: what it is about, and what it is."""
    name, name_zh = backbone.name(cause.subject), backbone.name_zh(cause.subject).strip()
    return Sentence(f"{name}: {cause.text.en}", f"{name_zh}：{cause.text.zh}")


@dataclass(slots=True)
class _Hypothesis:
    kind: str  # "router" or "srlg"
    id: str
    circuits: frozenset[str]
    standing: int


def diagnose(backbone: Backbone, facts: Facts, settings: AlertSettings, now_ns: int) -> list[Cause]:
    """Return the causes that explain all facts, widest first; pure."""
    return _Diagnosis(backbone, facts, settings, now_ns).causes()


class _Diagnosis:
    def __init__(self, backbone: Backbone, facts: Facts, settings: AlertSettings, now_ns: int) -> None:
        self._backbone = backbone
        self._facts = facts
        self._srlg_window_ns = settings.srlg_window_ms * NS_PER_MS
        self._recovery_ns = settings.recovery_ms * NS_PER_MS
        self._now_ns = now_ns
        self._fell_ns: dict[str, int] = {}
        self._miswired = self._wrongly_wired()
        recovered = self._recovered()
        for link, fact in facts.links.items():
            circuit = link.rpartition(":")[0]
            if circuit in backbone.circuits and (fact.lasts or circuit not in recovered):
                self._fell_ns[circuit] = min(fact.since_ns, self._fell_ns.get(circuit, fact.since_ns))

    def _recovered(self) -> set[str]:
        """Circuits of routers that have been back for so long that what is still down has another cause."""
        return {
            circuit
            for router, fact in self._facts.routers.items()
            if self._is_past(fact)
            for circuit in self._backbone.router_circuits.get(router, ())
        }

    def causes(self) -> list[Cause]:
        """Routers and SRLGs by greedy cover, then single circuits, then routers that are only silent."""
        hypotheses = [*self._router_hypotheses(), *self._srlg_hypotheses()]
        taken = _cover(hypotheses, self._fell_ns.keys() - self._miswired)
        place = {circuit: i for i, (_, circuits) in enumerate(taken) for circuit in circuits}
        used = {(hypothesis.kind, hypothesis.id) for hypothesis, _ in taken}
        consequences: list[list[str]] = [[] for _ in taken]
        for lost in hypotheses:  # a router all of whose circuits others explain: a consequence of the first
            if lost.kind == "router" and ("router", lost.id) not in used:
                consequences[min(place[circuit] for circuit in lost.circuits)].append(lost.id)
        found = [self._wide_cause(*one, also) for one, also in zip(taken, consequences, strict=True)]
        rewired = self._rewired_routers(self._fell_ns.keys() & self._miswired - place.keys())
        found += [self._wiring_cause(router, circuits) for router, circuits in rewired.items()]
        explained = place.keys() | {circuit for circuits in rewired.values() for circuit in circuits}
        found += [self._circuit_cause(circuit) for circuit in sorted(self._fell_ns.keys() - explained)]
        found = [cause for cause in found if cause.links]
        return found + self._silence_causes({name for cause in found for name in cause.covers})

    def _router_hypotheses(self) -> list[_Hypothesis]:
        found = []
        for router, fact in self._facts.routers.items():
            circuits = self._backbone.router_circuits.get(router, ())
            fallen = frozenset(circuits) & self._fell_ns.keys() - self._miswired
            if fact.lasts:
                believed = not any(self._seen_up(circuit, router) for circuit in circuits)
            else:
                believed = fact.cut and not self._is_past(fact)
            if fallen and believed:
                found.append(_Hypothesis("router", router, fallen, len(circuits) - len(fallen)))
        return found

    def _seen_up(self, circuit: str, router: str) -> bool:
        """Whether the router at the other end is heard and does not say that the circuit is down."""
        heard = self._backbone.far_end(circuit, router) in self._facts.heard
        drained = any(link in self._facts.drained for link in self._backbone.links(circuit))
        return heard and not drained and circuit not in self._fell_ns

    def _srlg_hypotheses(self) -> list[_Hypothesis]:
        fell = self._fell_ns.keys() - self._miswired
        groups = {srlg for circuit in fell for srlg in self._backbone.circuits[circuit].srlgs}
        found = []
        for srlg in sorted(groups):
            circuits = self._backbone.srlg_circuits[srlg]
            fallen = frozenset(circuits) & fell
            standing = len(circuits) - len(fallen)
            if self._fell_together(fallen) or (standing == 0 and not self._seen(fallen)):
                found.append(_Hypothesis("srlg", srlg, fallen, standing))
        return found

    def _fell_together(self, circuits: frozenset[str]) -> bool:
        """Whether two of the circuits were seen to fall within the window."""
        times = sorted(self._fell_ns[circuit] for circuit in circuits if self._seen({circuit}))
        return any(later - earlier <= self._srlg_window_ns for earlier, later in pairwise(times))

    def _seen(self, circuits: Collection[str]) -> bool:
        """Whether all the circuits were seen to fall; those found down fell who knows when."""
        facts = self._facts.links
        return all(facts[link].seen for c in circuits for link in self._backbone.links(c) if link in facts)

    def _wide_cause(
        self, hypothesis: _Hypothesis, circuits: frozenset[str], consequences: list[str]
    ) -> Cause:
        is_router = hypothesis.kind == "router"
        routers = [hypothesis.id, *consequences] if is_router else consequences
        fallen, down = self._links(circuits)
        still = sorted({link.rpartition(":")[0] for link in down})
        since_ns = min(self._fell_ns[circuit] for circuit in circuits)
        children = [Subject(kind="circuit", id=circuit) for circuit in still]
        children += [Subject(kind="router", id=router) for router in consequences]
        return Cause(
            rule="router_unreachable" if is_router else "srlg_down",
            subject=Subject(kind="router" if is_router else "srlg", id=hypothesis.id),
            since_ns=since_ns,
            links=down,
            covers=frozenset(fallen) | {f"router:{router}" for router in routers},
            children=tuple(children),
            text=self._router_text(hypothesis) if is_router else self._srlg_text(hypothesis, circuits),
            certainty="certain" if not hypothesis.standing and self._seen(circuits) else "probable",
            evidence=self._reasons(still),
        )

    def _reasons(self, circuits: Iterable[str]) -> tuple[Sentence, ...]:
        """Why the graph holds the first few circuits to be down, those of them that it has a reason for."""
        known = self._facts.links
        found = {
            circuit: known[link].evidence
            for circuit in circuits
            for link in self._backbone.links(circuit)
            if link in known and known[link].evidence
        }
        return tuple(
            Sentence(f"{circuit}: {why}", f"{circuit}：{reason_zh(why)}")
            for circuit, why in islice(found.items(), SHOWN)
        )

    def _links(self, circuits: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """All links of the circuits that fell, and those of them that are still down."""
        known = self._facts.links
        fallen = [
            link for circuit in sorted(circuits) for link in self._backbone.links(circuit) if link in known
        ]
        return tuple(fallen), tuple(link for link in fallen if known[link].lasts)

    def _router_text(self, hypothesis: _Hypothesis) -> Sentence:
        total = len(self._backbone.router_circuits[hypothesis.id])
        down = len(hypothesis.circuits)
        return Sentence(
            f"its telemetry stream is lost and {down} of its {total} circuits are down by their other ends",
            f"遥测流中断，且对端上报其 {total} 条电路中有 {down} 条中断",
        )

    def _srlg_text(self, hypothesis: _Hypothesis, circuits: frozenset[str]) -> Sentence:
        times = [self._fell_ns[circuit] for circuit in circuits]
        spread_ms = (max(times) - min(times)) // NS_PER_MS
        total = len(self._backbone.srlg_circuits[hypothesis.id])
        names, count = listed(circuits), len(circuits)
        if not self._seen(circuits):
            return Sentence(
                f"{count} of its {total} circuits are down since an unknown time: {names.en}",
                f"{total} 条电路中有 {count} 条中断，开始时间不明：{names.zh}",
            )
        when = Sentence(f"within {spread_ms} ms", f"在 {spread_ms} ms 内相继")
        if not spread_ms:
            when = Sentence("at the same moment", "同时")
        return Sentence(
            f"{count} of its {total} circuits fell {when.en}: {names.en}",
            f"{total} 条电路中有 {count} 条{when.zh}中断：{names.zh}",
        )

    def _wrongly_wired(self) -> frozenset[str]:
        """Circuits whose two ends hear other routers, by LLDP, than the inventory says: they are not cut."""
        return frozenset(
            link.rpartition(":")[0]
            for link, fact in self._facts.links.items()
            if fact.lasts and fact.evidence.startswith(MISWIRED)
        )

    def _rewired_routers(self, circuits: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Routers at which several circuits are miswired, with those circuits: the one of most first."""
        found: dict[str, tuple[str, ...]] = {}
        left = set(circuits)
        while True:
            at: dict[str, list[str]] = defaultdict(list)
            for circuit in sorted(left):
                at[self._backbone.circuits[circuit].a].append(circuit)
                at[self._backbone.circuits[circuit].z].append(circuit)
            router = min(at, key=lambda name: (-len(at[name]), name), default=None)
            if router is None or len(at[router]) < 2:
                return found
            found[router] = tuple(at[router])
            left -= set(at[router])

    def _wiring_cause(self, router: str, circuits: tuple[str, ...]) -> Cause:
        fallen, down = self._links(frozenset(circuits))
        total, names = len(self._backbone.router_circuits[router]), listed(circuits)
        return Cause(
            rule="miswired",
            subject=Subject(kind="router", id=router),
            since_ns=min(self._fell_ns[circuit] for circuit in circuits),
            links=down,
            covers=frozenset(fallen),
            children=tuple(Subject(kind="circuit", id=circuit) for circuit in circuits),
            text=Sentence(
                f"both ends of {len(circuits)} of its {total} circuits hear other routers than they should: "
                f"{names.en}",
                f"{total} 条电路中有 {len(circuits)} 条两端的 LLDP 邻居都与台账不符：{names.zh}",
            ),
            evidence=self._reasons(circuits),
        )

    def _circuit_cause(self, circuit: str) -> Cause:
        fallen, down = self._links(frozenset({circuit}))
        both = len(fallen) == 2
        subject = Subject(kind="circuit", id=circuit) if both else Subject(kind="link", id=fallen[0])
        rule: Rule = "circuit_down" if both else "link_down"
        if circuit in self._miswired:
            rule = "miswired"
        return Cause(
            rule=rule,
            subject=subject,
            since_ns=self._fell_ns[circuit],
            links=down,
            covers=frozenset(fallen),
            children=tuple(Subject(kind="link", id=link) for link in down) if both else (),
            text=self._circuit_text(fallen),
            certainty="certain" if both else "probable",
            evidence=self._reasons((circuit,)),
        )

    def _circuit_text(self, fallen: tuple[str, ...]) -> Sentence:
        """The graph's reason, where it has one."""
        reason = next(filter(None, (self._facts.links[link].evidence for link in fallen)), "")
        if reason:
            return Sentence(reason, reason_zh(reason))
        if len(fallen) == 2:
            return Sentence("both directions are down", "双向均已中断")
        return Sentence("the other direction is not known to be down", "未发现另一方向中断")

    def _silence_causes(self, explained: set[str]) -> list[Cause]:
        """One cause for each router that is only silent, or one for all if they are most of the network."""
        silent = {r: fact for r, fact in self._facts.routers.items() if f"router:{r}" not in explained}
        lasting = sorted(router for router, fact in silent.items() if fact.lasts)
        lately = [router for router, fact in silent.items() if not self._is_past(fact)]
        total = len(self._backbone.site_of)
        if not lasting or len(lately) < max(MANY_ROUTERS, (total + 1) // 2):
            return [self._silence_cause(router) for router in lasting]
        return [
            Cause(
                rule="telemetry_lost",
                subject=Subject(kind="network", id=self._backbone.network),
                since_ns=min(silent[router].since_ns for router in lasting),
                links=(),
                covers=frozenset(f"router:{router}" for router in lately),
                children=tuple(Subject(kind="router", id=router) for router in lasting),
                text=Sentence(
                    f"the streams of {len(lasting)} of {total} routers are lost",
                    f"{total} 台路由器中有 {len(lasting)} 台的遥测流中断",
                ),
                certainty="probable",
                evidence=(
                    Sentence(
                        f"{len(self._facts.heard)} of {total} routers are heard",
                        f"{total} 台路由器中仍有 {len(self._facts.heard)} 台有遥测",
                    ),
                ),
            )
        ]

    def _is_past(self, fact: Fact) -> bool:
        return fact.over_ns is not None and self._now_ns >= fact.over_ns + self._recovery_ns

    def _silence_cause(self, router: str) -> Cause:
        circuits = self._backbone.router_circuits.get(router, ())
        seen = [circuit for circuit in circuits if self._seen_up(circuit, router)]
        return Cause(
            rule="telemetry_silent",
            subject=Subject(kind="router", id=router),
            since_ns=self._facts.routers[router].since_ns,
            links=(),
            covers=frozenset({f"router:{router}"}),
            children=tuple(Subject(kind="circuit", id=circuit) for circuit in circuits),
            text=Sentence(
                f"its neighbours still see {len(seen)} of its {len(circuits)} circuits up",
                f"邻居仍看到其 {len(circuits)} 条电路中有 {len(seen)} 条正常",
            )
            if seen
            else Sentence(
                "no neighbour is heard that could tell whether its links are down",
                "收不到任何邻居的遥测，无法判断其链路是否中断",
            ),
            certainty="certain" if seen else "unconfirmed",
            evidence=tuple(
                Sentence(f"{neighbour} sees {circuit} up", f"{neighbour} 看到 {circuit} 正常")
                for circuit in seen[:SHOWN]
                for neighbour in (self._backbone.far_end(circuit, router),)
            ),
        )


def _cover(hypotheses: list[_Hypothesis], left: set[str]) -> list[tuple[_Hypothesis, frozenset[str]]]:
    """Greedy set cover: the hypotheses to believe, each with the circuits that it alone explains.

    What a hypothesis explains only shrinks as others are taken, so a stale rank is looked at again when
    it comes up, and most are never looked at twice.
    """
    heap = [(-len(h.circuits), h.kind, h.standing, h.id, i) for i, h in enumerate(hypotheses)]
    heapq.heapify(heap)
    taken = []
    while heap:
        rank, _, _, _, position = heapq.heappop(heap)
        hypothesis = hypotheses[position]
        explained = hypothesis.circuits & left
        if len(explained) < (2 if hypothesis.kind == "srlg" else 1):
            continue
        if len(explained) < -rank:
            heapq.heappush(
                heap, (-len(explained), hypothesis.kind, hypothesis.standing, hypothesis.id, position)
            )
            continue
        taken.append((hypothesis, explained))
        left -= explained
    return taken
