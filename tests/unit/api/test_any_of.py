"""`{"any_of": […]}` as an end of a query: the best of several places, in every call that asks about two."""

from typing import Any

from tests.unit.api.conftest import World

AB = {"any_of": ["a", "b"]}
CD = {"any_of": ["c1", "d"]}


async def post(world: World, call: str, **query: Any) -> Any:
    async with world.client.post(f"/v1/{call}", json=query) as answer:
        return await answer.json()


async def test_path_starts_and_ends_at_the_best_place(world: World) -> None:
    answer = await post(world, "paths", **{"from": AB, "to": CD})
    (path,) = answer["paths"]
    assert (path["routers"], path["latency_us"]) == (["a1", "c1"], 5_000)
    assert answer["forwarded"]["latency_us"] == {"min": 5_000, "max": 20_010}
    answer = await post(world, "paths", **{"from": AB, "to": CD, "routing": "igp"})
    assert {branch["routers"][0] for branch in answer["branches"]} == {"a1", "a2", "b1"}
    assert {branch["routers"][-1] for branch in answer["branches"]} == {"c1", "d1"}


async def test_batch_names_the_place_that_is_not_there(world: World) -> None:
    queries = [{"from": AB, "to": "d"}, {"from": AB, "to": {"any_of": ["d", "x"]}}, {"from": AB, "to": "b1"}]
    good, unknown, same = (await post(world, "paths:batch", queries=queries))["answers"]
    assert good["paths"][0]["links"] == ["bd-1:az"]
    assert unknown["pointer"] == "/queries/1/to/any_of/1"
    assert (same["type"], same["pointer"]) == ("/problems/same-endpoint", "/queries/2/to")
    assert "a or b" in same["detail"]


async def test_matrix_has_rows_of_several_places(world: World) -> None:
    answer = await post(world, "matrix", sources=["a", AB], targets=[CD, "d"], routing="any")
    assert answer["values"] == [[5_000, 10_000], [5_000, 10_000]]
    assert (answer["sources"], answer["targets"]) == (["a", AB], [CD, "d"])


async def test_whatif_has_pairs_of_several_places(world: World) -> None:
    answer = await post(
        world, "whatif", failures=["ac-1", "d1"], routing="any", pairs=[{"from": AB, "to": CD}]
    )
    by_id = {effect["id"]: effect for effect in answer["failures"]}
    assert by_id["ac-1"]["slower"] == [{"from": AB, "to": CD, "before_us": 5_000, "after_us": 10_000}]
    assert by_id["d1"]["cut_off"] == by_id["d1"]["slower"] == []
