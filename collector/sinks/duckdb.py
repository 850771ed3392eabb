"""The embedded store: a batch's columns go into DuckDB as they are, in one transaction with the cursor."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import structlog

from collector.batch import Batch, NewSeries
from collector.sinks.database import HistoryDatabase
from collector.sinks.resolution import RESOLUTIONS
from collector.sinks.retention import remove_old
from collector.sinks.settings import PumpSettings
from collector.sinks.sink import Accepted, Outcome, SinkError, Unavailable
from topology.series import KIND_F64, KIND_I64, KIND_U64

log = structlog.get_logger(__name__)

_TABLES = (
    (KIND_I64, "points_i64", np.int64),
    (KIND_U64, "points_u64", np.uint64),
    (KIND_F64, "points_f64", np.float64),
)
_SERIES_COLUMNS: dict[str, type] = {
    "id": np.uint32,
    "measurement": object,
    "router": object,
    "name": object,
    "site": object,
    "link": object,
    "field": object,
    "kind": np.uint8,
    "tags": object,
}
_UNKNOWN = np.uint32(0xFFFFFFFF)
_SeriesName = tuple[str, tuple[tuple[str, str], ...], str, int]


@dataclass
class _Dictionary:
    """Log ids to the store's: a log id is dense and of one process; the store's is for ever."""

    ids: dict[_SeriesName, int]
    by_log_id: np.ndarray
    kind_by_log_id: np.ndarray

    def place(self, log_id: int, store_id: int, kind: int) -> None:
        if log_id >= len(self.by_log_id):
            size = max(1024, 2 * log_id)
            for name, fill in (("by_log_id", _UNKNOWN), ("kind_by_log_id", 255)):
                old = getattr(self, name)
                wider = np.full(size, fill, old.dtype)
                wider[: len(old)] = old
                setattr(self, name, wider)
        self.by_log_id[log_id] = store_id
        self.kind_by_log_id[log_id] = kind


class DuckDBSink:
    """Writes batches into a `HistoryDatabase`; each value once, however often the process dies."""

    name = "duckdb"

    def __init__(self, database: HistoryDatabase, *, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._now_ns = now_ns
        self._swept_at_ns = 0
        self.thread = database.thread
        self.pumping = PumpSettings(
            linger_ms=database.settings.linger_ms, max_values=database.settings.max_values
        )
        self._log = ""
        self._dictionary = _Dictionary({}, np.zeros(0, np.uint32), np.zeros(0, np.uint8))

    async def open(self, log: str) -> int | None:
        """Open the file; return the seq that it has of the log of this identity (0: nothing)."""
        await self._database.open()
        self._log = log
        return await self._database.run(self._load)

    async def write(self, seq: int, batch: Batch) -> Outcome:
        """Insert the batch and move the cursor to `seq` in one transaction."""
        try:
            await self._database.run(self._insert, seq, batch)
        except (duckdb.Error, SinkError) as error:
            if isinstance(error, duckdb.FatalException | duckdb.InternalException | SinkError):
                await self._database.reopen()  # DuckDB refuses everything else from now on
            return Unavailable(str(error))
        await self._sweep()
        return Accepted(len(batch))

    async def close(self) -> None:
        """Close the database."""
        await self._database.close()

    async def _sweep(self) -> None:
        """Let old values go, now and then, in the thread's order: never while a batch is under way."""
        now_ns = self._now_ns()
        if now_ns - self._swept_at_ns < self._database.settings.sweep_interval_s * 1e9:
            return
        self._swept_at_ns = now_ns
        try:
            await self._database.run(remove_old, self._database, now_ns)
        except duckdb.Error as error:
            log.warning("history_not_swept", error=str(error))

    # ── in the thread "suanlu-storage" ────────────────────────────────────────────────────────────

    def _load(self) -> int:
        connection = self._database.connection
        rows = connection.execute("SELECT id, measurement, tags, field, kind FROM series").fetchall()
        for store_id, measurement, tags, field, kind in rows:
            pairs = tuple((key, value) for key, value in json.loads(tags))
            self._dictionary.ids[(measurement, pairs, field, kind)] = store_id
        row = connection.execute("SELECT seq FROM cursor WHERE sink = ?", [self._log]).fetchall()
        return int(row[0][0]) if row else 0

    def _insert(self, seq: int, batch: Batch) -> None:
        connection = self._database.connection
        connection.begin()
        added: list[_SeriesName] = []
        try:
            self._define(batch.new_series, added)
            self._insert_points(batch)
            self._insert_texts(batch)
            self._note_late(batch)
            connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", [self._log, seq])
            connection.commit()
        except BaseException:
            for name in added:
                del self._dictionary.ids[name]
            with contextlib.suppress(duckdb.Error):  # a failed commit has rolled back already
                connection.rollback()
            raise

    def _define(self, entries: tuple[NewSeries, ...], added: list[_SeriesName]) -> None:
        columns: list[list[int | str | None]] = [[] for _ in _SERIES_COLUMNS]
        for entry in entries:
            name = (entry.measurement, entry.tags, entry.field, entry.kind)
            store_id = self._dictionary.ids.get(name)
            if store_id is None:
                store_id = self._dictionary.ids[name] = len(self._dictionary.ids)
                added.append(name)
                tags = dict(entry.tags)
                named = [tags.get(key) for key in ("source", "name", "site", "link")]
                row = (store_id, entry.measurement, *named, entry.field, entry.kind, json.dumps(entry.tags))
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
            self._dictionary.place(entry.id, store_id, entry.kind)
        if added:
            arrays = zip(_SERIES_COLUMNS.items(), columns, strict=True)
            self._append("series", {name: np.array(column, dtype) for (name, dtype), column in arrays})

    def _insert_points(self, batch: Batch) -> None:
        if not len(batch.series):
            return
        series = self._dictionary.by_log_id[batch.series]
        kinds = self._dictionary.kind_by_log_id[batch.series]
        for kind, table, dtype in _TABLES:
            of_kind = kinds == kind
            if of_kind.any():
                rows = {
                    "series": series[of_kind],
                    "t_ns": batch.time_ns[of_kind],
                    "v": batch.bits[of_kind].view(dtype),
                }
                self._append(table, rows)

    def _note_late(self, batch: Batch) -> None:
        """Note the windows that are rolled up already and get values now."""
        if not len(batch.series):
            return
        first_ns = int(batch.time_ns.min())
        for resolution in RESOLUTIONS:
            until_ns = self._database.rolled_until.get(resolution.name, 0)
            if first_ns >= until_ns:
                continue
            late = batch.time_ns[batch.time_ns < until_ns]
            starts = np.unique(late // resolution.length_ns) * resolution.length_ns
            rows = {"resolution": np.full(len(starts), resolution.name, object), "t_ns": starts}
            self._append("rollup_late", rows)

    def _insert_texts(self, batch: Batch) -> None:
        if batch.texts:
            log_ids, times, values = zip(*batch.texts, strict=True)
            rows = {
                "series": self._dictionary.by_log_id[list(log_ids)],
                "t_ns": np.array(times, np.int64),
                "v": np.array(values, object),
            }
            self._append("points_text", rows)

    def _append(self, table: str, rows: dict[str, np.ndarray]) -> None:
        # DuckDB reads a dict of arrays by the name of the Python variable.
        self._database.connection.execute(f"INSERT INTO {table} SELECT * FROM rows")  # noqa: S608
