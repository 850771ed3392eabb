"""The data directory has one owner: its lock is taken before anything in it is read or written."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from topology.errors import SuanluError


class DataDirectoryError(SuanluError, OSError):
    """The data directory cannot be made or locked."""


class DataInUse(DataDirectoryError):
    """Another process works in the data directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(
            f"the data in {directory} belongs to a running process: end it, or choose another directory"
        )


@contextmanager
def owned(directory: Path) -> Iterator[None]:
    """Make the directory if it is not there, and keep others out; raises DataInUse, DataDirectoryError.

    The lock ends with the process, however it ends; the file `lock` stays and means nothing by itself.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise DataDirectoryError(
            f"the data directory {directory} cannot be used ({error.strerror}): choose another"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataInUse(directory) from None
        yield
    finally:
        os.close(descriptor)
