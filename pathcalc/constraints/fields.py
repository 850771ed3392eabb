"""What a path must keep, by the names of the API: the one table of constraints.

To add a constraint, add its row to `ConstraintFields`; `docs/pathcalc.md` shows one being added.
"""

from functools import cached_property
from typing import Annotated, Any, Literal, TypedDict, get_args, get_type_hints

import msgspec

from pathcalc.constraints import exclusion, worth
from pathcalc.constraints.groups import Affinity, Exclude
from pathcalc.constraints.kinds import Bound, Kind, Members, Stops, Term, Threshold
from pathcalc.errors import InvalidQuery

Objective = Literal[
    "latency", "te_metric", "igp_metric", "hops", "widest", "widest_then_latency", "latency_then_widest"
]
Basis = Literal["capacity", "free_now", "free_p05"]

WEIGHTS = ("latency", "te_metric", "igp_metric", "hops", "jitter", "loss")
"""Metrics that are sums along the path, in the order of the core's weights."""

COLUMNS = {
    "latency": "latency_us",
    "te_metric": "te_metric",
    "igp_metric": "igp_metric",
    "jitter": "jitter_us",
    "loss": "loss_ppm",
}
"""The snapshot's array of each weight but hops."""

BANDWIDTH = "bandwidth"
BASES: tuple[str, ...] = get_args(Basis)
LARGEST = (1 << 64) - 2
NOTHING = Exclude()
NO_AFFINITY = Affinity()


class ConstraintFields(TypedDict, total=False):
    """The table: each constraint's name, type and kind. Filters and bounds are None where not set."""

    min_bandwidth_bps: Annotated[
        int | None,
        Threshold(worth.bandwidth, True, "bit/s", "is the most bandwidth", "at {:,} bit/s", inline=True),
    ]
    max_latency_us: Annotated[int | None, Bound("latency", "µs", "is the least latency", "within {:,} µs")]
    max_hops: Annotated[int | None, Bound("hops", "hops", "are the fewest", "in {:,} hops")]
    max_jitter_us: Annotated[
        int | None, Bound("jitter", "µs", "is the least jitter", "with {:,} µs of jitter")
    ]
    max_loss_ppm: Annotated[
        int | None, Bound("loss", "ppm", "is the least loss", "with {:,} ppm of loss", cap=1_000_000)
    ]
    max_te_metric: Annotated[
        int | None, Bound("te_metric", "", "is the least TE metric", "within TE metric {:,}")
    ]
    max_igp_metric: Annotated[
        int | None, Bound("igp_metric", "", "is the least IGP metric", "within IGP metric {:,}")
    ]
    min_mtu_bytes: Annotated[
        int | None, Threshold(worth.mtu, True, "bytes", "is the largest MTU", "with an MTU of {:,} bytes")
    ]
    max_metric_age_ms: Annotated[
        int | None,
        Threshold(worth.age_ms, False, "ms", "is the least age", "with metrics of at most {:,} ms"),
    ]
    exclude: Annotated[
        Exclude,
        Members(
            exclusion.banned, "excluded", "without excluding {}", "with the exclusions", "packets pass {}"
        ),
    ]
    affinity: Annotated[
        Affinity,
        Members(
            worth.affinity,
            "limit",
            "with no affinity for or against {}",
            "with the affinities",
            "packets take links that are not as asked for {}",
            whole=frozenset(["include_any"]),
        ),
    ]
    include: Annotated[
        tuple[str, ...], Stops("without having to pass {}", "past the way points", "not all packets pass {}")
    ]
    bandwidth_basis: Basis
    flows: int
    allow_stale: bool
    allow_draining: bool


DEFAULTS: dict[str, Any] = {
    "exclude": NOTHING,
    "affinity": NO_AFFINITY,
    "include": (),
    "bandwidth_basis": "free_p05",
    "flows": 1,
    "allow_stale": False,
    "allow_draining": False,
}
_HINTS: dict[str, Any] = get_type_hints(ConstraintFields, include_extras=True)


def _kind(name: str) -> Kind | None:
    return next((item for item in get_args(_HINTS[name])[1:] if isinstance(item, Kind)), None)


def _terms() -> tuple[Term, ...]:
    found = []
    for name in _HINTS:
        kind = _kind(name)
        if isinstance(kind, Members):
            parts = DEFAULTS[name].__struct_fields__
            found += [Term(f"{name}.{part}", name, part, kind) for part in parts]
        elif kind is not None:
            found.append(Term(name, name, "", kind))
    return tuple(found)


TERMS = _terms()
_NAMES = tuple(_HINTS)
_UNSET = tuple(DEFAULTS.get(name) for name in _NAMES)
_OF_FIELD = {name: tuple(term for term in TERMS if term.field == name) for name in _NAMES}
BY_NAME = {term.name: term for term in TERMS}
_NUMBERS = tuple(term.name for term in TERMS if isinstance(term.kind, Bound | Threshold))
_PLAIN = {name: get_args(hint)[0] if _kind(name) else hint for name, hint in _HINTS.items()}
_Declared: Any = msgspec.defstruct(
    "_Declared",
    [(name, _PLAIN[name], DEFAULTS.get(name)) for name in _HINTS],
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    dict=True,
)


class Constraints(_Declared):  # type: ignore[misc]
    """Filters and bounds of one query, the fields of `ConstraintFields`; None: no such constraint.

    A link of unknown metric fails every constraint on it. `up` and `unconfirmed` links are always usable,
    `stale` and `drained` ones by their flags, `down` ones never. With one flow a link has no more bandwidth
    than one member of its group, with `flows` no more than that many members.
    """

    def __post_init__(self) -> None:
        for name in _NUMBERS:
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 0 <= value <= LARGEST):
                raise InvalidQuery(name, f"{value!r} is no whole number from 0 to {LARGEST}")
        if self.bandwidth_basis not in BASES:
            raise InvalidQuery("bandwidth_basis", f"{self.bandwidth_basis!r} is none of {', '.join(BASES)}")
        if type(self.flows) is not int or not 1 <= self.flows <= LARGEST:
            raise InvalidQuery("flows", f"{self.flows!r} is no whole number from 1 on")
        for name, kind in (("exclude", Exclude), ("affinity", Affinity)):
            if not isinstance(getattr(self, name), kind):
                raise InvalidQuery(name, f"give a pathcalc.{kind.__name__}")
        if not isinstance(self.include, tuple):
            raise InvalidQuery("include", "give a tuple of site or router ids, in order")

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What is constrained, states apart."""
        values = zip(_NAMES, msgspec.structs.astuple(self), _UNSET, strict=True)
        found = [_OF_FIELD[name] for name, value, unset in values if value is not unset and name in _OF_FIELD]
        return tuple(term for terms in found for term in terms if term.value(self) not in (None, ()))

    @cached_property
    def bounds(self) -> tuple[str, ...]:
        """The names of the bounds on sums that are set."""
        return tuple(term.name for term in self.terms if isinstance(term.kind, Bound))

    @cached_property
    def filters(self) -> tuple[Term, ...]:
        """The set constraints that links keep or do not, but for those that the searches know themselves."""
        return tuple(
            term
            for term in self.terms
            if isinstance(term.kind, Members) or (isinstance(term.kind, Threshold) and not term.kind.inline)
        )

    @cached_property
    def counted(self) -> frozenset[str]:
        """The metrics that these make an answer count with, beside its objective's."""
        bounded = frozenset(term.kind.metric for term in self.terms if isinstance(term.kind, Bound))
        return bounded if self.min_bandwidth_bps is None else bounded | {BANDWIDTH}

    def named(self) -> tuple[str, ...]:
        """The names of what is constrained, states apart."""
        return tuple(term.name for term in self.terms)

    def having(self, name: str, value: object) -> "Constraints":
        """Return these constraints with another value of one, `exclude.srlgs` style."""
        term = BY_NAME[name]
        if term.part:
            value = msgspec.structs.replace(getattr(self, term.field), **{term.part: value})
        return msgspec.structs.replace(self, **{term.field: value})

    def without(self, *names: str) -> "Constraints":
        """Return these constraints less some."""
        limits = self
        for name in names:
            unset = () if isinstance(BY_NAME[name].kind, Members | Stops) else None
            limits = limits.having(name, unset)
        return limits


UNCONSTRAINED = Constraints()
