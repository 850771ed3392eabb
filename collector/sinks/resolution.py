"""The resolutions of the history: raw values, windows of five minutes, windows of an hour."""

from typing import NamedTuple

NS = 1_000_000_000


class Resolution(NamedTuple):
    """`name` is what InfluxDB's measurements end in; `table` has a row a series and window."""

    name: str
    table: str
    length_ns: int

    def start_of(self, t_ns: int) -> int:
        """The start of the window that a moment is in."""
        return t_ns - t_ns % self.length_ns


FIVE_MINUTES = Resolution("5m", "rollup_5m", 300 * NS)
HOUR = Resolution("1h", "rollup_1h", 3600 * NS)
RESOLUTIONS = (FIVE_MINUTES, HOUR)
