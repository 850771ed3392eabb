"""The `[topology]` settings: when a link counts as what, and how often the graph publishes."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Ppm = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
NS_PER_S = 1_000_000_000


class TopologySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults are the promises of the API guide; a test or a demo may shorten them.

    `sample_interval_s`: how often routers are asked for counters and delay; a rate or delay older than
    `missed_intervals` of it is ignored, and a router that says nothing for so long is silent.
    `stale_after_s`: from unconfirmed to stale. `startup_grace_s`: the same before a router's first sync.
    `hold_s`: how long a link that was down must be up before it counts; doubled by each flap up to
    `hold_max_s`, and back to `hold_s` after `hold_forget_s` of peace.
    `free_window_s`, `free_step_s`: the window of `free_p05_bps` and the distance of its samples.
    `publications_per_s`: the most metric publications; `refresh_s`: the ages in a snapshot are renewed
    at least so often while telemetry flows, though no value moved.
    `*_dead_band_*`: how much a metric must move to be published; bandwidth in parts per million of the
    link's capacity, latency and jitter by the larger of the two. `inconsistency_after_s`: how long ends
    must disagree before it is listed, for their reports never arrive together.
    """

    sample_interval_s: Seconds = 10.0
    missed_intervals: Count = 3
    stale_after_s: Seconds = 60.0
    startup_grace_s: Seconds = 60.0
    hold_s: Seconds = 10.0
    hold_max_s: Seconds = 300.0
    hold_forget_s: Seconds = 600.0
    free_window_s: Seconds = 300.0
    free_step_s: Seconds = 5.0
    publications_per_s: Seconds = 10.0
    refresh_s: Seconds = 5.0
    bandwidth_dead_band_ppm: Ppm = 10_000
    latency_dead_band_us: Count = 10
    latency_dead_band_ppm: Ppm = 10_000
    loss_dead_band_ppm: Ppm = 10
    inconsistency_after_s: Seconds = 5.0

    def __post_init__(self) -> None:
        if self.hold_max_s < self.hold_s:
            raise ValueError(f"hold_max_s ({self.hold_max_s}) must be at least hold_s ({self.hold_s})")
        if self.free_window_s < self.free_step_s:
            raise ValueError(
                f"free_window_s ({self.free_window_s}) must be at least free_step_s ({self.free_step_s})"
            )

    @property
    def fresh_ns(self) -> int:
        """How long a value counts: three missed intervals, in nanoseconds."""
        return nanoseconds(self.sample_interval_s * self.missed_intervals)


def nanoseconds(seconds: float) -> int:
    """Whole nanoseconds of a setting in seconds."""
    return round(seconds * NS_PER_S)
