"""The few things that the log asks of a disk, so that tests can put a failing one in its place."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol


class AppendFile(Protocol):
    """A file that only grows. Every method raises OSError as the operating system does."""

    def write(self, data: bytes) -> None:
        """Append all of `data`."""

    def truncate(self, size: int) -> None:
        """Cut what lies behind `size`."""

    def sync(self) -> None:
        """Return when everything written is on the medium."""

    def close(self) -> None:
        """Give the file back."""


class Disk:
    """The real one."""

    def create(self, path: Path) -> AppendFile:
        """Make a new file; the name is durable when this returns."""
        file = _OsFile(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640))
        self.sync_directory(path.parent)
        return file

    def replace(self, path: Path, data: bytes) -> None:
        """Put `data` in the place of a small file: the old one or the new one survives, never a mixture."""
        temporary = path.with_name(path.name + ".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
        self.sync_directory(path.parent)

    def unlink(self, paths: Iterable[Path]) -> None:
        """Remove files; one that is gone already was removed."""
        for path in paths:
            path.unlink(missing_ok=True)

    def sync_directory(self, directory: Path) -> None:
        """Make names in a directory durable."""
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class _OsFile:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        _write_all(self._descriptor, data)

    def truncate(self, size: int) -> None:
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
