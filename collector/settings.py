"""The collector's part of the configuration, and what a target is."""

from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Encoding = Literal["proto", "json_ietf", "json"]


class Transport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to reach a router: TLS by these files (or the system's authorities), or, said aloud, without.

    `certificate_file` with `key_file` is the client's certificate, where the router wants one; `server_name`
    the name that the router's certificate is for, where that is not the address. `credentials_file` holds the
    user name on its first line and the password on its second; without TLS they are sent in the clear.
    """

    insecure: bool = False
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    server_name: str | None = None
    credentials_file: str | None = None

    def __post_init__(self) -> None:
        if (self.certificate_file is None) != (self.key_file is None):  # gRPC would end the process
            raise ValueError("`certificate_file` and `key_file` need each other")
        if self.insecure and (self.ca_file or self.certificate_file or self.server_name):
            raise ValueError("`insecure` and files of TLS exclude each other: take one of them away")


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One router: `id` as in the inventory, `address` host:port, `profile` its platform."""

    id: str
    address: str
    profile: str = "openconfig"
    transport: Transport | None = None


class CollectorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults suit a backbone of some hundred routers. `subscription_files` adds an operator's own.

    `transports` are those of single routers, by id, each whole instead of `transport`.
    """

    transport: Transport = Transport()
    transports: dict[str, Transport] = {}
    subscription_files: tuple[str, ...] = ()
    encodings: tuple[Encoding, ...] = ("proto", "json_ietf", "json")
    sample_interval_s: Seconds = 10
    heartbeat_s: Seconds = 60
    flush_s: Seconds = 0.05
    connect_deadline_s: Seconds = 10
    connects_per_s: Seconds = 20
    sync_deadline_s: Seconds = 60
    silent_intervals: Annotated[int, msgspec.Meta(ge=2)] = 3
    backoff_min_s: Seconds = 0.5
    backoff_max_s: Seconds = 30
    unauthenticated_retry_s: Seconds = 300
    healthy_s: Seconds = 60
    quarantine_s: Seconds = 86_400
    keepalive_s: Seconds = 10
    keepalive_timeout_s: Seconds = 5
    max_message_bytes: Annotated[int, msgspec.Meta(ge=1 << 20)] = 64 << 20
    paths_per_target: Annotated[int, msgspec.Meta(ge=1)] = 200_000
