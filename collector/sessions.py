"""Measuring sessions that are numbered: which interface one is of, and what it measured, are leaves.

Huawei's TWAMP sessions have no other key than their number, and tell no loss but a count of packets lost and
one of packets sent. The counts are taken to be of one measuring period; neither order nor grouping of the
leaves matters, only that both counts bear the same time.
"""

from collections.abc import Callable
from typing import NamedTuple

from collector.leaves import Rule
from collector.message import Value
from collector.normalise import text, whole

PPM = 1_000_000


class Measured(NamedTuple):
    """One number that a session tells, with the router's time and ours."""

    value: int
    observed_ns: int
    received_ns: int
    method: str


class _Session:
    def __init__(self) -> None:
        self.interface = ""
        self.latest: dict[str, Measured] = {}
        self.stored: dict[str, int] = {}  # by field, the time of the last value that was stored


class Sessions:
    """The sessions of one router; `store` takes (interface, field, what was measured), `drop` two of them."""

    def __init__(self, store: Callable[[str, str, Measured], None], drop: Callable[[str, str], None]) -> None:
        self._store, self._drop = store, drop
        self._sessions: dict[str, _Session] = {}
        self._touched: set[str] = set()

    def take(self, number: str, rule: Rule, value: Value, observed_ns: int, received_ns: int) -> bool:
        """Take the value of a leaf; False where it is none."""
        session = self._sessions.setdefault(number, _Session())
        self._touched.add(number)
        if rule.field == "interface":
            self._rename(session, text(value))
            return True
        count = whole(value)
        if count is None or count < 0:
            return False
        scaled = (count * rule.multiplier + rule.divisor // 2) // rule.divisor
        session.latest[rule.field] = Measured(scaled, observed_ns, received_ns, rule.method)
        return True

    def forget(self, number: str, rule: Rule) -> None:
        """The router deleted a leaf."""
        session = self._sessions.get(number)
        if session is None:
            return
        if rule.field == "interface":
            self._rename(session, "")
            return
        session.latest.pop(rule.field, None)
        field = "loss_ppm" if rule.field in ("lost", "sent") else rule.field
        if session.stored.pop(field, None) is not None:
            self._drop(session.interface, field)

    def tell(self) -> None:
        """Store what has come since the last time, of those sessions whose interface is known."""
        for number in self._touched:
            session = self._sessions[number]
            if session.interface:
                self._store_new(session)
        self._touched.clear()

    def _store_new(self, session: _Session) -> None:
        for field, measured in _numbers(session.latest).items():
            if session.stored.get(field) != measured.observed_ns:
                session.stored[field] = measured.observed_ns
                self._store(session.interface, field, measured)

    def _rename(self, session: _Session, interface: str) -> None:
        if interface != session.interface:
            for field in session.stored:
                self._drop(session.interface, field)
            session.stored.clear()
            session.interface = interface


def _numbers(latest: dict[str, Measured]) -> dict[str, Measured]:
    """Return the fields of `link_latency` that the latest leaves make."""
    found = {field: measured for field, measured in latest.items() if field not in ("lost", "sent")}
    lost, sent = latest.get("lost"), latest.get("sent")
    if lost and sent and lost.observed_ns == sent.observed_ns and 0 < sent.value >= lost.value:
        found["loss_ppm"] = sent._replace(value=(lost.value * PPM + sent.value // 2) // sent.value)
    return found
