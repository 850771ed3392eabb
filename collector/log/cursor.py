"""Small durable facts beside the segments: who owns the log, which log it is, how far each sink has got."""

import fcntl
import os
import secrets
from pathlib import Path

import msgspec

from collector.log.disk import Disk
from collector.log.errors import LogError, LogInUse

SUFFIX = ".cursor"
_IDENTITY = "identity"


class _Cursor(msgspec.Struct, forbid_unknown_fields=True):
    seq: int


class Ownership:
    """The directory's lock: one process writes a log. Ends with the process, however it ends."""

    def __init__(self, directory: Path) -> None:
        self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise LogInUse(directory) from None

    def release(self) -> None:
        """Let another process have the directory."""
        os.close(self._descriptor)


def read_identity(directory: Path, disk: Disk) -> str:
    """Return the name that this log was given when it was made.

    A store keeps its cursor under it: a log that was wiped starts again at 1 under another name, and the
    store does not take its records for old ones.
    """
    path = directory / _IDENTITY
    if path.exists() and (identity := path.read_text().strip()):
        return identity
    identity = secrets.token_hex(8)
    disk.replace(path, f"{identity}\n".encode())
    return identity


def read_cursor(directory: Path, sink: str) -> int:
    """Return the seq up to which a sink has everything; 0: it has nothing yet."""
    path = directory / f"{sink}{SUFFIX}"
    if not path.exists():
        return 0
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Cursor).seq
    except msgspec.MsgspecError as error:
        raise LogError(
            f"{path} is no cursor ({error}): remove it to have {sink} read the whole log again"
        ) from error


def write_cursor(directory: Path, disk: Disk, sink: str, seq: int) -> None:
    """Make a sink's cursor durable."""
    disk.replace(directory / f"{sink}{SUFFIX}", msgspec.json.encode(_Cursor(seq)) + b"\n")


def highest_cursor(directory: Path) -> int:
    """Return the largest seq in any cursor file: new records are numbered above it, also in an empty log."""
    return max((read_cursor(directory, path.stem) for path in directory.glob(f"*{SUFFIX}")), default=0)
