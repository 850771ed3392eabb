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

POINT_TABLES = ("points_i64", "points_u64", "points_f64", "points_text")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS series (
    id UINTEGER PRIMARY KEY, measurement VARCHAR, router VARCHAR, name VARCHAR, site VARCHAR, link VARCHAR,
    field VARCHAR, kind UTINYINT, tags VARCHAR);
CREATE TABLE IF NOT EXISTS points_i64 (series UINTEGER, t_ns BIGINT, v BIGINT);
CREATE TABLE IF NOT EXISTS points_u64 (series UINTEGER, t_ns BIGINT, v UBIGINT);
CREATE TABLE IF NOT EXISTS points_f64 (series UINTEGER, t_ns BIGINT, v DOUBLE);
CREATE TABLE IF NOT EXISTS points_text (series UINTEGER, t_ns BIGINT, v VARCHAR);
CREATE TABLE IF NOT EXISTS cursor (sink VARCHAR PRIMARY KEY, seq UBIGINT);
"""


class HistoryDatabase:
    """Owns the file and the thread "suanlu-storage", in which everything that touches the file runs.

    `series.tags` holds all tags as sorted JSON pairs; the columns before it are those that queries filter by.
    """

    def __init__(self, path: Path, settings: HistorySettings | None = None) -> None:
        self.path = path
        self.settings = settings or HistorySettings()
        self.thread = named_thread("suanlu-storage")
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._closed = False

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

        The file itself does not shrink; blocks given up are used again.
        """
        ((used,),) = self.connection.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size()"
        ).fetchall()
        ahead = self.path.with_name(self.path.name + ".wal")
        return int(used) + (ahead.stat().st_size if ahead.exists() else 0)

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
