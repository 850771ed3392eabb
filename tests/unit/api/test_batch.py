"""POST /v1/paths:batch: one snapshot, an item each, HTTP 200."""

from typing import Any

from tests.unit.api.conftest import World


async def batch(world: World, body: Any) -> tuple[int, Any]:
    async with world.client.post("/v1/paths:batch", json=body) as answer:
        return answer.status, await answer.json()


async def test_each_query_gets_its_answer_or_its_problem(world: World) -> None:
    status, answer = await batch(
        world,
        {
            "queries": [
                {"from": "a", "to": "d"},
                {"from": "a", "to": "nowhere"},
                {"from": "a", "to": "d", "objective": "beauty"},
                {"from": "a1", "to": "d", "routing": "igp"},
                7,
            ]
        },
    )
    assert status == 200
    best, unknown, wrong, igp, number = answer["answers"]
    assert best["paths"][0]["links"] == ["ac-1:az", "cd-1:az"]
    assert (unknown["status"], unknown["pointer"]) == (422, "/queries/1/to")
    assert (wrong["status"], wrong["pointer"]) == (400, "/queries/2/objective")
    assert igp["routing"] == "igp"
    assert (number["status"], number["pointer"]) == (400, "/queries/4")
    versions = {item["topology"]["version"] for item in (best, igp)}
    assert versions == {answer["topology"]["version"]}


async def test_batch_is_bounded(world: World) -> None:
    query = {"from": "a", "to": "d"}
    status, problem = await batch(world, {"queries": [query] * 1001})
    assert (status, problem["pointer"]) == (400, "/queries")
    status, problem = await batch(world, {"queries": []})
    assert (status, problem["pointer"]) == (400, "/queries")
    status, answer = await batch(world, {"queries": [query] * 1000})
    assert (status, len(answer["answers"])) == (200, 1000)
