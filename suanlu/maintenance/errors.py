"""What can be wrong about a maintenance window."""

from topology.errors import SuanluError


class MaintenanceError(SuanluError, ValueError):
    """A window that cannot be entered or ended; `field` is the one that is wrong, `near` names like it."""

    def __init__(self, message: str, field: str = "", near: tuple[str, ...] = ()) -> None:
        self.field = field
        self.near = near
        super().__init__(message)


class UnknownSubject(MaintenanceError):
    """A window names what the inventory has not."""


class MaintenanceNotStored(SuanluError, OSError):
    """The file of the windows cannot be opened or written; nothing has changed."""
