"""Slack: an incoming webhook, one message a second a channel; attachments carry the colour."""

from collections.abc import Sequence

import msgspec

from suanlu.alerts.delivery.receiver_settings import Language
from suanlu.alerts.forms.form import JSON, Notice, OneByOne, Outgoing
from suanlu.alerts.forms.words import lines, summary, title

COLOURS = {"critical": "#d6006e", "warning": "#e08a00", "info": "#2a5fa8"}
RESOLVED = "#1b7f4b"


class SlackForm(OneByOne):
    """Messages to a channel."""

    most = 10
    spacing_s = 1.1

    def __init__(self, url: str, language: Language) -> None:
        self._url = url
        self._language = language

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """One attachment a notice; `text` is what a phone shows."""
        alerts = [notice.alert for notice in notices]
        attachments = [
            {
                "color": COLOURS.get(alert.labels.get("severity", ""), RESOLVED) if alert.fires else RESOLVED,
                "title": escaped(title(alert, self._language)),
                "title_link": alert.generatorURL,
                "text": escaped("\n".join(lines(alert, self._language)[:-1])),
                "mrkdwn_in": [],
            }
            for alert in alerts
        ]
        text = escaped("; ".join(summary(alert, self._language) for alert in alerts))
        body = {"text": text, "mrkdwn": False, "attachments": attachments}
        return Outgoing(self._url, JSON, msgspec.json.encode(body), len(alerts))


def escaped(text: str) -> str:
    """The three characters that begin links and mentions (Slack, "Formatting text for app surfaces")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
