"""Alerts: causes found in what the graph publishes, told once, and delivered to receivers of many kinds.

    outbox = Outbox(path, settings, now_ns=time.time_ns)          # run() commits what is put
    silences = Silences(outbox, now_ns=time.time_ns)
    manager = AlertManager(inventory, settings, outbox, silences, now_ns=time.time_ns)
    sender = Sender(settings, outbox, now_ns=time.time_ns, random=Random())  # run() delivers

After `manager.on_publication(…)` or `on_targets(…)`, and whenever `manager.next_due_ns()` is past, call
`manager.advance(now_ns)` and pass on the events that it returns.
"""

from suanlu.alerts.alert import Acknowledgement, Alert, Subject
from suanlu.alerts.delivery.heartbeat import Heartbeat
from suanlu.alerts.delivery.outbox import Outbox, OutboxStatistics
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings
from suanlu.alerts.delivery.sender import Sender
from suanlu.alerts.delivery.signing import Secret
from suanlu.alerts.errors import AlertsError, OutboxError, RefusedAddress, SecretError, SilenceError
from suanlu.alerts.manager import AlertManager
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.silences import Silence, Silences

__all__ = [
    "Acknowledgement",
    "Alert",
    "AlertManager",
    "AlertSettings",
    "AlertsError",
    "Heartbeat",
    "Outbox",
    "OutboxError",
    "OutboxStatistics",
    "ReceiverSettings",
    "RefusedAddress",
    "Secret",
    "SecretError",
    "Sender",
    "Silence",
    "SilenceError",
    "Silences",
    "Subject",
]
