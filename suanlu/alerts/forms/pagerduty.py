"""PagerDuty Events API v2: an incident of ours is an incident of theirs, by `dedup_key`."""

from collections.abc import Sequence

import msgspec

from suanlu.alerts.delivery.receiver_settings import Language
from suanlu.alerts.forms.form import JSON, Notice, OneByOne, Outgoing
from suanlu.alerts.forms.words import summary

SUMMARY_LIMIT = 1024  # PagerDuty's


class PagerDutyForm(OneByOne):
    """Events of one integration."""

    def __init__(self, url: str, routing_key: str, language: Language) -> None:
        self._url = url
        self._routing_key = routing_key
        self._language = language

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """Trigger or resolve; a cause that widens updates the incident that is open."""
        alert = notices[0].alert
        labels = alert.labels
        body = {
            "routing_key": self._routing_key,
            "event_action": "trigger" if alert.fires else "resolve",
            "dedup_key": labels["incident"],
            "payload": {
                "summary": summary(alert, self._language)[:SUMMARY_LIMIT],
                "source": labels.get(labels.get("kind", ""), labels["incident"]),
                "severity": labels.get("severity", "warning"),
                "timestamp": alert.startsAt,
                "component": labels.get("kind", ""),
                "class": labels.get("alertname", ""),
                "custom_details": alert.annotations,
            },
            "client": "Suanlu",
            "client_url": alert.generatorURL,
            "links": [{"href": alert.generatorURL, "text": "Suanlu"}],
        }
        return Outgoing(self._url, JSON, msgspec.json.encode(body))
