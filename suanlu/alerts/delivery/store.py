"""The outbox's file: SQLite with a write-ahead log, synced at every commit.

One connection, used by one thread at a time (SQLite's WAL-reset flaw before 3.51.3 needs two). Columns
and their meaning are described in `docs/on-disk-formats.md`.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from suanlu.alerts.alert import Record
from suanlu.alerts.delivery.message import Message
from suanlu.alerts.errors import OutboxError
from suanlu.alerts.silences import Silence
from suanlu.sqlite_file import open_sqlite

FORMAT = 1
Statement = tuple[str, Sequence[int | str | bytes]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, updated_ns INTEGER NOT NULL, record BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS silences (
    id TEXT PRIMARY KEY, silence BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, receiver TEXT NOT NULL, alert_id TEXT NOT NULL,
    body BLOB NOT NULL, created_ns INTEGER NOT NULL, attempts INTEGER NOT NULL, due_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS memory (
    name TEXT PRIMARY KEY, value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""


class OutboxStore:
    """Alerts, silences and undelivered messages in one SQLite file; every call blocks."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; raises OutboxError where it cannot be used."""
        try:
            self._connection = open_sqlite(path, _SCHEMA, FORMAT, synchronous="FULL")
        except (sqlite3.Error, OSError) as error:
            raise OutboxError(f"the alert outbox {path} cannot be opened: {error}") from error

    def records(self) -> list[Record]:
        """All alerts that are kept, oldest first."""
        rows = self._connection.execute("SELECT record FROM alerts ORDER BY updated_ns, id").fetchall()
        return [msgspec.json.decode(record, type=Record) for (record,) in rows]

    def silences(self) -> list[Silence]:
        """All silences that are kept."""
        rows = self._connection.execute("SELECT silence FROM silences ORDER BY id").fetchall()
        return [msgspec.json.decode(silence, type=Silence) for (silence,) in rows]

    def messages(self) -> list[Message]:
        """All messages that are not delivered, in order."""
        rows = self._connection.execute(
            "SELECT seq, id, receiver, alert_id, body, created_ns, attempts, due_ns "
            "FROM messages ORDER BY seq"
        ).fetchall()
        return [Message(*row) for row in rows]

    def memory(self) -> dict[str, bytes]:
        """What causes and measures remember, by their names."""
        return dict(self._connection.execute("SELECT name, value FROM memory").fetchall())

    def commit(self, statements: Iterable[Statement]) -> None:
        """Execute all of them in one transaction, on disk when this returns; raises sqlite3.Error."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                self._connection.execute(sql, parameters)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def save_record(record: Record, updated_ns: int) -> Statement:
    """Insert an alert, or replace what is kept of it."""
    return (
        "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)",
        (record.alert.id, record.alert.state, updated_ns, msgspec.json.encode(record)),
    )


def save_silence(silence: Silence) -> Statement:
    """Insert a silence, or replace the one with its id."""
    return ("INSERT OR REPLACE INTO silences VALUES (?, ?)", (silence.id, msgspec.json.encode(silence)))


def save_memory(name: str, value: bytes) -> Statement:
    """Insert what a part remembers, or replace it."""
    return ("INSERT OR REPLACE INTO memory VALUES (?, ?)", (name, value))


def delete_silence(id: str) -> Statement:  # noqa: A002
    """Delete a silence that ended long ago."""
    return ("DELETE FROM silences WHERE id = ?", (id,))


def forget_resolved(kept: int) -> Statement:
    """Delete all resolved alerts but the newest `kept`."""
    newest = "SELECT id FROM alerts WHERE state = 'resolved' ORDER BY updated_ns DESC, id LIMIT ?"
    return (f"DELETE FROM alerts WHERE state = 'resolved' AND id NOT IN ({newest})", (kept,))  # noqa: S608


def add_message(message: Message) -> Statement:
    """Insert a message; the same message twice is one."""
    return (
        "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.seq,
            message.id,
            message.receiver,
            message.alert_id,
            message.body,
            message.created_ns,
            message.attempts,
            message.due_ns,
        ),
    )


def postpone_message(message: Message) -> Statement:
    """Remember a failed attempt and when the next is due."""
    return (
        "UPDATE messages SET attempts = ?, due_ns = ? WHERE seq = ?",
        (message.attempts, message.due_ns, message.seq),
    )


def delete_message(message: Message) -> Statement:
    """Delete a message that was delivered or is given up."""
    return ("DELETE FROM messages WHERE seq = ?", (message.seq,))
