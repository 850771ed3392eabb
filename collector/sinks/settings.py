"""The `[history]` and `[influxdb]` sections."""

from typing import Literal

import msgspec


class HistorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The embedded history: how long raw values and roll-ups of five minutes and of an hour are kept.

    While everything together is larger than `max_bytes` the oldest raw values go, and when there are none
    left, the oldest roll-ups. `rollup_delay_s`: so long after its end a window is taken to be complete; what
    comes later is added to it all the same.
    """

    max_bytes: int = 2_000_000_000
    max_age_days: float = 14.0
    max_age_5m_days: float = 180.0
    max_age_1h_days: float = 1826.0
    rollup_delay_s: float = 60.0
    sweep_interval_s: float = 60.0
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


class InfluxDBSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An InfluxDB of any generation, or what speaks its line protocol.

    `api` "v2" is `POST /api/v2/write`, which 1.8+, 2.x and 3.x take (on 1.8 and 3 `bucket` is the database);
    "v1" is `POST /write` for older ones, with `database`, `retention_policy` and `username`. Secrets are read
    from files: `token_file` (v2), `password_file` (v1).
    """

    url: str = "http://127.0.0.1:8086"
    api: Literal["v2", "v1"] = "v2"
    org: str = "-"
    bucket: str = "suanlu"
    token_file: str | None = None
    database: str = "suanlu"
    retention_policy: str | None = None
    username: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    gzip: bool = False
    timeout_ms: int = 10_000
    max_lines: int = 10_000
    max_request_bytes: int = 5_000_000
    refused_retry_ms: int = 30_000
    linger_ms: int = 500
    max_values: int = 100_000

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("url must start with http:// or https://")
        for name in ("timeout_ms", "max_lines", "max_request_bytes", "refused_retry_ms", "linger_ms"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
