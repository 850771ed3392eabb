"""What a path must keep, by the names of the API."""

from typing import Literal, TypedDict

import msgspec

from pathcalc.errors import InvalidQuery

Objective = Literal["latency", "te_metric", "igp_metric", "hops", "widest"]
Basis = Literal["capacity", "free_now", "free_p05"]

ADDITIVE = ("latency", "te_metric", "igp_metric", "hops")
"""Objectives that are sums along the path, in the order of the core's weights."""

BASES = ("capacity", "free_now", "free_p05")
_LARGEST_BPS = (1 << 64) - 2


class Exclude(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ids of what no path may touch. A site stands for its routers, an SRLG for its circuits."""

    sites: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    srlgs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for kind in self.__struct_fields__:
            if not isinstance(getattr(self, kind), tuple):
                raise InvalidQuery(f"exclude.{kind}", "give a tuple of ids")

    def __bool__(self) -> bool:
        return any(getattr(self, kind) for kind in self.__struct_fields__)


NOTHING = Exclude()


class Constraints(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters and bounds of one query; None: no such constraint.

    A link of unknown bandwidth fails every floor, one of unknown latency every `max_latency_us`. `up` and
    `unconfirmed` links are always usable, `stale` and `drained` ones by their flags, `down` ones never.
    """

    min_bandwidth_bps: int | None = None
    bandwidth_basis: Basis = "free_p05"
    max_latency_us: int | None = None
    max_hops: int | None = None
    exclude: Exclude = NOTHING
    allow_stale: bool = False
    allow_draining: bool = False

    def __post_init__(self) -> None:
        for name in ("min_bandwidth_bps", "max_latency_us", "max_hops"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 0 <= value <= _LARGEST_BPS):
                raise InvalidQuery(name, f"{value!r} is no whole number from 0 to {_LARGEST_BPS}")
        if self.bandwidth_basis not in BASES:
            raise InvalidQuery("bandwidth_basis", f"{self.bandwidth_basis!r} is none of {', '.join(BASES)}")
        if not isinstance(self.exclude, Exclude):
            raise InvalidQuery("exclude", "give a pathcalc.Exclude")

    @property
    def bounds(self) -> tuple[str, ...]:
        """The names of the bounds on sums that are set."""
        return tuple(name for name in ("max_latency_us", "max_hops") if getattr(self, name) is not None)

    def without(self, *names: str) -> "Constraints":
        """Return these constraints less some, `exclude.srlgs` style for one kind of exclusion."""
        changes: dict[str, None] = {name: None for name in names if not name.startswith("exclude")}
        kinds = {name.partition(".")[2]: () for name in names if name.startswith("exclude.")}
        exclude = msgspec.structs.replace(self.exclude, **kinds) if kinds else self.exclude
        return msgspec.structs.replace(self, exclude=exclude, **changes)

    def excluding(self, kind: str, names: tuple[str, ...]) -> "Constraints":
        """Return these constraints with other exclusions of one kind."""
        exclude = msgspec.structs.replace(self.exclude, **{kind: names})
        return msgspec.structs.replace(self, exclude=exclude)

    def with_floor(self, min_bandwidth_bps: int) -> "Constraints":
        """Return these constraints with another bandwidth floor."""
        return msgspec.structs.replace(self, min_bandwidth_bps=min_bandwidth_bps)

    def named(self) -> tuple[str, ...]:
        """The names of what is constrained, states apart."""
        limits = ("min_bandwidth_bps", "max_latency_us", "max_hops")
        kinds = self.exclude.__struct_fields__
        return (
            *(name for name in limits if getattr(self, name) is not None),
            *(f"exclude.{kind}" for kind in kinds if getattr(self.exclude, kind)),
        )


UNCONSTRAINED = Constraints()


class ConstraintFields(TypedDict, total=False):
    """The keyword arguments that become `Constraints`."""

    min_bandwidth_bps: int | None
    bandwidth_basis: Basis
    max_latency_us: int | None
    max_hops: int | None
    exclude: Exclude
    allow_stale: bool
    allow_draining: bool
