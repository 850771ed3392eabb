"""What can be set about the simulated backbone; all of it has a default."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class SimulatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Seed, day, ports and pace of a simulated backbone.

    `base_port` 0: free ports; else router i of the inventory listens on `base_port + i`, or, with
    `free_if_taken`, all of them on free ports where one of those is taken.
    `day_s`: real seconds that one simulated day lasts; counters stay true in real seconds.
    `start_hour`: the hour of the simulated day at the start.
    `peak_use`: use of the busiest link at the day's peak, of its capacity.
    `congested_use`: what `congest` fills a circuit to, of its capacity; above 1 it drops.
    `full_ledger`: keep every update sent, not only the last of each series.
    """

    host: str = "127.0.0.1"
    base_port: Port = 0
    free_if_taken: bool = False
    control_port: Port = 0
    seed: int = 1
    day_s: Seconds = 900.0
    start_hour: Annotated[float, msgspec.Meta(ge=0, lt=24)] = 9.0
    peak_use: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.85
    tick_s: Seconds = 0.5
    min_sample_interval_ms: Annotated[int, msgspec.Meta(ge=1)] = 10
    default_sample_interval_s: Seconds = 10.0
    reboot_s: Seconds = 6.0
    flap_period_s: Seconds = 3.0
    flap_count: Annotated[int, msgspec.Meta(ge=1)] = 5
    congested_use: Annotated[float, msgspec.Meta(gt=0, le=5)] = 1.05
    full_ledger: bool = False
