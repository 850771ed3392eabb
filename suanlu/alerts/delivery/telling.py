"""Telling: which receivers a message goes to, and that it is kept back while a silence holds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from msgspec import structs

from suanlu.alerts.alert import Alert, Record
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings
from suanlu.alerts.delivery.routes import receivers_of
from suanlu.alerts.forms import body
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.silences import Silences
from topology.event import rfc3339


class Keeper(Protocol):
    """What alerting needs of the outbox."""

    @property
    def records(self) -> tuple[Record, ...]:
        """The alerts known from before, oldest first."""

    @property
    def memory(self) -> Mapping[str, bytes]:
        """What parts remembered before, by their names."""

    def remember(self, name: str, value: bytes) -> None:
        """Keep what a part has to know after a restart."""

    def put(self, record: Record, bodies: Mapping[str, bytes]) -> None:
        """Keep an alert and queue one message a receiver."""

    def keep(self, record: Record) -> None:
        """Keep an alert; nobody is told."""


class Teller:
    """Puts messages into the outbox."""

    def __init__(
        self,
        backbone: Backbone,
        settings: AlertSettings,
        outbox: Keeper,
        silences: Silences,
        *,
        now_ns: Callable[[], int],
        maintained_by: Callable[[Alert], str | None] = lambda _alert: None,
    ) -> None:
        """`maintained_by` says which maintenance window an alert is part of: it is muted while that lasts."""
        self._backbone = backbone
        self._settings = settings
        self._outbox = outbox
        self._silences = silences
        self._now_ns = now_ns
        self._maintained_by = maintained_by

    def is_muted(self, alert: Alert) -> bool:
        """Whether a silence or a maintenance window keeps its messages back now."""
        return bool(self._silences.of(body.labels_of(alert))) or self._maintained_by(alert) is not None

    def tell(self, record: Record, replaced: Alert | None) -> tuple[Record, bool]:
        """Queue the alert's messages; return the record with whom it was told to, and if it is silenced.

        `replaced` is what the incident was last announced as.
        """
        if record.alert.state == "resolved":
            receivers = tuple(r for r in self._settings.receivers if r.name in record.told)
        elif self.is_muted(record.alert):
            self._outbox.keep(record)
            return record, True
        else:
            receivers = receivers_of(self._settings.receivers, self._backbone, record)
        told = record.told.union(receiver.name for receiver in receivers)
        record = structs.replace(record, told=told)
        self._put(record, replaced, receivers)
        return record, False

    def repeat(self, record: Record) -> None:
        """Tell those again who forget what is not repeated: an Alertmanager, whose repeater is gone."""
        again = [r for r in self._settings.receivers if r.kind == "alertmanager" and r.name in record.told]
        if again:
            self._put(record, None, again)

    def keep(self, record: Record) -> None:
        """Keep an alert; nobody is told."""
        self._outbox.keep(record)

    def _put(self, record: Record, replaced: Alert | None, receivers: Iterable[ReceiverSettings]) -> None:
        url, at = self._settings.external_url, rfc3339(self._now_ns())
        self._outbox.put(
            record,
            {
                receiver.name: body.message(record.alert, receiver.name, url, replaced=replaced, at=at)
                for receiver in receivers
            },
        )
