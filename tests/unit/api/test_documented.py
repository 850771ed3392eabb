"""The documentation's examples are asked of the reference backbone, and the answers are what it shows.

In what the page shows, fields may be left out of objects; "…" stands for any value, and as the last item
of a list for any further ones.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from suanlu.api.problems import TYPES
from suanlu.api.server import build
from suanlu.api.settings import ApiSettings
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.command import ROOT
from tests.unit.api.conftest import World, make_world
from topology.ids import link_id
from topology.inventory import Inventory
from topology.series import KIND_U64, SeriesKey, SeriesTable

PAGE = ROOT / "docs" / "api.md"
MEANING = ROOT / "docs" / "what-an-answer-means.md"
USED = 0.3
BUSY = {"wuhan-changsha-1:za": 0.95}
_BLOCK = re.compile(r"```(?P<kind>http|json|sse)\n(?P<text>.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A request of the page with what it shows of the answer; `shown` is None for a 304."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    shown: Any


def examples(page: Path) -> Iterator[Example]:
    """Pairs of an `http` and a `json` block; `→ 422` behind the request line is the status."""
    blocks = [(found["kind"], found["text"]) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]
    for (kind, text), (after, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "http" and after != "sse":
            head, _, body = text.partition("\n\n")
            first, *headers = head.splitlines()
            method, path, *status = first.replace("→", " ").split()
            yield Example(
                method, path, dict(line.split(": ", 1) for line in headers), body,
                int(status[0]) if status else 200, json.loads(shown) if after == "json" else None,
            )  # fmt: skip


def differences(shown: Any, got: Any, place: str = "") -> Iterator[str]:
    """Where an answer is not what the page shows."""
    if shown == "…":
        return
    if isinstance(shown, dict) and isinstance(got, dict):
        for name, value in shown.items():
            if name not in got:
                yield f"{place}/{name} is missing"
            else:
                yield from differences(value, got[name], f"{place}/{name}")
    elif isinstance(shown, list) and isinstance(got, list):
        is_open = shown[-1:] == ["…"]
        wanted = shown[:-1] if is_open else shown
        if len(got) < len(wanted) or (len(got) > len(wanted) and not is_open):
            yield f"{place} has {len(got)} items"
        for number, (one, other) in enumerate(zip(wanted, got, strict=False)):
            yield from differences(one, other, f"{place}/{number}")
    elif shown != got:
        yield f"{place} is {got!r}"


def load(world: World, used: dict[str, float]) -> None:
    """Every link carries USED of its capacity, or what `used` says."""
    table = SeriesTable()
    for circuit in world.inventory.circuits:
        for router, interface, direction in (
            (circuit.a, circuit.a_interface, "az"),
            (circuit.z, circuit.z_interface, "za"),
        ):
            share = used.get(link_id(circuit.id, direction), USED)
            row = table.add(SeriesKey(router, "ifrate", interface, "out_bps"), KIND_U64)
            table.write(row, int(share * circuit.capacity_bps), world.now_ns, world.now_ns)
    world.graph.read_series(table, world.now_ns)


@pytest_asyncio.fixture
async def backbone(tmp_path: Path) -> AsyncIterator[World]:
    """The reference backbone with every circuit up and known loads."""
    world, context = make_world(Inventory.load(REFERENCE_INVENTORY), tmp_path)
    for router in world.inventory.routers:
        world.sync(router.id)
    for circuit in world.inventory.circuits:
        world.circuit(circuit.id, up=True)
    load(world, BUSY)
    world.publish()
    async with TestClient(TestServer(build(context(), ApiSettings()))) as client:
        world.client = client
        yield world
        world.ring.close()
    await world.database.close()
    world.database.thread.shutdown()


async def ask(world: World, example: Example, tag: str = "") -> tuple[int, Any, str]:
    """Status, document and entity tag of the answer."""
    headers = {name: value.replace("…", tag) for name, value in example.headers.items()}
    async with world.client.request(
        example.method, example.path, data=example.body or None, headers=headers
    ) as answer:
        body = await answer.read()
        return answer.status, json.loads(body) if body else None, answer.headers.get("ETag", "")


EXAMPLES = tuple(example for page in (PAGE, MEANING) for example in examples(page))


@pytest.mark.parametrize("page", [PAGE, MEANING], ids=lambda page: str(page.name))
def test_the_pages_have_their_examples(page: Path) -> None:
    assert len(list(examples(page))) >= 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.path.removeprefix('/v1/')}-{one.status}")
async def test_example_is_answered_as_shown(backbone: World, example: Example) -> None:
    _, _, tag = await ask(backbone, example._replace(headers={}))
    status, got, _ = await ask(backbone, example, tag)
    assert status == example.status, got
    assert not list(differences(example.shown, got)), json.dumps(got, ensure_ascii=False, indent=1)


async def test_the_stream_goes_on_as_shown(backbone: World) -> None:
    (found,) = (
        found for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")) if found["kind"] == "sse"
    )
    shown = [line.partition(": ")[::2] for line in found["text"].splitlines()]
    last = backbone.ring.newest_id
    backbone.circuit("wuhan-changsha-1", up=False)
    backbone.publish()
    async with (
        asyncio.timeout(5),
        backbone.client.get("/v1/events", headers={"Last-Event-ID": last}) as stream,
    ):
        while shown:
            name, _, value = (await stream.content.readline()).decode().rstrip("\n").partition(": ")
            if name not in ("event", "data"):
                continue
            wanted_name, wanted = shown.pop(0)
            assert name == wanted_name
            if name == "data":
                assert not list(differences(json.loads(wanted), json.loads(value))), value
            else:
                assert value == wanted


def test_every_problem_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert not [slug for slug in TYPES if f"`{slug}`" not in text]
