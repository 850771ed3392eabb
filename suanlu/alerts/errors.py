"""What alerting refuses.

SuanluError
└── AlertsError
    ├── SecretError       also ValueError    a signing secret cannot be used
    ├── RefusedAddress                       a receiver's address is forbidden
    ├── SilenceError      also ValueError    a silence cannot be as it was asked for
    └── OutboxError                          the outbox file cannot be used
"""

from topology.errors import SuanluError


class AlertsError(SuanluError):
    """Alerting cannot do what it was asked to."""


class SecretError(AlertsError, ValueError):
    """The file of a receiver's signing secret is missing or holds no Standard Webhooks secret."""


class RefusedAddress(AlertsError):
    """The receiver's URL leads to an address that webhooks may not be sent to."""


class SilenceError(AlertsError, ValueError):
    """A silence cannot be as it was asked for."""


class OutboxError(AlertsError):
    """The outbox file is no database, or is one of a newer version."""
