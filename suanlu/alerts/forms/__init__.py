"""What a notification looks like for each kind of receiver: one module a kind.

All are made of what the outbox keeps, Alertmanager's body (`suanlu.alerts.forms.body`), when they are sent.
"""

from collections.abc import Callable

from suanlu.alerts.delivery.receiver_settings import PAGERDUTY_URL, ReceiverSettings
from suanlu.alerts.delivery.signing import Secret
from suanlu.alerts.forms.alertmanager import AlertmanagerForm
from suanlu.alerts.forms.dingtalk import DingTalkForm
from suanlu.alerts.forms.feishu import FeishuForm
from suanlu.alerts.forms.form import Form
from suanlu.alerts.forms.pagerduty import PagerDutyForm
from suanlu.alerts.forms.secret_text import secret_text, url_of
from suanlu.alerts.forms.slack import SlackForm
from suanlu.alerts.forms.webhook import WebhookForm
from suanlu.alerts.forms.wecom import WeComForm

__all__ = ["Form", "form_of", "secret_text", "url_of"]


def form_of(settings: ReceiverSettings) -> Form:
    """Return the form of a receiver that is spoken to by HTTP; reads its secrets. Raises SecretError."""
    return _MAKERS[settings.kind](settings)


def _webhook(settings: ReceiverSettings) -> Form:
    return WebhookForm(url_of(settings), Secret.load(settings.secret_file or ""))


def _alertmanager(settings: ReceiverSettings) -> Form:
    return AlertmanagerForm(url_of(settings))


def _dingtalk(settings: ReceiverSettings) -> Form:
    return DingTalkForm(url_of(settings), settings.language, settings.mention, _secret(settings))


def _feishu(settings: ReceiverSettings) -> Form:
    return FeishuForm(url_of(settings), settings.language, settings.mention, _secret(settings))


def _wecom(settings: ReceiverSettings) -> Form:
    return WeComForm(url_of(settings), settings.language, settings.mention)


def _slack(settings: ReceiverSettings) -> Form:
    return SlackForm(url_of(settings), settings.language)


def _pagerduty(settings: ReceiverSettings) -> Form:
    return PagerDutyForm(
        url_of(settings, PAGERDUTY_URL), secret_text(settings.secret_file or ""), settings.language
    )


def _secret(settings: ReceiverSettings) -> str | None:
    return None if settings.secret_file is None else secret_text(settings.secret_file)


_MAKERS: dict[str, Callable[[ReceiverSettings], Form]] = {
    "webhook": _webhook,
    "alertmanager": _alertmanager,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "wecom": _wecom,
    "slack": _slack,
    "pagerduty": _pagerduty,
}
