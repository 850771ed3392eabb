"""Subscribe against simulated routers over real sockets, decoded by the generated messages."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest
from pygnmi.spec.v080 import gnmi_pb2

from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.gnmi import gnmi_path, gnmi_stub, initial_values, one_request, subscribe_request, updates_of
from tests.kit.simulated import reference_inventory

LAG = "/interfaces/interface[name=lag-1]/state"
COUNTERS = f"{LAG}/counters"
STATUS = f"{LAG}/oper-status"
ROUTER = "zhangjiakou-r1"


@pytest.fixture
async def backbone() -> AsyncIterator[SimulatedBackbone]:
    settings = SimulatorSettings(tick_s=0.1, default_sample_interval_s=0.1)
    async with SimulatedBackbone(reference_inventory(), settings) as world:
        yield world


@pytest.fixture
async def stub(backbone: SimulatedBackbone) -> AsyncIterator[Any]:
    async with gnmi_stub(backbone.servers[ROUTER].target) as connected:
        yield connected


async def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    """Read until the RPC fails; return its status."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _read_to_the_end(call)
    return refused.value.code(), refused.value.details() or ""


async def _read_to_the_end(call: Any) -> None:
    while await call.read() is not grpc.aio.EOF:
        pass


async def test_initial_values_and_sync_come_then_samples(stub: Any) -> None:
    call = stub.Subscribe(one_request(subscribe_request((COUNTERS, "sample", 0.05))))
    first = await initial_values(call)
    second = updates_of(await call.read())
    assert first.keys() == second.keys()
    assert second[f"{COUNTERS}/in-octets"] > first[f"{COUNTERS}/in-octets"] > 0
    call.cancel()


async def test_samples_keep_their_pace(stub: Any) -> None:
    path = f"{COUNTERS}/in-octets"
    call = stub.Subscribe(one_request(subscribe_request((path, "sample", 0.05))))
    await initial_values(call)
    times = [(await call.read()).update.timestamp for _ in range(21)]
    assert (times[-1] - times[0]) / 20 == pytest.approx(50e6, rel=0.15)
    call.cancel()


async def test_ten_milliseconds_are_taken_and_less_is_refused_by_name(stub: Any) -> None:
    fast = stub.Subscribe(one_request(subscribe_request((COUNTERS, "sample", 0.01))))
    await initial_values(fast)
    assert updates_of(await fast.read())
    fast.cancel()
    code, text = await refusal(stub.Subscribe(one_request(subscribe_request((COUNTERS, "sample", 0.001)))))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "sample_interval" in text
    assert "10000000 ns" in text


@pytest.mark.parametrize(
    ("router", "interface"), [("beijing-r1", "Bundle-Ether1"), ("zhangjiakou-r1", "lag-1")]
)
async def test_a_cut_is_told_on_change(backbone: SimulatedBackbone, router: str, interface: str) -> None:
    path = f"/interfaces/interface[name={interface}]/state/oper-status"
    async with gnmi_stub(backbone.servers[router].target) as stub:
        call = stub.Subscribe(one_request(subscribe_request((path, "on_change", 0))))
        assert await initial_values(call) == {path: "UP"}
        await backbone.fault("cut", "beijing-zhangjiakou-1")
        assert updates_of(await call.read()) == {path: "LOWER_LAYER_DOWN"}
        await backbone.fault("restore", "beijing-zhangjiakou-1")
        assert updates_of(await call.read()) == {path: "UP"}
        call.cancel()


async def test_once_ends_after_its_sync(stub: Any) -> None:
    call = stub.Subscribe(one_request(subscribe_request((STATUS, "on_change", 0), mode="once")))
    assert await initial_values(call) == {STATUS: "UP"}
    assert await call.read() is grpc.aio.EOF
    assert await call.code() is grpc.StatusCode.OK


async def test_updates_only_begins_with_the_sync(backbone: SimulatedBackbone, stub: Any) -> None:
    request = subscribe_request((STATUS, "on_change", 0), updates_only=True)
    call = stub.Subscribe(one_request(request))
    assert await initial_values(call) == {}
    await backbone.fault("cut", "beijing-zhangjiakou-1")
    assert updates_of(await call.read()) == {STATUS: "LOWER_LAYER_DOWN"}
    call.cancel()


async def test_a_heartbeat_says_unchanged_state_again(stub: Any) -> None:
    request = subscribe_request((STATUS, "on_change", 0), heartbeat_s=0.05)
    call = stub.Subscribe(one_request(request))
    await initial_values(call)
    assert [updates_of(await call.read()) for _ in range(3)] == [{STATUS: "UP"}] * 3
    call.cancel()


async def test_redundant_samples_are_suppressed_and_the_heartbeat_repeats_them(stub: Any) -> None:
    base = f"{LAG}/description"
    request = subscribe_request((base, "sample", 0.02), suppress=True, heartbeat_s=0.3)
    call = stub.Subscribe(one_request(request))
    await initial_values(call)
    first, second = [(await call.read()).update.timestamp for _ in range(2)]
    assert second - first == pytest.approx(0.3e9, rel=0.2)
    call.cancel()


async def test_target_defined_samples_counters_and_tells_state_on_change(
    backbone: SimulatedBackbone, stub: Any
) -> None:
    call = stub.Subscribe(one_request(subscribe_request((LAG, "target_defined", 0))))
    await initial_values(call)
    assert all("/counters/" in path for path in updates_of(await call.read()))
    await backbone.fault("cut", "beijing-zhangjiakou-1")
    seen: dict[str, Any] = {}
    while STATUS not in seen:
        seen |= updates_of(await call.read())
    assert seen[STATUS] == "LOWER_LAYER_DOWN"
    call.cancel()


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/interfaces/interface[name=*]/state/oper-status", None),
        ("/interfaces/interface/state/oper-status", None),
        ("/interfaces/*/state/oper-status", None),
        ("/.../oper-status", None),
        ("/openconfig-interfaces:interfaces/interface[name=lag-1]/state/oper-status", 1),
    ],
)
async def test_wildcards_reach_every_interface(
    backbone: SimulatedBackbone, stub: Any, path: str, count: int | None
) -> None:
    call = stub.Subscribe(one_request(subscribe_request((path, "on_change", 0), mode="once")))
    found = await initial_values(call)
    assert len(found) == (count or len(backbone.network.routers[ROUTER].ports))
    assert set(found.values()) == {"UP"}


async def test_prefix_and_path_are_one_and_the_target_is_mirrored(stub: Any) -> None:
    prefix = gnmi_path("/interfaces/interface[name=lag-1]", target="zjk")
    request = subscribe_request(("/state/oper-status", "on_change", 0), mode="once", prefix=prefix)
    call = stub.Subscribe(one_request(request))
    response = await call.read()
    assert updates_of(response) == {STATUS: "UP"}
    assert response.update.prefix.target == "zjk"


async def test_a_valid_path_without_data_stays_open_and_syncs(stub: Any) -> None:
    path = "/interfaces/interface[name=lag-99]/state/counters"
    call = stub.Subscribe(one_request(subscribe_request((path, "sample", 0.05))))
    assert await initial_values(call) == {}
    assert not call.done()
    call.cancel()


async def test_polls_and_second_subscriptions_are_refused_in_words(stub: Any) -> None:
    request = subscribe_request((STATUS, "on_change", 0))
    poll = gnmi_pb2.SubscribeRequest(poll=gnmi_pb2.Poll())
    for more, words in ((poll, "poll on a STREAM"), (request, "second subscription")):
        call = stub.Subscribe()
        await call.write(request)
        await initial_values(call)
        await call.write(more)
        code, text = await refusal(call)
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert words in text
    code, text = await refusal(
        stub.Subscribe(one_request(subscribe_request((STATUS, "on_change", 0), mode="poll")))
    )
    assert code is grpc.StatusCode.UNIMPLEMENTED
    assert "STREAM or ONCE" in text
    code, _ = await refusal(stub.Subscribe(one_request(poll)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("encoding", ["bytes", "ascii"])
async def test_encodings_that_are_not_spoken_are_refused_by_name(stub: Any, encoding: str) -> None:
    request = subscribe_request((STATUS, "on_change", 0), encoding=encoding)
    code, text = await refusal(stub.Subscribe(one_request(request)))
    assert code is grpc.StatusCode.UNIMPLEMENTED
    assert f"encoding {encoding.upper()}" in text


async def test_an_unknown_origin_and_an_unknown_path_are_refused(stub: Any) -> None:
    request = subscribe_request((STATUS, "on_change", 0))
    request.subscribe.subscription[0].path.origin = "sonic-db"
    code, text = await refusal(stub.Subscribe(one_request(request)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "sonic-db" in text
    code, text = await refusal(
        stub.Subscribe(one_request(subscribe_request(("/interfaces/nonsense", "on_change", 0))))
    )
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "/interfaces/nonsense" in text


async def test_bytes_that_are_no_message_are_refused(backbone: SimulatedBackbone) -> None:
    async with grpc.aio.insecure_channel(backbone.servers[ROUTER].target) as channel:
        call = channel.stream_stream("/gnmi.gNMI/Subscribe")()
        await call.write(b"\x0a\x7f")
        code, text = await refusal(call)
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert "malformed" in text
        with pytest.raises(grpc.aio.AioRpcError, match="malformed"):
            await channel.unary_unary("/gnmi.gNMI/Get")(b"\x0a\x7f")


async def test_a_mute_router_keeps_its_streams_and_says_nothing_until_it_speaks_again(
    backbone: SimulatedBackbone, stub: Any
) -> None:
    request = subscribe_request((f"{COUNTERS}/in-octets", "sample", 0.02), (STATUS, "on_change", 0))
    call = stub.Subscribe(one_request(request))
    await initial_values(call)
    await backbone.fault("mute", ROUTER)
    await backbone.fault("cut", "beijing-zhangjiakou-1")
    seen, waiting = await _heard_until_silent(call)
    assert STATUS not in seen
    assert not call.done()
    newcomer = stub.Subscribe(one_request(request))
    _, newcomer_waiting = await _heard_until_silent(newcomer)
    assert not newcomer.done()
    await backbone.fault("unmute", ROUTER)
    seen = updates_of(await waiting)
    while STATUS not in seen:
        seen |= updates_of(await call.read())
    assert seen[STATUS] == "LOWER_LAYER_DOWN"
    assert STATUS in updates_of(await newcomer_waiting)
    call.cancel()
    newcomer.cancel()


async def _heard_until_silent(call: Any) -> tuple[dict[str, Any], "asyncio.Task[Any]"]:
    """Read until nothing comes for 0.3 s; return what came and the read that still waits."""
    heard: dict[str, Any] = {}
    while True:
        waiting = asyncio.ensure_future(call.read())
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        if not done:
            return heard, waiting
        heard |= updates_of(waiting.result())


async def test_the_ledger_has_what_was_received() -> None:
    settings = SimulatorSettings(full_ledger=True)
    async with SimulatedBackbone(reference_inventory(), settings) as backbone:
        book = backbone.ledger.routers[ROUTER]
        received = []
        async with gnmi_stub(backbone.servers[ROUTER].target) as stub:
            call = stub.Subscribe(one_request(subscribe_request((COUNTERS, "sample", 0.02))))
            while len(received) < 200:
                response = await call.read()
                at_ns = response.update.timestamp
                received += [(1, path, at_ns, value) for path, value in updates_of(response).items()]
            call.cancel()
        assert book.entries is not None
        assert book.entries[: len(received)] == received
        assert book.last[f"{COUNTERS}/in-octets"][1] >= received[-1][3]
