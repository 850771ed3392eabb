"""One target's messages into series and observations: paths to leaves, state to views, deletes away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collector._columns import Columns
from collector._wire import CONTAINER, IGNORED, Decoder
from collector.flatten import leaves_of
from collector.gnmi.path import Element
from collector.interfaces import KIND_OF_FIELD, InterfaceView
from collector.leaves import SESSION, STATE, LeafTable, Rule, leaf_table
from collector.message import Value, deprecated_value, merged, typed_value
from collector.normalise import epoch_ns, text
from collector.schema import MEASUREMENTS, SERIES_KIND
from collector.sessions import Measured, Sessions
from collector.tags import TagBook
from topology.observation import Adjacency, Observation
from topology.series import SeriesKey

LEAVES_ZEROS_OUT = frozenset({"juniper-junos"})  # but for the values before sync_response
IGNORES_EMPTY_DELETES = frozenset({"huawei-vrp"})  # a filler there; elsewhere it is the prefix's own node


@dataclass
class Told:
    """A leaf that this router told at least once."""

    rule: Rule
    name: str
    more: dict[str, str]
    elements: tuple[Element, ...]
    stream: int


class TargetReader:
    """The decoder of one target and what Python adds to it. `observe` gets state as soon as it is decoded."""

    def __init__(
        self,
        router: str,
        profile: str,
        columns: Columns,
        tags: TagBook,
        observe: Callable[[Observation], None],
        *,
        path_limit: int = 200_000,
    ) -> None:
        self.router = router
        self.unreadable_states = 0
        self.restarts = 0
        self._profile = profile
        self._columns = columns
        self._tags = tags
        self._observe = observe
        self._table: LeafTable = leaf_table(profile)
        self.decoder = Decoder(columns, self, path_limit)
        self._told: list[Told] = []
        self._index: dict[tuple[Any, ...], int] = {}
        self._views: dict[str, InterfaceView] = {}
        self._touched: dict[tuple[str, type[Any]], tuple[int, int]] = {}
        self._rates: dict[str, list[int]] = {}
        self._sessions = Sessions(self._store_measured, self._drop_measured)
        self._session = self._stream = 0
        self._newest_ns: dict[int, tuple[int, int]] = {}  # by stream: session, newest state by its clock
        self._sequence = 0
        self._boot_time_ns: int | None = None

    def read(self, message: bytes, received_ns: int, stream: int, session: int) -> int:
        """Take one SubscribeResponse; return the decoder's SYNC_RESPONSE, TARGET_ERROR or 0.

        Raises WireError; what came before the broken place has been used.
        """
        self._session, self._stream = session, stream
        try:
            return self.decoder.decode(message, received_ns, stream, session & 0xFFFFFFFF)
        finally:
            self._tell()

    def sweep(self, stream: int, session: int, now_ns: int) -> int:
        """Remove what this stream told before, but not in this session; return how many leaves that were.

        A removal is as old as the newest that the router said in this session, by the router's own clock:
        what it says of the same thing later must count, also where its clock is behind ours.
        """
        gone = self.decoder.unseen(stream, session & 0xFFFFFFFF)
        self._session, self._stream = session, stream
        of_session, newest_ns = self._newest_ns.get(stream, (session, 0))
        observed_ns = newest_ns if of_session == session else 0
        for leaf in gone:
            self._remove(leaf, observed_ns, now_ns)
        self._forget_adjacencies(stream, observed_ns, now_ns)
        self._tell()
        return len(gone)

    def say_zeros(self, session: int, now_ns: int) -> None:
        """Say that an idle interface is idle, once an interval, where the router does not say it itself."""
        if self._profile in LEAVES_ZEROS_OUT:
            self.decoder.say_zeros(session & 0xFFFFFFFF, now_ns)

    def next_sequence(self) -> int:
        """Number the observations of this target."""
        self._sequence += 1
        return self._sequence

    # What the decoder asks and tells (collector._wire.Handler)

    def resolve(self, prefix: bytes, path: bytes) -> int:
        """Return a leaf's index, IGNORED or CONTAINER."""
        return self._leaf(merged(prefix, path))

    def state(self, leaf: int, value: bytes, deprecated: bool, observed_ns: int, received_ns: int) -> None:
        """Take the value of a state leaf."""
        try:
            content = deprecated_value(value) if deprecated else typed_value(value)
        except ValueError:
            self.unreadable_states += 1
            return
        self._take_state(self._told[leaf], content, observed_ns, received_ns)

    def tree(self, prefix: bytes, path: bytes, value: bytes, deprecated: bool) -> None:
        """Take a JSON subtree: every leaf of ours in it, as if it had been sent alone."""
        try:
            content = deprecated_value(value) if deprecated else typed_value(value)
        except ValueError:
            self.unreadable_states += 1
            return
        if not isinstance(content, dict | list):  # a scalar where no leaf of ours is
            return
        for elements, scalar in leaves_of(merged(prefix, path), content, self._table):
            leaf = self._leaf(elements)
            if leaf >= 0:
                self.decoder.put(leaf, scalar)
            else:
                self.decoder.count_unmapped(1)

    def delete(self, prefix: bytes, path: bytes, observed_ns: int, received_ns: int) -> bool:
        """Remove what is at and under a path; an empty one is a filler, never the root."""
        if not path and self._profile in IGNORES_EMPTY_DELETES:
            return False
        pattern = merged(prefix, path)
        if not pattern:
            return False
        for leaf in self._under(pattern):
            self._remove(leaf, observed_ns, received_ns)
        return True

    def atomic(self, prefix: bytes, observed_ns: int, received_ns: int) -> None:
        """Remove what is under an atomic notification's prefix and was not in it (section 2.1.1)."""
        pattern = merged(prefix, b"")
        if pattern:
            for leaf in self.decoder.unmarked(self._under(pattern)):
                self._remove(leaf, observed_ns, received_ns)

    # Paths to leaves

    def _leaf(self, elements: tuple[Element, ...]) -> int:
        rule = self._table.find(elements)
        if rule is None:
            return CONTAINER if self._table.is_container(elements) else IGNORED
        name = rule.name(elements)
        if name is None:
            return IGNORED
        if rule.measurement == "optics":
            name = name.removeprefix("Optics-")
        elif rule.field == "adjacency":
            name = self._tags.port(self.router, name)
        more = dict(rule.more(elements))
        key = (rule.measurement, rule.field, name, tuple(more.items()))
        known = self._index.get(key)
        if known is None:
            known = self._index[key] = self._add(Told(rule, name, more, elements, self._stream))
        return known

    def _add(self, told: Told) -> int:
        rule, name = told.rule, told.name
        if rule.measurement in (STATE, SESSION):
            index = self.decoder.add_state()
            self._told.append(told)
            return index
        row = self.row(rule.measurement, name, rule.field, told.more | {"method": rule.method})
        kind = SERIES_KIND[MEASUREMENTS[rule.measurement].fields[rule.field]]
        index = self.decoder.add_leaf(row, kind, rule.multiplier, rule.divisor)
        self._told.append(told)
        if rule.measurement == "link_latency":
            self._columns.table.sources[row] = rule.method
        if rule.measurement == "ifcounters" and rule.field in ("in_octets", "out_octets"):
            way = rule.field.removesuffix("_octets")
            rate = self.decoder.add_rate(
                index, self.row("ifrate", name, f"{way}_bps"), self.row("ifrate", name, f"{way}_util")
            )
            self._rates.setdefault(name, []).append(rate)
            self._set_line(name)
        return index

    def row(self, measurement: str, name: str, field: str, more: dict[str, str] | None = None) -> int:
        """Return the series table's row of a series of this router, announced with its tags."""
        channel = (more or {}).get("channel", "")
        key = SeriesKey(
            self.router, measurement, name if channel in ("", "1") else f"{name}#{channel}", field
        )
        kind = SERIES_KIND[MEASUREMENTS[measurement].fields[field]]
        return self._columns.add_series(
            key, kind, self._tags.tags(measurement, self.router, name, more or {})
        )

    def _under(self, pattern: tuple[Element, ...]) -> list[int]:
        return [leaf for leaf, told in enumerate(self._told) if _matches(pattern, told.elements)]

    # State

    def _take_state(self, told: Told, value: Value, observed_ns: int, received_ns: int) -> None:
        field, name = told.rule.field, told.name
        if told.rule.measurement == SESSION:
            if not self._sessions.take(name, told.rule, value, observed_ns, received_ns):
                self.unreadable_states += 1
        elif field == "boot_time":
            self._restarted(epoch_ns(value))
        elif field == "last_clear":
            if epoch_ns(value):
                for rate in self._rates.get(name, ()):
                    self.decoder.restart_rate(rate)
        elif field == "description":
            self._columns.add_text(self.row("ifstate", name, "description"), observed_ns, text(value))
        else:
            view = self._views.setdefault(name, InterfaceView(name))
            view.set(field, told.more, value)
            self._touched[name, KIND_OF_FIELD[field]] = (observed_ns, received_ns)
            self._store_state(view, field, observed_ns, received_ns)

    def _store_state(self, view: InterfaceView, field: str, observed_ns: int, received_ns: int) -> None:
        def number(measurement: str, stored: str, value: int | None) -> None:
            if value is not None:
                row = self.row(measurement, view.name, stored)
                self._columns.add_number(row, value, observed_ns, received_ns)

        if field == "oper_status" and view.oper_status is not None:
            number("ifstate", "oper_up", int(view.oper_status == "UP"))
            row = self.row("ifstate", view.name, "oper_status")
            self._columns.add_text(row, observed_ns, view.oper_status)
        elif field == "admin_status" and view.admin_status is not None:
            number("ifstate", "admin_up", int(view.admin_status == "UP"))
        elif field == "last_change":
            number("ifstate", "last_change", view.last_change_ns)
        elif field.partition("_speed")[1]:
            number("ifstate", "speed_bps", view.speed_bps)
            number("ifrate", "speed_bps", view.speed_bps)
            self._set_line(view.name)

    def _store_measured(self, interface: str, field: str, measured: Measured) -> None:
        row = self.row("link_latency", interface, field, {"method": measured.method})
        self._columns.table.sources[row] = measured.method
        self._columns.add_number(row, measured.value, measured.observed_ns, measured.received_ns)

    def _drop_measured(self, interface: str, field: str) -> None:
        row = self._columns.table.find(SeriesKey(self.router, "link_latency", interface, field))
        if row is not None:
            self._columns.table.remove(row)

    def _set_line(self, name: str) -> None:
        view = self._views.get(name)
        for rate in self._rates.get(name, ()):
            self.decoder.set_line(rate, (view.speed_bps if view else None) or 0)

    def _restarted(self, boot_time_ns: int | None) -> None:
        """A later boot time than the one known: every counter of the router started anew."""
        if boot_time_ns is None:
            return
        if self._boot_time_ns is not None and boot_time_ns > self._boot_time_ns + 1_000_000_000:
            self.restarts += 1
            for rates in self._rates.values():
                for rate in rates:
                    self.decoder.restart_rate(rate)
        self._boot_time_ns = boot_time_ns

    def _remove(self, leaf: int, observed_ns: int, received_ns: int) -> None:
        if self.decoder.is_gone(leaf):
            return
        self.decoder.remove(leaf)
        told = self._told[leaf]
        view = self._views.get(told.name)
        if told.rule.measurement == SESSION:
            self._sessions.forget(told.name, told.rule)
        elif told.rule.measurement == STATE and told.rule.field in KIND_OF_FIELD and view is not None:
            view.clear(told.rule.field, told.more)
            self._touched[told.name, KIND_OF_FIELD[told.rule.field]] = (observed_ns, received_ns)
            self._set_line(told.name)

    def _forget_adjacencies(self, stream: int, observed_ns: int, now_ns: int) -> None:
        """Withdraw all adjacencies where the router tells none any more."""
        leaves = [
            leaf
            for leaf, told in enumerate(self._told)
            if told.rule.field == "adjacency" and told.stream == stream
        ]
        if not all(self.decoder.is_gone(leaf) for leaf in leaves):
            return
        for leaf in leaves:
            told = self._told[leaf]
            if view := self._views.get(told.name):
                view.withdraw_adjacency(told.more)
                self._touched[told.name, Adjacency] = (observed_ns, now_ns)

    def _tell(self) -> None:
        """Say, once a message, what its state leaves changed."""
        self._sessions.tell()
        if not self._touched:
            return
        touched, self._touched = self._touched, {}
        session, newest_ns = self._newest_ns.get(self._stream, (self._session, 0))
        newest_ns = max(
            newest_ns if session == self._session else 0, *(at_ns for at_ns, _ in touched.values())
        )
        self._newest_ns[self._stream] = (self._session, newest_ns)
        for (name, kind), (observed_ns, received_ns) in touched.items():
            for observation in self._views[name].observations(kind, self._head(observed_ns, received_ns)):
                self._observe(observation)

    def _head(self, observed_ns: int, received_ns: int) -> Callable[[], dict[str, Any]]:
        """Return what makes the fields that all observations have."""
        return lambda: {
            "router": self.router,
            "session": self._session,
            "seq": self.next_sequence(),
            "observed_at_ns": observed_ns,
            "received_at_ns": received_ns,
        }


def _matches(pattern: tuple[Element, ...], elements: tuple[Element, ...]) -> bool:
    """Whether a path lies at or under a pattern; `*`, and a key left out, match all; `...` any depth."""
    if any(name == "..." for name, _ in pattern):
        return _matches_deep(pattern, elements)
    if len(pattern) > len(elements):
        return False
    return all(_element_matches(wanted, found) for wanted, found in zip(pattern, elements, strict=False))


def _matches_deep(pattern: tuple[Element, ...], elements: tuple[Element, ...]) -> bool:
    if not pattern:
        return True
    if pattern[0][0] == "...":
        return any(_matches_deep(pattern[1:], elements[skipped:]) for skipped in range(len(elements) + 1))
    return (
        bool(elements)
        and _element_matches(pattern[0], elements[0])
        and _matches_deep(pattern[1:], elements[1:])
    )


def _element_matches(wanted: Element, found: Element) -> bool:
    name, keys = wanted
    return name in ("*", found[0]) and all(value in ("*", found[1].get(key)) for key, value in keys.items())
