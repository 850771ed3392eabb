"""Constraints that name things: what no path may touch, and which colours its links must have."""

import msgspec

from pathcalc.errors import InvalidQuery


def _check(field: str, value: msgspec.Struct) -> None:
    for kind in value.__struct_fields__:
        if not isinstance(getattr(value, kind), tuple):
            raise InvalidQuery(f"{field}.{kind}", "give a tuple of ids")


class Exclude(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ids of what no path may touch. A site stands for its routers, an SRLG for its circuits."""

    sites: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    srlgs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check("exclude", self)


class Affinity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Admin groups that each link must have one of, all of, or none of (RFC 3209, 4.7.4)."""

    include_any: tuple[str, ...] = ()
    include_all: tuple[str, ...] = ()
    exclude_any: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check("affinity", self)
