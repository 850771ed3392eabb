"""The `[log]` section: where a batch becomes *accepted*."""

import msgspec


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of the accepted log.

    `commit_interval_ms`, `commit_bytes`: a group commit happens at the latest after this time or this
    many raw bytes. `segment_bytes`: a segment file is sealed at this size. `max_bytes`: the whole log;
    above it the oldest segment is dropped and every value in it counted. `pending_max_bytes`: what may
    wait in memory while the disk refuses.
    """

    commit_interval_ms: int = 100
    commit_bytes: int = 1 << 20
    segment_bytes: int = 64 << 20
    max_bytes: int = 15 << 30
    pending_max_bytes: int = 64 << 20
    cursor_interval_ms: int = 1000
    disk_retry_ms: int = 1000

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
        if self.max_bytes < self.segment_bytes:
            raise ValueError("max_bytes must be at least segment_bytes")
