"""Settings of the API: the [api] section."""

from typing import Annotated

import msgspec
from msgspec import Meta


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the API listens and what it takes. `port` 0: any free one.

    `tokens_file`: who may ask what, made by `suanlu token`; without it everybody on this machine may do
    everything, and nobody else reaches the server.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8437
    tokens_file: str | None = None
    max_body_bytes: Annotated[int, Meta(ge=1024, le=64 << 20)] = 1 << 20
    event_ring: Annotated[int, Meta(ge=1, le=1_000_000)] = 10_000
    ready_patience_s: Annotated[float, Meta(ge=0, le=3600)] = 30
    shutdown_timeout_s: Annotated[float, Meta(ge=0.1, le=3)] = 2
