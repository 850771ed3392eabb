"""Why there is no answer: which constraints rule it out, and the least change of each that would help."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pathcalc.answers import Path
from pathcalc.any.solver import Ends, Links, Solver
from pathcalc.constraints.exclusion import links_of
from pathcalc.constraints.fields import Constraints
from pathcalc.errors import Binding, NoConnectivity, NoFeasiblePath, PathError, Relaxation

Names = tuple[str, ...]
PairExists = Callable[[Constraints, str], bool]


class Question(NamedTuple):
    """A question about one pair of ends that has no answer under its limits."""

    source: str
    target: str
    ends: Ends
    objective: str
    limits: Constraints

    @property
    def known(self) -> str:
        """The objective whose metric every link must have."""
        return "" if self.objective in ("widest", "hops") else self.objective


def no_path(solver: Solver, question: Question, basis: str) -> PathError:
    """Return the error that says why there is no path, with all that it can prove."""
    bare = question.limits.without(*question.limits.named())
    best = solver.best(question.ends, question.objective, bare)
    if best is None:
        return _no_connection(solver, question, bare)
    binding = _irreducible(
        question.limits.named(), lambda limits: _exists(solver, question, limits), question.limits
    )
    relaxations = tuple(_relaxations(solver, question))
    helped = {relaxation.constraint for relaxation in relaxations}
    return NoFeasiblePath(
        question.source,
        question.target,
        tuple(Binding(name, _reason(solver, question, name, helped)) for name in binding),
        relaxations,
        Path(solver.tables, best, basis),
    )


def no_pair(solver: Solver, question: Question, basis: str, level: str, exists: PairExists) -> PathError:
    """Return the error for a disjoint pair; `exists` says whether there is one under limits at a level."""
    limits = question.limits
    best = solver.best(question.ends, question.objective, limits)
    if best is None:
        return no_path(solver, question, basis)
    binding = _irreducible(limits.named(), lambda fewer: exists(fewer, level), limits)
    return NoFeasiblePath(
        question.source,
        question.target,
        (
            Binding(f"disjoint.{level}", "limit"),
            *(Binding(name, "excluded" if name.startswith("exclude") else "limit") for name in binding),
        ),
        tuple(_pair_relaxations(solver, limits, level, exists)),
        Path(solver.tables, best, basis),
    )


def _pair_relaxations(
    solver: Solver, limits: Constraints, level: str, exists: PairExists
) -> Iterator[Relaxation]:
    for name in limits.named():
        if not exists(limits.without(name), level):
            continue
        if name.startswith("exclude"):
            items = getattr(limits.exclude, name.partition(".")[2])
            yield Relaxation(name, items, f"without excluding {', '.join(items)} there is a disjoint pair")
            continue
        floor = limits.min_bandwidth_bps or 0
        column = solver.tables.bandwidth(limits.bandwidth_basis)
        values = sorted({value for value in column if value is not None and value < floor})
        at = bisect_left(values, True, key=lambda bps: not exists(limits.with_floor(bps), level))
        if at:
            sentence = f"{values[at - 1]:,} bit/s is the most bandwidth of a disjoint pair"
            yield Relaxation(name, values[at - 1], sentence)
    for weaker in ("circuit", "link"):
        if weaker != level and exists(limits, weaker):
            yield Relaxation("disjoint.level", (weaker,), f"there is a pair disjoint at level {weaker}")
            return


def _no_connection(solver: Solver, question: Question, bare: Constraints) -> PathError:
    joined = solver.best(question.ends, "hops", bare)
    if joined is not None:  # only over links whose metric is not known
        binding = (Binding("objective", "unknown"),)
        path = Path(solver.tables, joined, bare.bandwidth_basis)
        return NoFeasiblePath(question.source, question.target, binding, (), path)
    for flags in (("allow_stale",), ("allow_draining",), ("allow_stale", "allow_draining")):
        wider = Constraints(
            allow_stale=bare.allow_stale or "allow_stale" in flags,
            allow_draining=bare.allow_draining or "allow_draining" in flags,
        )
        if solver.best(question.ends, "hops", wider) is not None:
            return NoConnectivity(question.source, question.target, flags)
    return NoConnectivity(question.source, question.target)


def _exists(solver: Solver, question: Question, limits: Constraints) -> bool:
    return solver.best(question.ends, question.objective, limits) is not None


def _irreducible(names: Names, exists: Callable[[Constraints], bool], limits: Constraints) -> Names:
    """Return a set of constraints that rules all out, of which none can be spared."""
    dropped: list[str] = []
    for name in names:
        if not exists(limits.without(*dropped, name)):
            dropped.append(name)
    return tuple(name for name in names if name not in dropped)


def _reason(solver: Solver, question: Question, name: str, helped: set[str]) -> str:
    """`unknown` where dropping a limit helps but no value of it does: the metric is not known."""
    if name.startswith("exclude"):
        return "excluded"
    if name not in helped and _exists(solver, question, question.limits.without(name)):
        return "unknown"
    return "limit"


def _relaxations(solver: Solver, question: Question) -> Iterator[Relaxation]:
    limits = question.limits
    for name in limits.named():
        rest = limits.without(name)
        if name.startswith("exclude"):
            path = solver.best(question.ends, question.objective, rest)
            if path is not None:
                items = _touched(solver, question, name, path)
                yield Relaxation(name, items, f"without excluding {', '.join(items)} there is a path")
            continue
        value = _least_change(solver, question, name, rest)
        if value is not None:
            unit = {
                "min_bandwidth_bps": "bit/s is the most bandwidth",
                "max_latency_us": "µs is the least latency",
                "max_hops": "hops are the fewest",
            }[name]
            yield Relaxation(name, value, f"{value:,} {unit}{_under(rest)}")


def _least_change(solver: Solver, question: Question, name: str, rest: Constraints) -> int | None:
    if name == "min_bandwidth_bps":
        return solver.most_bandwidth(question.ends, rest, known=question.known)
    objective = "latency" if name == "max_latency_us" else "hops"
    # A widest path needs a known bandwidth on every link: a floor of 0 asks for just that.
    floor = 0 if question.objective == "widest" and rest.min_bandwidth_bps is None else None
    path = solver.best(question.ends, objective, rest, known=question.known, floor=floor)
    if path is None:
        return None
    latency = solver.tables.latency_us
    return len(path) if name == "max_hops" else sum(latency[i] or 0 for i in path)


def _touched(solver: Solver, question: Question, name: str, path: Links) -> Names:
    """The excluded things to allow: a single one if that is enough, else those on the path."""
    kind = name.partition(".")[2]
    limits, rest = question.limits, question.limits.without(name)
    items: Names = getattr(limits.exclude, kind)
    for item in items:
        others = tuple(other for other in items if other != item)
        if _exists(solver, question, rest.excluding(kind, others)):
            return (item,)
    on_path = set(path)
    return tuple(i for i in items if not on_path.isdisjoint(links_of(solver.snapshot, kind, i)))


def _under(rest: Constraints) -> str:
    """` at 100 bit/s within 20 ms`: the limits that stay, for a sentence."""
    words = []
    if rest.min_bandwidth_bps is not None:
        words.append(f"at {rest.min_bandwidth_bps:,} bit/s")
    if rest.max_latency_us is not None:
        words.append(f"within {rest.max_latency_us:,} µs")
    if rest.max_hops is not None:
        words.append(f"in {rest.max_hops:,} hops")
    if rest.exclude:
        words.append("with the exclusions")
    return f" {' '.join(words)}" if words else ""
