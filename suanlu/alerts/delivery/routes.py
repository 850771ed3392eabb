"""Routes: which receivers an alert is for."""

from collections.abc import Iterable

from suanlu.alerts.alert import Record
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings


def receivers_of(
    receivers: Iterable[ReceiverSettings], backbone: Backbone, record: Record
) -> tuple[ReceiverSettings, ...]:
    """Return the receivers that want the alert, and those that were told of it before: they get its end."""
    alert = record.alert
    sites = backbone.sites_of(alert.subject).union(*(backbone.sites_of(child) for child in alert.children))
    return tuple(
        receiver
        for receiver in receivers
        if receiver.name in record.told
        or (
            (not receiver.severities or alert.severity in receiver.severities)
            and (not receiver.rules or alert.rule in receiver.rules)
            and (not receiver.sites or not sites or not sites.isdisjoint(receiver.sites))
        )
    )
