"""The windows' file: SQLite, synced at every commit (`docs/on-disk-formats.md`)."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from suanlu.maintenance.errors import MaintenanceNotStored
from suanlu.maintenance.window import Window
from suanlu.sqlite_file import open_sqlite

FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS windows (
    id TEXT PRIMARY KEY, ends_at_ns INTEGER NOT NULL, window BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""


class MaintenanceStore:
    """All windows in one file; every call blocks, one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; raises MaintenanceNotStored where it cannot be used."""
        self._path = path
        try:
            self._connection = open_sqlite(path, _SCHEMA, FORMAT, synchronous="FULL")
        except (sqlite3.Error, OSError) as error:
            raise MaintenanceNotStored(f"the windows {path} cannot be opened: {error}") from error

    def windows(self) -> list[Window]:
        """All windows that are kept, by their end."""
        rows = self._connection.execute("SELECT window FROM windows ORDER BY ends_at_ns, id").fetchall()
        return [msgspec.json.decode(window, type=Window) for (window,) in rows]

    def save(self, windows: Iterable[Window], forget_before_ns: int = 0) -> None:
        """Write the windows, each instead of the one with its id; raises MaintenanceNotStored.

        Windows that ended before `forget_before_ns` are no longer kept.
        """
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for window in windows:
                    row = (window.id, window.ends_at_ns, msgspec.json.encode(window))
                    self._connection.execute("INSERT OR REPLACE INTO windows VALUES (?, ?, ?)", row)
                self._connection.execute("DELETE FROM windows WHERE ends_at_ns < ?", (forget_before_ns,))
        except sqlite3.Error as error:
            raise MaintenanceNotStored(
                f"the maintenance window could not be written to {self._path}: {error}"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
