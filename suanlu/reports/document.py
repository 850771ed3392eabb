"""A report as data: what `/v1/reports/{kind}` answers as JSON, and what Markdown and HTML are made from."""

from typing import Literal

import msgspec

from suanlu.alerts import Alert
from suanlu.maintenance.window import Subject, WindowState

Kind = Literal["shift", "week", "capacity"]


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """A circuit was of no use; `to` is null if it still is at the end. `seconds` are within the report.

    `kind`: down, or miswired: light on both ends, but not to each other.
    """

    circuit: str
    kind: Literal["down", "miswired"]
    since: str
    to: str | None
    seconds: int
    cause: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance window, as it stands at the report's end; `ends_at` is when it ended if it has.

    `ended_by` is who ended it before its time, or null.
    """

    id: str
    state: WindowState
    starts_at: str
    ends_at: str
    subjects: tuple[Subject, ...]
    comment: str
    created_by: str
    ended_by: str | None


class CircuitAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of the report in each state. `availability` is up / (up + down): what was drained on purpose or
    not known counts neither way; null where nothing is known.
    """

    circuit: str
    up_s: int
    down_s: int
    drained_s: int
    unknown_s: int
    outages: int
    availability: float | None


class PairAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """Two sites: how long there was no way between them at all, over whatever circuits."""

    a: str
    z: str
    connected_s: int
    cut_s: int
    unknown_s: int
    availability: float | None


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A link's use: 95th percentile and mean of its means of five minutes, the peak.

    `days_to_80_percent`: by a straight line through its weekly 95th percentiles; null where there are fewer
    than four weeks (`weeks`), or where it does not rise.
    """

    link: str
    p95_bps: int
    mean_bps: int
    peak_bps: int
    capacity_bps: int | None
    p95_share: float | None
    weeks: int = 0
    growth_bps_per_week: int | None = None
    days_to_80_percent: int | None = None


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """A site and the others within the circle of it, in both directions, as packets go now.

    `best_within` is how many could be by the best paths; `is_short`: not all others are within.
    """

    site: str
    within: tuple[str, ...]
    best_within: int
    is_short: bool


class Circles(msgspec.Struct, frozen=True, kw_only=True):
    """Which sites are within `bound_us` of each other: pairs (each once), as forwarded and at best.

    `latency_us[i][j]` is from the i-th of `sites` to the j-th as forwarded; null where there is no way.
    """

    bound_us: int
    pairs: int
    forwarded: int
    best: int
    sites: tuple[str, ...]
    latency_us: tuple[tuple[int | None, ...], ...]
    of: tuple[Circle, ...]


class SinglePoint(msgspec.Struct, frozen=True, kw_only=True):
    """One more failure that would cut sites off; `kind`: circuit, srlg or router.

    `pairs_cut`: pairs of sites, both directions as one.
    """

    kind: str
    id: str
    sites: tuple[str, ...]
    pairs_cut: int


class FullAfter(msgspec.Struct, frozen=True, kw_only=True):
    """A circuit over 80 % once another is lost; an estimate from 95th percentiles of use."""

    lost: str
    circuit: str
    utilisation: float


class Risks(msgspec.Struct, frozen=True, kw_only=True):
    """What the next failure would do, as of the report's end."""

    single_points: tuple[SinglePoint, ...]
    full_after: tuple[FullAfter, ...]


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What all links together carried: one value a step that has any."""

    t: tuple[str, ...]
    bps: tuple[int, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`watched_s` of `seconds`: how much of the time Suanlu itself ran. Lists have their worst first.

    `maintenances` are the windows of this time, and those that begin within a day after it.
    """

    kind: Kind
    network: str
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    made_at: str
    seconds: int
    watched_s: int
    sites: dict[str, tuple[str, str]]
    alerts: tuple[Alert, ...]
    outages: tuple[Outage, ...]
    maintenances: tuple[Work, ...]
    circuits: tuple[CircuitAvailability, ...]
    pairs: tuple[PairAvailability, ...]
    pairs_total: int
    use: tuple[Use, ...]
    load: Load
    circles: Circles
    risks: Risks
