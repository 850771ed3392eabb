"""The answer of a check: what a window would do."""

from typing import Literal

import msgspec

from suanlu.effects import Effects


class NextCut(msgspec.Struct, frozen=True, kw_only=True):
    """A single failure that would cut off more while the window lasts than it would today.

    `kind`: circuit or srlg. `sites` are those on the smaller side, `pairs_cut` the pairs of sites, both
    directions as one, that only the window exposes.
    """

    kind: str
    id: str
    sites: tuple[str, ...]
    pairs_cut: int


class Circuit80(msgspec.Struct, frozen=True, kw_only=True):
    """A circuit that would be over 80 % full in one direction, `link`; an estimate.

    `used_bps` is what it carries now (null: unknown, then counted as nothing), `moved_bps` what would come.
    """

    circuit: str
    link: str
    capacity_bps: int
    used_bps: int | None
    moved_bps: int
    utilisation: float


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `severity`: `clear`, `caution` (risk or load) or `outage` (pairs are cut by itself).

    `isolated_sites` are cut off by the window itself. Lists have their worst first and at most 50 entries.
    `unplaced_bps`: load that ends where nothing is left, or that crosses a router which goes out; where it
    would go is not known. `loads_unknown`: links of the window whose load is not known.
    """

    severity: Literal["clear", "caution", "outage"]
    verdict: str
    verdict_zh: str
    effects: Effects
    isolated_sites: tuple[str, ...]
    redundancy_lost: tuple[NextCut, ...]
    circuits_over_80_percent: tuple[Circuit80, ...]
    unplaced_bps: int
    loads_unknown: int
    overlapping: tuple[str, ...]
    links: tuple[str, ...]
