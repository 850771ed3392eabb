"""The DuckDB file: one connection, one thread, one process."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb
import structlog

from collector.sinks.settings import HistorySettings
from collector.sinks.sink import SinkError
from collector.threads import finish_in, named_thread

log = structlog.get_logger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

NUMBER_TABLES = ("points_i64", "points_u64", "points_f64")  # by the kind of the series
POINT_TABLES = (*NUMBER_TABLES, "points_text")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS series (
    id UINTEGER PRIMARY KEY, measurement VARCHAR, router VARCHAR, name VARCHAR, site VARCHAR, link VARCHAR,
    field VARCHAR, kind UTINYINT, tags VARCHAR);
CREATE TABLE IF NOT EXISTS points_i64 (series UINTEGER, t_ns BIGINT, v BIGINT);
CREATE TABLE IF NOT EXISTS points_u64 (series UINTEGER, t_ns BIGINT, v UBIGINT);
CREATE TABLE IF NOT EXISTS points_f64 (series UINTEGER, t_ns BIGINT, v DOUBLE);
CREATE TABLE IF NOT EXISTS points_text (series UINTEGER, t_ns BIGINT, v VARCHAR);
CREATE TABLE IF NOT EXISTS rollup_5m (
    series UINTEGER, t_ns BIGINT, n UBIGINT, min DOUBLE, mean DOUBLE, max DOUBLE, p95 DOUBLE);
CREATE TABLE IF NOT EXISTS rollup_1h (
    series UINTEGER, t_ns BIGINT, n UBIGINT, min DOUBLE, mean DOUBLE, max DOUBLE, p95 DOUBLE);
CREATE TABLE IF NOT EXISTS rolled (resolution VARCHAR PRIMARY KEY, until_ns BIGINT);
CREATE TABLE IF NOT EXISTS rollup_late (resolution VARCHAR, t_ns BIGINT);
CREATE TABLE IF NOT EXISTS rollup_unshipped (resolution VARCHAR, t_ns BIGINT);
CREATE TABLE IF NOT EXISTS raw_kept (from_ns BIGINT);
CREATE TABLE IF NOT EXISTS cursor (sink VARCHAR PRIMARY KEY, seq UBIGINT);
"""


class HistoryDatabase:
    """Owns the file and the thread "suanlu-storage", in which everything that touches the file runs.

    Its tables are described in `docs/on-disk-formats.md`.
    """

    def __init__(self, path: Path, settings: HistorySettings | None = None) -> None:
        self.path = path
        self.settings = settings or HistorySettings()
        self.thread = named_thread("suanlu-storage")
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._closed = False
        self.rolled_until: dict[str, int] = {}  # by resolution: windows that end by then are rolled up

    async def open(self) -> None:
        """Open or make the file. SinkError where another process has it or it cannot be read. Idempotent."""
        await self.run(self._open)

    async def run(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Run a function in the storage thread."""
        return await finish_in(self.thread, function, *args, **kwargs)

    async def reopen(self) -> None:
        """Drop a connection that refuses to go on; what was committed is in the file. Never raises."""

        def again() -> None:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._open()

        try:
            await self.run(again)
        except (duckdb.Error, SinkError) as error:
            log.error("history_not_reopened", path=str(self.path), error=str(error))

    @property
    def size_bytes(self) -> int:
        """What the values take: the blocks in use and the write-ahead log. In the storage thread.

        The file itself shrinks only where free blocks are at its end; others are used again.
        """
        ((used,),) = self.connection.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size()"
        ).fetchall()
        ahead = self.path.with_name(self.path.name + ".wal")
        return int(used) + (ahead.stat().st_size if ahead.exists() else 0)

    @property
    def raw_from_ns(self) -> int:
        """The time before which raw values were forgotten; 0: never. In the storage thread."""
        ((from_ns,),) = self.connection.execute("SELECT coalesce(max(from_ns), 0) FROM raw_kept").fetchall()
        return int(from_ns)

    def note_raw_from(self, t_ns: int) -> None:
        """Note that raw values before this time are gone. In the storage thread."""
        if t_ns > self.raw_from_ns:
            self.connection.execute("DELETE FROM raw_kept")
            self.connection.execute("INSERT INTO raw_kept VALUES (?)", [t_ns])

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, for functions in the storage thread. Always `fetchall`: an open result holds it."""
        if self._connection is None:
            raise SinkError(f"the history in {self.path} is not open")
        return self._connection

    async def close(self) -> None:
        """Write everything into the file and give it back, for good. Idempotent."""
        if not self._closed:
            self._closed = True
            await self.run(self._close)

    def _open(self) -> None:
        if self._connection is not None or self._closed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = duckdb.connect(
                str(self.path),
                config={
                    "threads": "1",  # the second core belongs to the collector
                    "memory_limit": f"{self.settings.memory_bytes}B",
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
            connection.execute(_SCHEMA)
            self.rolled_until = dict(connection.execute("SELECT resolution, until_ns FROM rolled").fetchall())
        except duckdb.Error as error:
            raise SinkError(
                f"the history {self.path} cannot be opened: {error}. One process owns the file: stop "
                "the other one, or ask it through its API"
            ) from error
        self._connection = connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
