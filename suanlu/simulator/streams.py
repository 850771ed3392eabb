"""One Subscribe RPC: what is due when, what changed, and what goes out.

The stream sleeps until the earliest sample, heartbeat or change. It knows nothing of grpc: `write`
takes the bytes of one SubscribeResponse.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import grpc

from suanlu.simulator import wire
from suanlu.simulator.ledger import RouterLedger
from suanlu.simulator.reading import Reading
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.tree import Leaf
from suanlu.simulator.values import Value
from suanlu.simulator.vendors.dialect import Answer, Dialect, Refusal

Write = Callable[[bytes], Awaitable[None]]


class _Timer:
    """Leaves that are sent together every `period_ns`: samples, or a heartbeat that repeats them all."""

    def __init__(
        self,
        leaves: Sequence[Leaf],
        period_ns: int,
        now_ns: int,
        *,
        changed_only: bool = False,
        heartbeat: bool = False,
    ) -> None:
        self.leaves = leaves
        self.period_ns = period_ns
        self.due_ns = now_ns + period_ns
        self.changed_only = changed_only
        self.heartbeat = heartbeat

    def is_due(self, now_ns: int) -> bool:
        """True once a period; periods that were missed are left out."""
        if self.due_ns > now_ns:
            return False
        missed = (now_ns - self.due_ns) // self.period_ns
        self.due_ns += self.period_ns * (missed + 1)
        return True


class Stream:
    """The state of one Subscribe RPC; `run` lasts as long as the RPC (ONCE: until all is said)."""

    def __init__(
        self,
        *,
        number: int,
        request: wire.SubscriptionList,
        selected: Sequence[tuple[Leaf, ...]],
        dialect: Dialect,
        settings: SimulatorSettings,
        read: Callable[[], Reading],
        ledger: RouterLedger,
        write: Write,
    ) -> None:
        self.changed = asyncio.Event()
        self.unmuted = asyncio.Event()
        self.unmuted.set()
        self._number = number
        self._request = request
        self._dialect = dialect
        self._settings = settings
        self._read = read
        self._ledger = ledger
        self._write = write
        self._target = request.prefix.target if request.prefix else ""
        self._sent: dict[Leaf, Value] = {}
        self._everything = _unique(leaf for leaves in selected for leaf in leaves)
        self._watched: list[Leaf] = []
        self._timers: list[_Timer] = []
        if request.mode == wire.STREAM:
            self._plan(selected)

    def _plan(self, selected: Sequence[tuple[Leaf, ...]]) -> None:
        now_ns = self._read().at_ns
        floor_ns = self._settings.min_sample_interval_ms * 1_000_000
        for subscription, leaves in zip(self._request.subscriptions, selected, strict=True):
            sampled: Sequence[Leaf] = ()
            if subscription.mode == wire.ON_CHANGE:
                self._dialect.check_on_change(leaves)
                watched = [leaf for leaf in leaves if leaf.on_change]
                self._watched += watched
                self._heartbeat(watched, subscription.heartbeat_interval_ns, now_ns)
            elif subscription.mode == wire.TARGET_DEFINED:
                self._watched += [leaf for leaf in leaves if leaf.on_change]
                sampled = [leaf for leaf in leaves if not leaf.on_change]
            elif subscription.mode == wire.SAMPLE:
                sampled = leaves
            else:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, f"subscription mode {subscription.mode} is unknown"
                )
            interval_ns = subscription.sample_interval_ns
            if 0 < interval_ns < floor_ns:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT,
                    f"sample_interval {interval_ns} ns is below the minimum of {floor_ns} ns",
                )
            if sampled:
                period_ns = interval_ns or int(self._settings.default_sample_interval_s * 1e9)
                only = subscription.suppress_redundant
                self._timers.append(_Timer(sampled, period_ns, now_ns, changed_only=only))
                if only:
                    self._heartbeat(sampled, subscription.heartbeat_interval_ns, now_ns)
        self._watched = _unique(self._watched)

    def _heartbeat(self, leaves: Sequence[Leaf], period_ns: int, now_ns: int) -> None:
        if leaves and period_ns:
            self._timers.append(_Timer(leaves, period_ns, now_ns, heartbeat=True))

    async def run(self) -> None:
        """Send the initial values and the sync, then, for a STREAM, whatever falls due."""
        await self.unmuted.wait()
        reading = self._read()
        values = self._values(reading, self._everything)
        self._sent.update(values)
        if not self._request.updates_only:
            await self._send(reading.at_ns, values)
        await self._write(wire.SYNC_RESPONSE)
        if self._request.mode == wire.ONCE:
            return
        while True:
            await self._wait()
            await self.unmuted.wait()
            if self.changed.is_set():
                self.changed.clear()
                await self._send_changes()
            await self._send_due()

    async def _wait(self) -> None:
        due_ns = min((timer.due_ns for timer in self._timers), default=None)
        if due_ns is None:
            await self.changed.wait()
            return
        delay_s = (due_ns - self._read().at_ns) / 1e9
        try:
            async with asyncio.timeout(max(0.0, delay_s)):
                await self.changed.wait()
        except TimeoutError:
            return

    async def _send_changes(self) -> None:
        reading = self._read()
        values = self._values(reading, self._watched)
        moved = {leaf: value for leaf, value in values.items() if self._sent.get(leaf) != value}
        gone = [leaf for leaf in self._watched if leaf in self._sent and leaf not in values]
        self._sent.update(moved)
        for leaf in gone:
            del self._sent[leaf]
        await self._send(reading.at_ns, moved, gone)

    async def _send_due(self) -> None:
        reading = self._read()
        for timer in self._timers:
            if not timer.is_due(reading.at_ns):
                continue
            values = self._values(reading, timer.leaves)
            if timer.changed_only:
                values = {leaf: value for leaf, value in values.items() if self._sent.get(leaf) != value}
            elif not timer.heartbeat:
                values = {leaf: of for leaf, of in values.items() if not self._dialect.skips(leaf, of)}
            self._sent.update(values)
            await self._send(reading.at_ns, values)

    def _values(self, reading: Reading, leaves: Iterable[Leaf]) -> dict[Leaf, Value]:
        found: dict[Leaf, Value] = {}
        for leaf in leaves:
            value = leaf.read(reading)
            if value is not None:
                found[leaf] = value
        return found

    async def _send(self, at_ns: int, values: dict[Leaf, Value], gone: Sequence[Leaf] = ()) -> None:
        if not values and not gone:
            return
        self._ledger.record(self._number, at_ns, [(leaf.key, value) for leaf, value in values.items()])
        self._ledger.forget([leaf.key for leaf in gone])
        answer = Answer(
            at_ns, list(values.items()), gone, encoding=self._request.encoding, target=self._target
        )
        for message in self._dialect.pack(answer):
            self._ledger.messages += 1
            await self._write(message)


def _unique(leaves: Iterable[Leaf]) -> list[Leaf]:
    return list(dict.fromkeys(leaves))
