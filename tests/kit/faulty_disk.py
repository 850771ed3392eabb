"""A disk that fails on command, and one that loses what was not synced when the power goes."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from collector.log.disk import AppendFile, Disk


class FaultyDisk(Disk):
    """The real disk, but `fail_writes`, `fail_syncs` count down failures and `space_bytes` runs out.

    `synced` remembers for every file how much of it was on the medium after its last good sync.
    """

    def __init__(self) -> None:
        self.fail_writes = 0
        self.fail_syncs = 0
        self.space_bytes: int | None = None
        self.synced: dict[Path, int] = {}
        self.syncs_after_failure = 0

    def create(self, path: Path) -> AppendFile:
        return _FaultyFile(super().create(path), path, self)

    def unlink(self, paths: Iterable[Path]) -> None:
        paths = list(paths)
        if self.space_bytes is not None:
            self.space_bytes += sum(path.stat().st_size for path in paths if path.exists())
        super().unlink(paths)

    def cut_power(self, directory: Path, torn_bytes: int = 0) -> None:
        """Leave of every file what was synced, and `torn_bytes` of what was not."""
        for path, size in self.synced.items():
            if path.exists() and path.parent == directory:
                os.truncate(path, min(path.stat().st_size, size + torn_bytes))


class _FaultyFile:
    def __init__(self, file: AppendFile, path: Path, disk: FaultyDisk) -> None:
        self._file, self._path, self._disk = file, path, disk
        self._size = 0
        self._sync_failed = False
        disk.synced[path] = 0

    def write(self, data: bytes) -> None:
        disk = self._disk
        if disk.fail_writes:
            disk.fail_writes -= 1
            self._put(data[: len(data) // 2])
            raise OSError(errno.EIO, "the fake disk fails a write")
        if disk.space_bytes is not None:
            if len(data) > disk.space_bytes:
                self._put(data[: disk.space_bytes])
                disk.space_bytes = 0
                raise OSError(errno.ENOSPC, "the fake disk is full")
            disk.space_bytes -= len(data)
        self._put(data)

    def truncate(self, size: int) -> None:
        if self._disk.space_bytes is not None:
            self._disk.space_bytes += self._size - size
        self._file.truncate(size)
        self._size = size

    def sync(self) -> None:
        if self._sync_failed:
            self._disk.syncs_after_failure += 1
        if self._disk.fail_syncs:
            self._disk.fail_syncs -= 1
            self._sync_failed = True
            raise OSError(errno.EIO, "the fake disk fails a sync")
        self._file.sync()
        self._disk.synced[self._path] = self._size

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._size += len(data)
