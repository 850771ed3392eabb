"""What the collector does with each thing that a router can refuse, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from pygnmi.spec.v080 import gnmi_pb2

from collector.settings import Target, Transport
from tests.kit.collecting import Collected, collecting
from tests.kit.gnmi import path_text
from tests.kit.readers import START_NS
from tests.kit.responses import update
from tests.kit.scripted_target import Answer, ScriptedTarget
from tests.kit.wait import eventually
from topology.observation import InterfaceState, Removed

INVALID, UNIMPLEMENTED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED
STATUS = "/interfaces/interface[name={}]/state/oper-status"
IN_OCTETS = "/interfaces/interface[name={}]/state/counters/in-octets"


def target(server: ScriptedTarget, **changes: object) -> Target:
    return Target(id="r1", address=server.address, **changes)


async def synced(seen: Collected) -> None:
    await eventually(lambda: seen.of("r1").phase == "synced")


def asks(request: gnmi_pb2.SubscriptionList, part: str) -> bool:
    return any(part in path_text(one.path) for one in request.subscription)


@pytest.mark.parametrize("text", ["No sysdb paths found", "unknown path: /system/state/boot-time"])
async def test_one_bad_path_is_found_and_the_rest_goes_on(text: str) -> None:
    server = ScriptedTarget()
    server.refuse = lambda request: (INVALID, text) if asks(request, "boot-time") else None
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert list(seen.of("r1").quarantined) == ["/system/state/boot-time"]
        running = server.asked()[-1] if "boot-time" not in str(server.asked()[-1]) else []
        assert STATUS.format("*") in running
        assert "unreachable" not in seen.phases("r1")


class Learning:
    """A router that refuses the neighbours until it is taught them."""

    def __init__(self) -> None:
        self.server = ScriptedTarget()
        self.server.refuse = self._refuse
        self.server.initial = self._initial
        self.knows_neighbours = False
        self.boot_time_ns = START_NS

    def boot_time(self) -> bytes:
        return update({"/system/state/boot-time": self.boot_time_ns}, at_ns=0)

    def asked_for_neighbours(self) -> int:
        """How many RPCs with other paths too asked for the neighbours."""
        return sum("neighbor" in str(paths) and "boot-time" in str(paths) for paths in self.server.asked())

    def _refuse(self, request: gnmi_pb2.SubscriptionList) -> Answer:
        if asks(request, "neighbor") and not self.knows_neighbours:
            return INVALID, "No sysdb paths found"
        return None

    def _initial(self, request: gnmi_pb2.SubscriptionList) -> list[bytes]:
        return [self.boot_time()] if asks(request, "boot-time") else [update({IN_OCTETS.format("e1"): 1})]


async def test_restarted_router_is_asked_again_for_what_it_refused() -> None:
    router = Learning()
    async with router.server.listening(), collecting([target(router.server)]) as seen:
        await synced(seen)
        assert len(seen.of("r1").quarantined) == 2
        before = router.asked_for_neighbours()
        router.knows_neighbours = True
        router.boot_time_ns += 10 * 10**9
        async with ticking(router):
            await eventually(lambda: seen.of("r1").quarantined == {})
            await eventually(lambda: router.asked_for_neighbours() == before + 1)
        assert seen.phases("r1") == ["connecting", "syncing", "synced"]


async def test_router_with_other_software_is_asked_again_for_what_it_refused() -> None:
    router = Learning()
    async with router.server.listening(), collecting([target(router.server)]) as seen:
        await synced(seen)
        before = router.asked_for_neighbours()
        router.knows_neighbours = True
        router.server.encodings = [2, 4, 0]
        router.server.more.put_nowait(None)
        await eventually(lambda: router.asked_for_neighbours() == before + 1)
        await eventually(lambda: seen.of("r1").quarantined == {})


async def test_quarantine_ends_while_the_stream_goes_on() -> None:
    router = Learning()
    async with router.server.listening(), collecting([target(router.server)], quarantine_s=1) as seen:
        await synced(seen)
        before = router.asked_for_neighbours()
        router.knows_neighbours = True
        async with ticking(router):
            await eventually(lambda: router.asked_for_neighbours() == before + 1)
        assert "unreachable" not in seen.phases("r1")


@asynccontextmanager
async def ticking(router: Learning) -> AsyncIterator[None]:
    """Let the router say its boot time over and over."""

    async def tick() -> None:
        while True:
            router.server.more.put_nowait(router.boot_time())
            await asyncio.sleep(0.05)

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()


async def test_on_change_refused_becomes_sample() -> None:
    server = ScriptedTarget()

    def refuse(request: gnmi_pb2.SubscriptionList) -> Answer:
        if any("port-speed" in path_text(one.path) and one.mode == 1 for one in request.subscription):
            return INVALID, "ON_CHANGE is not supported for one of the paths"
        return None

    server.refuse = refuse
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        modes = {path_text(s.path).rpartition("/")[2]: s.mode for s in server.requests[-1].subscription}
        assert modes["port-speed"] == 2
        assert modes["oper-status"] == 1
        assert seen.of("r1").quarantined == {}


@pytest.mark.parametrize(
    ("text", "learned_s"),
    [("minimum sample interval is 1500 ms", 1.5), ("the sample interval is too small", 1.6)],
)
async def test_an_interval_too_small_is_learned(text: str, learned_s: float) -> None:
    server = ScriptedTarget()

    def refuse(request: gnmi_pb2.SubscriptionList) -> Answer:
        least = min((one.sample_interval for one in request.subscription if one.mode == 2), default=10**12)
        return (INVALID, text) if least < 1.5e9 else None

    server.refuse = refuse
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        sampled = [r for r in server.requests if r.subscription[0].mode == 2][-1]
        assert min(one.sample_interval for one in sampled.subscription) == learned_s * 1e9


async def test_an_encoding_refused_is_followed_by_the_next() -> None:
    server = ScriptedTarget()
    server.encodings = []
    server.refuse = lambda request: (
        None if request.encoding == gnmi_pb2.JSON else (UNIMPLEMENTED, "unsupported encoding")
    )
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert seen.of("r1").encoding == "json"
        assert [request.encoding for request in server.requests[:1]] == [gnmi_pb2.PROTO]


async def test_capabilities_say_which_encoding() -> None:
    server = ScriptedTarget()
    server.encodings = [0, 4]
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert {request.encoding for request in server.requests} == {gnmi_pb2.JSON_IETF}


async def test_capabilities_refused_cost_nothing() -> None:
    server = ScriptedTarget()
    server.capabilities = (grpc.StatusCode.PERMISSION_DENIED, "not for you")
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert seen.of("r1").errors == {"capabilities": 1}


async def test_unauthenticated_is_tried_again_slowly() -> None:
    server = ScriptedTarget()
    server.capabilities = (grpc.StatusCode.UNAUTHENTICATED, "who are you")
    async with server.listening(), collecting([target(server)], unauthenticated_retry_s=60) as seen:
        await eventually(lambda: "unreachable" in seen.phases("r1"))
        assert seen.of("r1").errors == {"Unauthenticated": 1}
        assert server.requests == []


async def test_a_stream_that_ends_is_opened_again_and_what_vanished_is_swept() -> None:
    server = ScriptedTarget()
    names = ["e1", "e2"]

    def initial(request: gnmi_pb2.SubscriptionList) -> list[bytes]:
        path, value = (IN_OCTETS, 7) if asks(request, "counters") else (STATUS, "UP")
        return [update({path.format(name): value}, at_ns=0) for name in names]

    server.initial = initial
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert seen.value("r1", "ifcounters", "e2", "in_octets") == 7
        names.remove("e2")
        server.more.put_nowait(None)
        await eventually(lambda: seen.of("r1").swept == 2)
        assert seen.value("r1", "ifcounters", "e2", "in_octets") is None
        assert seen.value("r1", "ifcounters", "e1", "in_octets") == 7
        gone = [o for o in seen.observed if isinstance(o, Removed)]
        assert [(o.interface, o.kind) for o in gone] == [("e2", "InterfaceState")]
        states = [o.session for o in seen.observed if isinstance(o, InterfaceState)]
        assert states == sorted(states)
        assert states[-1] > states[0]


@pytest.mark.parametrize("end", [None, (grpc.StatusCode.RESOURCE_EXHAUSTED, "slow reader")])
async def test_each_stream_that_is_lost_after_its_sync_is_a_gap(end: Answer) -> None:
    server = ScriptedTarget()
    async with server.listening(), collecting([target(server)], sample_interval_s=5) as seen:
        await synced(seen)
        assert seen.of("r1").gaps == 0
        server.more.put_nowait(end)
        await eventually(lambda: seen.of("r1").gaps == 2)  # the connection ends, and the other stream with it
        await eventually(lambda: seen.phases("r1")[-2:] == ["syncing", "synced"])
        assert seen.of("r1").gaps == 2


async def test_a_stream_that_was_never_in_sync_is_no_gap() -> None:
    server = ScriptedTarget()
    server.sends_sync = False
    async with server.listening(), collecting([target(server)], sample_interval_s=5) as seen:
        await eventually(lambda: len(server.requests) == 2)
        server.more.put_nowait(None)
        await eventually(lambda: "unreachable" in seen.phases("r1"))
        assert seen.of("r1").gaps == 0


async def test_no_sync_response_is_an_alarm_and_data_is_data() -> None:
    server = ScriptedTarget()
    server.sends_sync = False
    server.initial = lambda _: [update({IN_OCTETS.format("e1"): 1}, at_ns=0)]
    async with (
        server.listening(),
        collecting([target(server)], sync_deadline_s=0.3, sample_interval_s=5) as seen,
    ):
        await synced(seen)
        assert seen.of("r1").errors == {"no_sync_response": 1}
        assert seen.value("r1", "ifcounters", "e1", "in_octets") == 1


async def test_a_router_that_says_nothing_at_all_is_given_up() -> None:
    server = ScriptedTarget()
    server.sends_sync = False
    async with server.listening(), collecting([target(server)], sync_deadline_s=0.2) as seen:
        await eventually(lambda: "unreachable" in seen.phases("r1"))


async def test_a_broken_message_costs_only_itself() -> None:
    server = ScriptedTarget()
    server.initial = lambda _: [b"\x0a\xff", update({IN_OCTETS.format("e1"): 1}, at_ns=0)]
    async with server.listening(), collecting([target(server)]) as seen:
        await synced(seen)
        assert seen.of("r1").errors == {"malformed": 2}
        assert seen.value("r1", "ifcounters", "e1", "in_octets") == 1


async def test_a_router_that_is_not_there_is_unreachable_and_tried_again() -> None:
    server = ScriptedTarget()
    async with server.listening():
        pass
    async with collecting([target(server)], connect_deadline_s=0.2) as seen:
        await eventually(lambda: seen.phases("r1").count("unreachable") >= 2)
        async with server.listening():
            await synced(seen)


async def test_credentials_come_from_a_file_and_go_as_metadata(tmp_path: Path) -> None:

    (tmp_path / "credentials").write_text("operator\nsesame and more\n")
    server = ScriptedTarget()
    transport = Transport(insecure=True, credentials_file=str(tmp_path / "credentials"))
    async with server.listening(), collecting([target(server, transport=transport)]) as seen:
        await synced(seen)
    assert {(m["username"], m["password"]) for m in server.metadata} == {("operator", "sesame and more")}
