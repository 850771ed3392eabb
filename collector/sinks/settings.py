"""The `[history]` and `[influxdb]` sections."""

import msgspec


class HistorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The embedded history. `max_bytes` and `max_age_days`: the oldest values go when either is exceeded."""

    max_bytes: int = 2_000_000_000
    max_age_days: float = 14.0
    memory_bytes: int = 256 << 20
    linger_ms: int = 500
    max_values: int = 100_000

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")


class PumpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`linger_ms`: how long values wait for more; `max_values`: about how many make one write at most."""

    linger_ms: int = 500
    max_values: int = 100_000
    backoff_min_ms: int = 500
    backoff_max_ms: int = 30_000
