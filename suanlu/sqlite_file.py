"""Opening a small durable file: SQLite with a write-ahead log and a number for its format."""

import sqlite3
from pathlib import Path
from typing import Literal


def open_sqlite(
    path: Path, schema: str, format_number: int, *, synchronous: Literal["FULL", "NORMAL"]
) -> sqlite3.Connection:
    """Open or create the file; whoever calls sees to it that one thread at a time uses the connection.

    `schema` is run each time (`CREATE ... IF NOT EXISTS`). A new file gives back the space of what it forgets
    by `PRAGMA incremental_vacuum`. Transactions are begun by hand. Raises OSError and sqlite3.Error, also for
    a file of another format.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, schema, format_number, synchronous)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, schema: str, format_number: int, synchronous: str) -> None:
    run = connection.execute
    run("PRAGMA auto_vacuum=INCREMENTAL")  # before the first table
    run("PRAGMA journal_mode=WAL")
    run(f"PRAGMA synchronous={synchronous}")
    (found,) = run("PRAGMA user_version").fetchone()
    if found not in (0, format_number):
        raise sqlite3.DatabaseError(f"its format is {found}, this Suanlu writes {format_number}")
    connection.executescript(schema)
    run(f"PRAGMA user_version={format_number}")
