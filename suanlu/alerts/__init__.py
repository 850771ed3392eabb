"""Alerts: causes found in what the graph publishes, told once, and delivered by signed webhooks.

    outbox = Outbox(path, settings, now_ns=time.time_ns)          # run() commits what is put
    manager = AlertManager(inventory, settings, outbox, now_ns=time.time_ns)
    sender = WebhookSender(settings, outbox, now_ns=time.time_ns, random=Random())  # run() delivers

After `manager.on_publication(…)` or `on_targets(…)`, and whenever `manager.next_due_ns()` is past, call
`manager.advance(now_ns)` and pass on the events that it returns.
"""

from suanlu.alerts.alert import Alert, Subject
from suanlu.alerts.errors import AlertsError, OutboxError, RefusedAddress, SecretError
from suanlu.alerts.manager import AlertManager
from suanlu.alerts.outbox import Outbox, OutboxStatistics
from suanlu.alerts.settings import AlertSettings, ReceiverSettings
from suanlu.alerts.signing import Secret
from suanlu.alerts.webhook import WebhookSender

__all__ = [
    "Alert",
    "AlertManager",
    "AlertSettings",
    "AlertsError",
    "Outbox",
    "OutboxError",
    "OutboxStatistics",
    "ReceiverSettings",
    "RefusedAddress",
    "Secret",
    "SecretError",
    "Subject",
    "WebhookSender",
]
