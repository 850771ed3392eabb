"""GET /v1/events: live, resumable, and never in the way of stopping."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from suanlu.api.ring import EventRing
from suanlu.api.server import build
from suanlu.api.settings import ApiSettings
from tests.unit.api.backbone import SQUARE
from tests.unit.api.conftest import World, make_world
from topology.inventory import Inventory

DEADLINE_S = 5


async def block(answer: ClientResponse) -> dict[str, str]:
    """The next block of a stream: its fields."""
    fields: dict[str, str] = {}
    async with asyncio.timeout(DEADLINE_S):
        while line := (await answer.content.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
    return fields


async def event(answer: ClientResponse) -> dict[str, Any]:
    fields = await block(answer)
    body: dict[str, Any] = json.loads(fields["data"])
    assert (body["id"], body["type"]) == (fields["id"], fields["event"])
    return body


@asynccontextmanager
async def small_ring(data: Path) -> AsyncIterator[World]:
    world, context = make_world(Inventory.from_json(SQUARE), data, ring_size=3)
    async with TestClient(TestServer(build(context(), ApiSettings()))) as client:
        world.client = client
        for router in world.inventory.routers:
            world.sync(router.id)
        yield world
        world.ring.close()


async def test_change_arrives_with_the_version_that_shows_it(world: World) -> None:
    async with world.client.get("/v1/events") as answer:
        assert answer.content_type == "text/event-stream"
        await block(answer)
        world.circuit("ac-1", up=False)
        world.publish(after_s=0)
        first, second = await event(answer), await event(answer)
    assert {first["link"], second["link"]} == {"ac-1:az", "ac-1:za"}
    assert (first["type"], first["before"], first["after"]) == ("link_down", "up", "down")
    assert first["version"] == world.published.view.stamp.version


async def test_opening_tells_where_to_resume(world: World) -> None:
    async with world.client.get("/v1/events") as answer:
        opening = await block(answer)
    assert opening["id"] == world.ring.newest_id
    assert "data" not in opening, "an id alone is no event"
    world.circuit("ac-1", up=False)
    world.publish(after_s=0)
    async with world.client.get("/v1/events", headers={"Last-Event-ID": opening["id"]}) as answer:
        await block(answer)
        assert (await event(answer))["type"] == "link_down"


async def test_resuming_misses_and_repeats_nothing(world: World) -> None:
    async with world.client.get("/v1/events") as answer:
        await block(answer)
        world.circuit("ac-1", up=False)
        world.publish(after_s=0)
        seen = await event(answer)
    async with world.client.get("/v1/events", headers={"Last-Event-ID": seen["id"]}) as answer:
        await block(answer)
        following = await event(answer)
    assert following["id"] == seen["id"].rpartition("/")[0] + "/1"


async def test_resuming_outside_the_ring_is_one_reset(tmp_path: Path) -> None:
    async with small_ring(tmp_path) as world:
        for up in (True, False, True, False):
            world.circuit("ac-1", up=up)
            world.publish()
        old = f"{world.ring.newest_id.partition('/')[0]}/1/0"
        for unknown in (old, "nonsense"):
            async with world.client.get("/v1/events", headers={"Last-Event-ID": unknown}) as answer:
                reset = await event_after_retry(answer)
                assert reset["type"] == "reset"
                world.circuit("bd-1", up=unknown == old)
                world.publish()
                assert (await event(answer))["type"] != "reset"


async def test_last_id_that_is_no_text_is_one_reset(world: World) -> None:
    reader, writer = await asyncio.open_connection(world.client.host, world.client.port)
    writer.write(b"GET /v1/events HTTP/1.1\r\nHost: a\r\nLast-Event-ID: \xff\xfe\r\n\r\n")
    async with asyncio.timeout(DEADLINE_S):
        received = await reader.readuntil(b'"type":"reset"')
    writer.close()
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"event: reset" in received


async def test_failure_after_the_header_ends_the_stream_without_a_second_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_ring: EventRing, _position: int) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(EventRing, "read", fail)
    reader, writer = await asyncio.open_connection(world.client.host, world.client.port)
    writer.write(b"GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n")
    async with asyncio.timeout(DEADLINE_S):
        received = await reader.readuntil(b"retry: 1000\nid: ")
        world.circuit("ac-1", up=False)
        world.publish(after_s=0)
        received += await reader.read()
    writer.close()
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"about:blank" not in received


async def event_after_retry(answer: ClientResponse) -> dict[str, Any]:
    fields = await block(answer)
    assert fields["retry"] == "1000"
    body: dict[str, Any] = json.loads(fields["data"])
    return body


async def test_stream_ends_when_the_app_stops(world: World) -> None:
    async with world.client.get("/v1/events") as answer:
        await block(answer)
        world.ring.close()
        async with asyncio.timeout(DEADLINE_S):
            assert await answer.content.read() == b""
