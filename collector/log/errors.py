"""What the accepted log refuses."""

from pathlib import Path

from topology.errors import SuanluError


class LogError(SuanluError):
    """The accepted log cannot do its work; the message says where and what helps."""


class LogInUse(LogError):
    """Another process owns the directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(
            f"the log in {directory} belongs to a running process: stop it or use another directory"
        )


class DamagedRecord(LogError, ValueError):
    """Bytes that are no record: wrong magic, version, length or checksum."""
