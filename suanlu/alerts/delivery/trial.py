"""A test message to one receiver: made up, marked as such, sent past the outbox."""

from collections.abc import Callable

from suanlu.alerts.alert import Alert, Subject, digest
from suanlu.alerts.delivery.channel import Outcome
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings
from suanlu.alerts.delivery.sender import channel_of
from suanlu.alerts.forms import body
from suanlu.alerts.forms.form import Notice
from suanlu.alerts.settings import AlertSettings
from topology.event import rfc3339

SENTENCE = "This is a test of {name}: nothing has happened"
SENTENCE_ZH = "这是对 {name} 的测试：没有发生任何故障"
CAUSE = "somebody asked for it with `suanlu alert test`"


async def send_test(
    receiver: ReceiverSettings, settings: AlertSettings, now_ns: Callable[[], int]
) -> Outcome:
    """Send an alert that fires and one that ends it, and return what the first refusal was, if any.

    Raises SecretError, or AlertsError for a `ca_file`.
    """
    channel = channel_of(receiver, settings, now_ns)
    outcome = Outcome()
    for state in ("firing", "resolved"):
        alert = _alert(receiver.name, state == "resolved", now_ns())
        text = body.message(alert, receiver.name, settings.external_url, replaced=None, at=alert.since)
        outcome = await channel.send([Notice(f"msg_{digest(alert.id, state)}", text)])
        if outcome.error:
            break
    return outcome


def _alert(name: str, over: bool, now_ns: int) -> Alert:
    at = rfc3339(now_ns)
    return Alert(
        id=f"a-test-{digest(name, at)}",
        rule="telemetry_silent",
        severity="info",
        state="resolved" if over else "firing",
        subject=Subject(kind="network", id="test"),
        summary=SENTENCE.format(name=name),
        summary_zh=SENTENCE_ZH.format(name=name),
        cause=CAUSE,
        since=at,
        resolved_at=at if over else None,
    )
