"""POST /v1/whatif: what a failure does to those who do nothing, and to those who can steer."""

from typing import Any

import pytest

from tests.unit.api.conftest import World


async def whatif(world: World, **query: Any) -> tuple[int, Any]:
    async with world.client.post("/v1/whatif", json=query) as answer:
        return answer.status, await answer.json()


async def test_a_failure_may_make_packets_faster(world: World) -> None:
    pairs = [{"from": "a1", "to": "d"}, {"from": "b", "to": "d"}, {"from": "c", "to": "d"}]
    status, answer = await whatif(world, failures=["bd-1"], pairs=pairs)
    assert (status, answer["routing"]) == (200, "igp")
    (effect,) = answer["failures"]
    assert (effect["kind"], effect["id"], effect["latency_added_us"]) == ("circuit", "bd-1", 10_000)
    assert effect["faster"] == [{"from": "a1", "to": "d", "before_us": 20_000, "after_us": 10_000}]
    assert effect["slower"] == [{"from": "b", "to": "d", "before_us": 10_000, "after_us": 20_000}]
    assert effect["cut_off"] == effect["unknown"] == []
    assert answer["topology"]["version"] == world.graph.snapshot.version


async def test_every_router_alone_under_any(world: World) -> None:
    _, answer = await whatif(world, failures="each_router", routing="any")
    by_id = {effect["id"]: effect for effect in answer["failures"]}
    assert list(by_id) == ["a1", "a2", "b1", "c1", "d1"]
    assert {"from": "a", "to": "b"} in by_id["a1"]["cut_off"]
    assert by_id["a2"]["cut_off"] == []
    assert all(not effect["faster"] for effect in by_id.values())


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ({"failures": ["zz"]}, 400, "/failures"),
        ({"failures": "each_site"}, 400, "/failures"),
        ({"pairs": [{"from": "a", "to": "zz"}]}, 422, "/pairs/0/to"),
        ({"constraints": {"max_hops": 3}}, 400, "/constraints/max_hops"),
        ({"overlays": {}}, 400, "/overlays"),
    ],
)
async def test_bad_question_is_refused(world: World, query: Any, status: int, pointer: str) -> None:
    got, problem = await whatif(world, **query)
    assert (got, problem.get("pointer")) == (status, pointer), problem
