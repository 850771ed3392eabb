"""POST /v1/matrix: all pairs at once, by what the IGP does unless asked otherwise."""

from typing import Any

import pytest

from tests.unit.api.conftest import World

G = 1_000_000_000


async def matrix(world: World, **query: Any) -> tuple[int, Any]:
    async with world.client.post("/v1/matrix", json=query) as answer:
        return answer.status, await answer.json()


async def test_default_is_what_packets_get(world: World) -> None:
    status, answer = await matrix(world, sources=["a1", "b"], targets=["d", "198.18.3.1"])
    assert status == 200, answer
    assert (answer["routing"], answer["metric"]) == ("igp", "latency")
    assert answer["values"] == [[20_000, 5_000], [10_000, 15_000]]
    assert answer["topology"]["version"] == world.graph.snapshot.version


async def test_any_is_the_best_possible(world: World) -> None:
    _, answer = await matrix(world, sources=["a"], targets=["a", "c", "d"], routing="any")
    assert answer["values"] == [[0, 5_000, 10_000]]


@pytest.mark.parametrize("metric", ["te_metric", "igp_metric"])
async def test_a_metric_is_what_the_path_says(world: World, metric: str) -> None:
    _, answer = await matrix(world, sources=["a"], targets=["d"], routing="any", metric=metric)
    query = {"from": "a", "to": "d", "objective": metric, "forwarded": False}
    async with world.client.post("/v1/paths", json=query) as asked:
        (path,) = (await asked.json())["paths"]
    assert answer["values"] == [[path[metric]]]


async def test_unreachable_is_null(world: World) -> None:
    for circuit in ("bd-1", "cd-1"):
        world.circuit(circuit, up=False)
    world.publish(after_s=0)
    _, answer = await matrix(world, sources=["a"], targets=["b", "d"], routing="any")
    assert answer["values"] == [[10_000, None]]


async def test_constraints_filter_links(world: World) -> None:
    _, answer = await matrix(
        world, sources=["a"], targets=["d"], routing="any", constraints={"exclude": {"circuits": ["cd-1"]}}
    )
    assert answer["values"] == [[20_000]]


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ({"sources": ["a"], "targets": []}, 400, "/targets"),
        ({"sources": ["a"], "targets": ["zz"]}, 422, "/targets/0"),
        ({"sources": ["a"], "targets": ["d"], "metric": "loss"}, 400, "/metric"),
        ({"sources": ["a"], "targets": ["d"], "objective": "latency"}, 400, "/objective"),
        ({"sources": ["a"], "targets": ["d"], "constraints": {"max_hops": 3}}, 400, "/constraints/max_hops"),
        ({"sources": ["a"] * 2001, "targets": ["d"] * 2000}, 413, None),
    ],
)
async def test_bad_question_is_refused(world: World, query: Any, status: int, pointer: str | None) -> None:
    got, problem = await matrix(world, **query)
    assert (got, problem.get("pointer")) == (status, pointer), problem


async def test_a_place_named_often_is_computed_once_and_nobody_waits(world: World) -> None:
    status, answer = await matrix(world, sources=["a1", "b"] * 300, targets=["d", "c"] * 300)
    assert status == 200
    assert answer["values"][:2] == [[20_000, 5_000] * 300, [10_000, 15_000] * 300]
    assert answer["values"][2:] == answer["values"][:2] * 299
    assert answer["timing"]["compute_us"] < 1_000_000
