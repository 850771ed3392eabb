"""The `[journal]` section."""

import msgspec


class JournalSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long states and alerts are kept: the oldest go when they are older, or the file larger.

    `full_every_s`: at least so often everything is written, not only what changed; a question about the past
    reads from there on.
    """

    max_age_days: float = 400.0
    max_bytes: int = 500_000_000
    full_every_s: float = 3600.0

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
