"""The journal's file: SQLite with a write-ahead log.

One connection, used by one thread at a time. Columns and their meaning are described in
`docs/on-disk-formats.md`.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog
import zstandard

from suanlu.alerts import Alert
from suanlu.past.errors import JournalError
from suanlu.past.settings import JournalSettings
from suanlu.sqlite_file import open_sqlite
from topology.journal import Frame

_log = structlog.get_logger(__name__)
FORMAT = 1
DAY_NS = 86_400 * 1_000_000_000
Statement = tuple[str, Sequence[int | str | bytes]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    epoch TEXT PRIMARY KEY, started_ns INTEGER NOT NULL, alive_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frames (
    seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, is_full INTEGER NOT NULL, frame BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS alerts (
    seq INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL,
    alert BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS frames_at ON frames (at_ns);
CREATE INDEX IF NOT EXISTS alerts_at ON alerts (at_ns);
"""
_SHARE = 10  # of the frames a tenth goes at a time while there are too many bytes


class Run(NamedTuple):
    """One life of the process: it watched from `started_ns` to `alive_ns`."""

    epoch: str
    started_ns: int
    alive_ns: int


class JournalStore:
    """Frames, runs and alerts in one file; every call blocks."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; raises JournalError where it cannot be used."""
        try:
            self._connection = open_sqlite(path, _SCHEMA, FORMAT, synchronous="NORMAL")
        except (sqlite3.Error, OSError) as error:
            raise JournalError(f"the journal {path} cannot be opened: {error}") from error

    def commit(self, statements: Iterable[Statement]) -> None:
        """Execute all of them in one transaction; raises sqlite3.Error."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                self._connection.execute(sql, parameters)

    def run_at(self, at_ns: int) -> Run | None:
        """Return the last run that began at or before a moment."""
        row = self._connection.execute(
            "SELECT epoch, started_ns, alive_ns FROM runs WHERE started_ns <= ? "
            "ORDER BY started_ns DESC LIMIT 1",
            [at_ns],
        ).fetchone()
        return None if row is None else Run(*row)

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        rows = self._connection.execute("SELECT epoch, started_ns, alive_ns FROM runs ORDER BY started_ns")
        return [Run(*row) for row in rows.fetchall()]

    def begins_ns(self) -> int | None:
        """Return the time of the first full frame."""
        ((first,),) = self._connection.execute("SELECT min(at_ns) FROM frames WHERE is_full").fetchall()
        return None if first is None else int(first)

    def frames(self, start_ns: int, end_ns: int) -> list[Frame]:
        """Return the frames that tell the time from `start_ns` to `end_ns` (both included), oldest first.

        The first is the last full one at or before `start_ns`, or else the first that there is.
        """
        rows = self._connection.execute(
            """SELECT frame FROM frames WHERE at_ns <= :end AND seq >= coalesce(
            (SELECT max(seq) FROM frames WHERE is_full AND at_ns <= :start),
            (SELECT min(seq) FROM frames WHERE is_full)) ORDER BY seq""",
            {"start": start_ns, "end": end_ns},
        ).fetchall()
        return [_unpacked(frame) for (frame,) in rows]

    def alerts_at(self, at_ns: int) -> list[Alert]:
        """Return what was last noted, at or before a moment, of each alert; oldest note first."""
        return self._alerts(
            "SELECT alert FROM alerts WHERE seq IN "
            "(SELECT max(seq) FROM alerts WHERE at_ns <= ? GROUP BY id) ORDER BY seq",
            [at_ns],
        )

    def alerts_between(self, start_ns: int, end_ns: int) -> list[Alert]:
        """Return what was last noted, before `end_ns`, of each alert that did not end before `start_ns`."""
        known = self.alerts_at(end_ns - 1)
        firing = {alert.id for alert in self.alerts_at(start_ns) if alert.state == "firing"}
        rows = self._connection.execute(
            "SELECT DISTINCT id FROM alerts WHERE at_ns >= ? AND at_ns < ?", [start_ns, end_ns]
        ).fetchall()
        noted = firing.union(id for (id,) in rows)  # noqa: A001
        return [alert for alert in known if alert.id in noted]

    def _alerts(self, query: str, parameters: Sequence[int]) -> list[Alert]:
        rows = self._connection.execute(query, parameters).fetchall()
        return [alert for (noted,) in rows if (alert := _read_alert(noted)) is not None]

    def forget(self, settings: JournalSettings, now_ns: int) -> int:
        """Let the oldest go; return how many frames went. What is left begins with a full frame."""
        before_ns = now_ns - int(settings.max_age_days * DAY_NS)
        removed = self._forget_before(before_ns)
        while self._size_bytes() > settings.max_bytes:
            ((count, last_full),) = self._connection.execute(
                "SELECT count(*), max(seq) FILTER (WHERE is_full) FROM frames"
            ).fetchall()
            row = self._connection.execute(
                "SELECT at_ns FROM frames WHERE seq < ? ORDER BY seq LIMIT 1 OFFSET ?",
                [last_full or 0, count // _SHARE],
            ).fetchone()
            gone = self._forget_before(row[0] + 1) if row else 0
            if not gone:
                break
            removed += gone
        return removed

    def _forget_before(self, t_ns: int) -> int:
        run = self._connection.execute
        ((keep,),) = run("SELECT max(seq) FROM frames WHERE is_full AND at_ns <= ?", [t_ns]).fetchall()
        with self._connection:
            gone = run("DELETE FROM frames WHERE seq < ?", [keep or 0]).rowcount
            run("DELETE FROM runs WHERE alive_ns < ?", [t_ns])
            # an alert that fires for longer than this is kept by its newest note
            run(
                "DELETE FROM alerts WHERE at_ns < ? AND seq NOT IN "
                "(SELECT max(seq) FROM alerts GROUP BY id HAVING state = 'firing')",
                [t_ns],
            )
        run("PRAGMA incremental_vacuum").fetchall()
        return int(gone)

    def _size_bytes(self) -> int:
        ((pages,),) = self._connection.execute("PRAGMA page_count").fetchall()
        ((size,),) = self._connection.execute("PRAGMA page_size").fetchall()
        return int(pages) * int(size)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def save_frame(frame: Frame) -> Statement:
    """Append a frame."""
    packed = zstandard.ZstdCompressor(level=1).compress(msgspec.json.encode(frame))
    return "INSERT INTO frames (at_ns, is_full, frame) VALUES (?, ?, ?)", (frame.at_ns, frame.full, packed)


def save_run(run: Run) -> Statement:
    """Say until when a run has watched."""
    return "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", run


def save_alert(alert: Alert, at_ns: int) -> Statement:
    """Append what is known of an alert."""
    return (
        "INSERT INTO alerts (at_ns, id, state, alert) VALUES (?, ?, ?, ?)",
        (at_ns, alert.id, alert.state, msgspec.json.encode(alert)),
    )


def _read_alert(noted: bytes) -> Alert | None:
    """None for an alert of a rule that this version does not have: it costs only itself."""
    try:
        return msgspec.json.decode(noted, type=Alert)
    except msgspec.DecodeError as error:
        _log.warning("journal_alert_not_read", error=str(error))
        return None


def _unpacked(frame: bytes) -> Frame:
    return msgspec.json.decode(zstandard.ZstdDecompressor().decompress(frame), type=Frame)
