"""One target, for ever: connect, plan, subscribe, read, and start again when it ends."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from random import Random
from typing import NoReturn, TypeAlias

import grpc
import grpc.aio
import structlog

from collector._wire import SYNC_RESPONSE, TARGET_ERROR
from collector.errors import StreamEnded, TargetError, TargetSilent, Unauthenticated, WireError
from collector.gnmi.backoff import Backoff, ConnectRate
from collector.gnmi.channel import CAPABILITIES, connected, metadata, open_channel
from collector.gnmi.outage import Outage
from collector.gnmi.planner import Plan, Refusal, Wish
from collector.gnmi.reasons import explained, target_error
from collector.gnmi.request import CAPABILITY_REQUEST, encodings_of, subscribe_request
from collector.gnmi.stream import Refused, read_stream
from collector.message import error_text
from collector.reader import TargetReader
from collector.settings import CollectorSettings, Target
from collector.statistics import DROPPED, TargetStatistics
from collector.subscriptions import STREAMS, StreamName
from topology.observation import Observation, TargetPhase, TargetState

log = structlog.get_logger("collector")

FAILURES = (TargetError, grpc.aio.AioRpcError, TimeoutError)
Failure: TypeAlias = TargetError | grpc.aio.AioRpcError | TimeoutError
KEEPALIVE_LIMIT_S = 300.0


class Session:
    """Reads one router. Whatever goes wrong is counted, said once, and tried again."""

    def __init__(
        self,
        target: Target,
        settings: CollectorSettings,
        plan: Plan,
        reader: TargetReader,
        *,
        observe: Callable[[Observation], None],
        numbers: Iterator[int],
        connects: ConnectRate,
        now_ns: Callable[[], int],
        random: Random,
    ) -> None:
        self.target = target
        self.reader = reader
        self.phase: TargetPhase = "connecting"
        self.errors: Counter[str] = Counter()
        self.sessions = self.gaps = self.swept = 0
        self.last_received_ns = 0
        self._settings = settings
        self._plan = plan
        self._observe = observe
        self._numbers = numbers
        self._connects = connects
        self._now_ns = now_ns
        self._backoff = Backoff(settings.backoff_min_s, settings.backoff_max_s, random)
        self._outage = Outage(target.id, now_ns)
        self._keepalive_s = settings.keepalive_s
        self._number = self._sampling = 0
        self._synced: set[StreamName] = set()
        self._asked: dict[StreamName, int] = {}
        self._renew = {stream: asyncio.Event() for stream in STREAMS}
        self._restarts = 0
        self._capabilities: bytes | None = None
        self._last_heard = 0.0
        self._metadata: tuple[tuple[str, str], ...] = ()
        self._transport = target.transport or settings.transport

    async def run(self) -> NoReturn:
        """Keep the router read until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._connects.wait_turn()
            self._enter("connecting")
            started = loop.time()
            try:
                await self._once()
            except FAILURES as error:
                end_if_cancelled()
                failure = explained(error, self.target, self._transport)
            wait_s = self._after(failure, loop.time() - started)
            self._enter("unreachable")
            self._outage.lost(_name(failure), target_error(failure), wait_s)
            await asyncio.sleep(wait_s)

    def fault(self) -> None:
        """Take note that `run` ended by a fault of ours: nobody reads the router until it runs again."""
        self.errors["internal"] += 1
        self._count_gaps()
        self._enter("unreachable")

    def statistics(self) -> TargetStatistics:
        """Return everything counted since construction."""
        decoded = self.reader.decoder.counters()
        now_s = self._now_ns() / 1e9
        return TargetStatistics(
            phase=self.phase,
            received=decoded["updates"],
            messages=decoded["messages"],
            sessions=self.sessions,
            gaps=self.gaps,
            errors=dict(self.errors),
            dropped={reason: decoded[name] for name, reason in DROPPED.items()}
            | {"unreadable_state": self.reader.unreadable_states},
            decoder=decoded,
            quarantined={w.subscription.path: w.reasons[-1] for w in self._plan.quarantined(now_s)},
            encoding=self._plan.encoding,
            last_received_ns=self.last_received_ns,
            swept=self.swept,
            insecure=self._transport.insecure,
        )

    async def _once(self) -> NoReturn:
        """One connection, from connect to its end, which is always an error."""
        self._synced.clear()
        self._asked.clear()
        self._metadata = metadata(self.target, self._transport)
        channel = open_channel(self.target, self._transport, self._settings, self._keepalive_s)
        try:
            await connected(channel, self.target, self._transport, self._settings.connect_deadline_s)
            await self._ask_capabilities(channel)
            self._enter("syncing")
            self._last_heard = asyncio.get_running_loop().time()
            await self._read_until_failure(channel)
        finally:
            await channel.close(None)

    async def _read_until_failure(self, channel: grpc.aio.Channel) -> NoReturn:
        """Run the streams and the watch; raise the first failure, and it alone.

        A TaskGroup whose children raise would lose a cancellation that comes at the same time (CPython 3.11).
        """
        ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

        async def guarded(part: Coroutine[None, None, NoReturn]) -> None:
            try:
                await part
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is raised below
                if not ended.done():
                    ended.set_result(error)

        parts = {stream: self._keep(stream, channel) for stream in STREAMS} | {"watch": self._watch()}
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(guarded(part), name=f"{self.target.id} {name}")
                for name, part in parts.items()
            ]
            failure = await ended
            for task in tasks:
                task.cancel()
        raise failure

    async def _ask_capabilities(self, channel: grpc.aio.Channel) -> None:
        """Learn the encodings; a router that refuses to tell (RBAC, lemming) is asked without."""
        method = channel.unary_unary(CAPABILITIES, request_serializer=None, response_deserializer=None)
        try:
            answer = await method(
                CAPABILITY_REQUEST, timeout=self._settings.connect_deadline_s, metadata=self._metadata
            )
            self._plan.offer(encodings_of(answer))
            if self._capabilities not in (None, answer):  # other models: other software
                self._plan.release()
            self._capabilities = answer
        except WireError:
            self.errors["capabilities"] += 1
        except grpc.aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED):
                raise
            self.errors["capabilities"] += 1

    async def _keep(self, stream: StreamName, channel: grpc.aio.Channel) -> NoReturn:
        """Keep one Subscribe RPC open with everything that the router does not refuse."""
        while True:
            wishes = self._plan.active(stream, self._now_ns() / 1e9)
            self._asked[stream] = len(wishes)
            self._renew[stream].clear()
            if not wishes:
                self._in_sync(stream)
                await self._renew[stream].wait()
                continue
            try:
                renewed = await self._subscribe(stream, channel, wishes)
            except Refused as answer:
                await self._refused(stream, channel, wishes, answer.refusal)
                continue
            if not renewed:
                raise StreamEnded(self.target.id, f"the router ended the {stream} stream")
            self._synced.discard(stream)  # so that what the new list does not tell is swept

    async def _subscribe(self, stream: StreamName, channel: grpc.aio.Channel, wishes: Sequence[Wish]) -> bool:
        """Read one RPC; True: it was ended here, for there is more to ask now."""
        number = self._open()
        index = STREAMS.index(stream)
        if stream == "sampled":
            self._sampling = number

        def take(message: bytes) -> bool:
            if self._take(message, index, number) & SYNC_RESPONSE and stream not in self._synced:
                self.swept += self.reader.sweep(index, number, self._now_ns())
                self._in_sync(stream)
            return self._renew[stream].is_set()

        return await read_stream(
            channel, self._request(wishes), self._metadata, take, self._settings.sync_deadline_s
        )

    def _open(self) -> int:
        self.sessions += 1
        self._number = next(self._numbers)
        return self._number

    def _request(self, wishes: Sequence[Wish]) -> bytes:
        return subscribe_request(self._plan.requests(wishes), encoding=self._plan.encoding)

    def _take(self, message: bytes, stream: int, number: int) -> int:
        """Decode one message; one that is broken costs only itself."""
        self._last_heard = asyncio.get_running_loop().time()
        self.last_received_ns = self._now_ns()
        if self.phase == "silent":
            self._enter("synced" if len(self._synced) == len(STREAMS) else "syncing")
        try:
            happened = self.reader.read(message, self.last_received_ns, stream, number)
        except WireError:
            self.errors["malformed"] += 1
            return 0
        if self.reader.restarts != self._restarts:
            self._restarts = self.reader.restarts
            self._plan.release()
        if happened & TARGET_ERROR:
            self.errors["in_band"] += 1
            log.warning("target_error", target=self.target.id, detail=error_text(message))
        return happened

    async def _refused(
        self, stream: StreamName, channel: grpc.aio.Channel, wishes: Sequence[Wish], refusal: Refusal
    ) -> None:
        """Change the plan by what was refused; where the answer does not say which path, find it."""
        self.errors[refusal.code.name] += 1
        action = self._plan.whole_list(wishes, refusal, self._now_ns() / 1e9)
        log.info(
            "subscription_refused",
            target=self.target.id,
            stream=stream,
            action=action or "bisect",
            detail=refusal.text,
        )
        if action is not None:
            return
        middle = len(wishes) // 2
        for half in (wishes[:middle], wishes[middle:]):
            found = await self._probe(stream, channel, half)
            if found is not None:
                await self._refused(stream, channel, half, found)

    async def _probe(
        self, stream: StreamName, channel: grpc.aio.Channel, wishes: Sequence[Wish]
    ) -> Refusal | None:
        """Ask for a part of the list until its first message; return the refusal, or None."""
        number = self._open()
        index = STREAMS.index(stream)

        def take(message: bytes) -> bool:
            self._take(message, index, number)
            return True

        try:
            await read_stream(
                channel, self._request(wishes), self._metadata, take, self._settings.sync_deadline_s
            )
        except Refused as answer:
            return answer.refusal
        return None

    def _in_sync(self, stream: StreamName) -> None:
        self._synced.add(stream)
        if len(self._synced) == len(STREAMS) and self.phase != "silent":
            self._enter("synced")

    async def _watch(self) -> NoReturn:
        """Notice a router that is connected and says nothing, or that never says that it is in sync."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        late = False
        sampled = started
        while True:
            shortest_s = self._plan.shortest_interval_s(self._now_ns() / 1e9)
            limit_s = self._settings.silent_intervals * shortest_s
            await asyncio.sleep(min(1.0, limit_s / 8))
            now = loop.time()
            quiet_s = now - self._last_heard
            if quiet_s > limit_s:
                self._enter("silent")
            self._renew_where_due()
            if now - sampled >= shortest_s and self.phase == "synced":
                sampled = now
                self.reader.say_zeros(self._sampling, self._now_ns())
            if quiet_s > 2 * max(limit_s, self._settings.sync_deadline_s if not self._synced else 0):
                raise TargetSilent(self.target.id, f"nothing came for {quiet_s:.1f} s")
            if not late and self.phase == "syncing" and now - started > self._settings.sync_deadline_s:
                late = True
                self._without_sync()

    def _renew_where_due(self) -> None:
        """Mark the streams for which paths have come back from quarantine: their next message ends them."""
        now_s = self._now_ns() / 1e9
        for stream, asked in self._asked.items():
            if len(self._plan.active(stream, now_s)) > asked:
                self._renew[stream].set()

    def _without_sync(self) -> None:
        """No sync_response in time: an alarm, but data that comes is data (some routers never send one)."""
        self.errors["no_sync_response"] += 1
        log.warning("no_sync_response", target=self.target.id, streams=sorted(set(STREAMS) - self._synced))
        for stream in STREAMS:
            self._in_sync(stream)

    def _after(self, failure: Failure, lasted_s: float) -> float:
        """Count a failure; return how long to wait before the next try."""
        name = _name(failure)
        self.errors[name] += 1
        if lasted_s >= self._settings.healthy_s and self.last_received_ns:
            self._backoff.reset()
        self._count_gaps()
        if "too_many_pings" in str(failure):
            self._keepalive_s = min(self._keepalive_s * 2, KEEPALIVE_LIMIT_S)
        wait_s = self._backoff.next_s()
        slow = isinstance(failure, Unauthenticated)
        return max(wait_s, self._settings.unauthenticated_retry_s) if slow else wait_s

    def _count_gaps(self) -> None:
        """Each stream that was in sync and is lost: what changes now comes back only with the next sync."""
        self.gaps += sum(1 for stream in self._synced if self._asked.get(stream))
        self._synced.clear()

    def _enter(self, phase: TargetPhase) -> None:
        if phase == self.phase and self._number:
            return
        self.phase = phase
        if phase == "synced":
            self._outage.over()
        if phase in ("connecting", "unreachable") or not self._number:
            self._number = next(self._numbers)
        now_ns = self._now_ns()
        self._observe(
            TargetState(
                router=self.target.id,
                session=self._number,
                seq=self.reader.next_sequence(),
                observed_at_ns=now_ns,
                received_at_ns=now_ns,
                state=phase,
            )
        )


def end_if_cancelled() -> None:
    """Raise the CancelledError that an exception raised while it went through has replaced."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _name(failure: Failure) -> str:
    return failure.code().name if isinstance(failure, grpc.aio.AioRpcError) else type(failure).__name__
