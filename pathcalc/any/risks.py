"""What fails together: each link's SRLGs and its circuit, numbered in order of their ids."""

from typing import NamedTuple

from topology.snapshot import Snapshot

RiskSet = frozenset[int]


class RiskTable(NamedTuple):
    """Risks of each link, and links of each risk."""

    of_link: tuple[RiskSet, ...]
    links: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, snapshot: Snapshot, *, with_srlgs: bool) -> "RiskTable":
        """Number circuits, and SRLGs if wanted, by id, so that branching does not depend on input order."""
        names: set[tuple[str, str]] = set()
        named: list[list[tuple[str, str]]] = []
        for circuit in snapshot.link_circuit.tolist():
            risks = [("circuit", snapshot.circuit_ids[circuit])]
            if with_srlgs:
                risks += [("srlg", srlg) for srlg in snapshot.circuit_srlgs(circuit)]
            names.update(risks)
            named.append(risks)
        number = {name: i for i, name in enumerate(sorted(names))}
        of_link = tuple(frozenset(number[name] for name in risks) for risks in named)
        links: list[list[int]] = [[] for _ in number]
        for link, risks_of_link in enumerate(of_link):
            for risk in risks_of_link:
                links[risk].append(link)
        return cls(of_link, tuple(tuple(members) for members in links))


def circuits_are_pairs(snapshot: Snapshot) -> bool:
    """Whether no circuit is more than two opposite links; a given graph may name circuits otherwise."""
    ends: dict[int, list[tuple[int, int]]] = {}
    for circuit, tail, head in zip(
        snapshot.link_circuit.tolist(), snapshot.tail.tolist(), snapshot.head.tolist(), strict=True
    ):
        ends.setdefault(circuit, []).append((tail, head))
    return all(len(links) == 1 or (len(links) == 2 and links[0] == links[1][::-1]) for links in ends.values())
