from typing import final

OK: int
FIRST: int
LATE: int
RESET: int
JUMP: int

@final
class Meter:
    """One counter of octets and the rate that it yields; `line_bps` 0 means that the line is not known."""

    def __init__(self, line_bps: int = 0) -> None: ...
    def advance(self, octets: int, time_ns: int) -> tuple[int, int | None]: ...
