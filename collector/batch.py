"""A batch: the columns that leave the decoder, enter the log and reach the stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class NewSeries(NamedTuple):
    """A dictionary entry: what a series id stands for; `tags` sorted by key, `kind` as in SeriesTable."""

    id: int
    kind: int
    measurement: str
    tags: tuple[tuple[str, str], ...]
    field: str


class Text(NamedTuple):
    """A value that is a string (`oper_status`, `description`, an event's text)."""

    series: int
    time_ns: int
    value: str


@dataclass(frozen=True, eq=False)
class Batch:
    """n numeric points in columns, the texts apart, and the dictionary entries that they need first.

    `series` u4[n], `time_ns` i8[n] (the router's clock, corrected), `bits` u8[n] (the 64 bits of an
    i64, u64 or f64 by the series' kind). `received`: updates taken from each target, for the books.
    """

    new_series: tuple[NewSeries, ...]
    series: np.ndarray
    time_ns: np.ndarray
    bits: np.ndarray
    texts: tuple[Text, ...]
    received: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.series) + len(self.texts)
