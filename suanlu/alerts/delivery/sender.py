"""The sender: takes messages from the outbox to their receivers, each receiver by its own task.

What came up while a receiver was to be left in peace goes out together, where its kind allows that.
Retries wait a random time (full jitter); Retry-After is honoured.
"""

import asyncio
import time
from collections.abc import Callable
from random import Random

import structlog

from suanlu.alerts.delivery.channel import Channel, HttpChannel, Outcome, Poster
from suanlu.alerts.delivery.mail import MailChannel
from suanlu.alerts.delivery.message import Message
from suanlu.alerts.delivery.outbox import Outbox
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings
from suanlu.alerts.delivery.retry import delay_s
from suanlu.alerts.forms import form_of
from suanlu.alerts.forms.form import Notice
from suanlu.alerts.settings import AlertSettings

log = structlog.get_logger()


class Sender:
    """Sends what the outbox holds until cancelled. Reads the secrets' files once, here.

    Raises SecretError, or AlertsError for a `ca_file`, that cannot be used. `random` is for the jitter alone.
    """

    def __init__(
        self, settings: AlertSettings, outbox: Outbox, *, now_ns: Callable[[], int], random: Random
    ) -> None:
        self._deliveries = [
            _Delivery(receiver.name, channel_of(receiver, settings, now_ns), settings, outbox, random)
            for receiver in settings.receivers
        ]

    async def run(self) -> None:
        """Deliver to every receiver; one receiver's trouble never delays another."""
        async with asyncio.TaskGroup() as tasks:
            for delivery in self._deliveries:
                tasks.create_task(delivery.run(), name=f"alerts-{delivery.name}")


def channel_of(receiver: ReceiverSettings, settings: AlertSettings, now_ns: Callable[[], int]) -> Channel:
    """Return the way to a receiver. Raises SecretError, AlertsError."""
    if receiver.kind == "email":
        return MailChannel(receiver, settings.request_timeout_s)
    poster = Poster(receiver, settings.request_timeout_s, now_ns)
    return HttpChannel(form_of(receiver), poster, now_ns)


class _Delivery:
    def __init__(
        self, name: str, channel: Channel, settings: AlertSettings, outbox: Outbox, random: Random
    ) -> None:
        self.name = name
        self._channel = channel
        self._settings = settings
        self._outbox = outbox
        self._random = random
        self._repeated_at = time.monotonic()

    async def run(self) -> None:
        while True:
            messages = await self._messages()
            if not messages:
                await self._repeat()
                continue
            started = time.monotonic()
            self._note(
                messages, await self._channel.send([Notice(message.id, message.body) for message in messages])
            )
            await asyncio.sleep(max(0.0, started + self._channel.spacing_s - time.monotonic()))

    async def _messages(self) -> list[Message]:
        """What may be sent now, at least one message; none when it is time to repeat."""
        channel = self._channel
        left_s = None
        if channel.repeat_s:
            left_s = max(0.0, self._repeated_at + channel.repeat_s - time.monotonic())
        try:
            async with asyncio.timeout(left_s):
                return await self._outbox.next_messages(self.name, channel.most)
        except TimeoutError:
            return []

    async def _repeat(self) -> None:
        self._repeated_at = time.monotonic()
        outcome = await self._channel.repeat()
        if outcome.error:
            log.warning("notification_not_repeated", receiver=self.name, error=outcome.error)

    def _note(self, messages: list[Message], outcome: Outcome) -> None:
        if not outcome.error:
            for message in messages[: outcome.carried]:
                self._outbox.delivered(message)
            return
        first = messages[0]
        wait_s = delay_s(self._settings, self._random, first.attempts, outcome.retry_after_s)
        log.warning(
            "notification_failed",
            receiver=self.name,
            webhook_id=first.id,
            attempt=first.attempts + 1,
            error=outcome.error,
            retry_s=round(wait_s, 3),
        )
        # Only the first is put off: where it alone is refused, the others must not wait for it.
        self._outbox.failed(first, delay_s=wait_s, error=outcome.error, whole_receiver=outcome.whole_receiver)
