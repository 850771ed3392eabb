"""The default: Alertmanager's webhook body, version 4, signed by Standard Webhooks 1.0.0."""

from collections.abc import Sequence

from suanlu.alerts.delivery.signing import Secret
from suanlu.alerts.forms.form import JSON, Notice, OneByOne, Outgoing

NS_PER_S = 1_000_000_000


class WebhookForm(OneByOne):
    """What relays and people's own programs read."""

    def __init__(self, url: str, secret: Secret) -> None:
        self._url = url
        self._secret = secret

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """The body as it is kept; the timestamp is that of the attempt, the id that of the message."""
        notice = notices[0]
        signed = self._secret.headers(notice.id, now_ns // NS_PER_S, notice.body)
        return Outgoing(self._url, JSON | signed, notice.body)
