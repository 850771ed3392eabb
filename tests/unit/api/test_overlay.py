"""The `overlay` of a query: every call answers as if it were so, and says what it does not know."""

from typing import Any

import pytest

from tests.unit.api.conftest import World


async def post(world: World, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await world.client.post(path, json=body)
    found: dict[str, Any] = await response.json()
    assert response.status == 200, found
    return found


async def test_what_is_down_is_avoided_by_the_best_path_and_by_packets(world: World) -> None:
    _, answer = await world.paths(from_="a1", to="d", overlay={"down": ["cd-1"]})
    assert answer["paths"][0]["links"] == ["ab-1:az", "bd-1:az"]
    _, answer = await world.paths(from_="a1", to="d", overlay={"down": ["b1"]})
    assert answer["forwarded"]["latency_us"] == {"min": 10_000, "max": 10_000}
    assert answer["forwarded"]["same_as_best"] is True
    _, answer = await world.paths(from_="a1", to="d", routing="igp", overlay={"down": ["duct:north"]})
    assert [branch["links"] for branch in answer["branches"]] == [["ac-1:az", "cd-1:az"]]
    status, answer = await world.paths(from_="a1", to="d", overlay={"down": ["b", "ac-1:az"]})
    assert (status, answer["type"]) == (422, "/problems/no-connectivity")
    _, answer = await world.paths(from_="a1", to="d")
    assert answer["paths"][0]["links"] == ["ac-1:az", "cd-1:az"], "nothing is really down"


async def test_values_set_are_counted_with_and_named(world: World) -> None:
    overlay = {"set": [{"link": "ac-1:az", "latency_us": 16_000, "igp_metric": 1, "jitter_us": None}]}
    _, answer = await world.paths(from_="a1", to="d", detail=True, k=2, overlay=overlay)
    assert [path["latency_us"] for path in answer["paths"]] == [20_000, 21_000]
    hop = answer["paths"][1]["hops"][0]
    assert (hop["latency_us"], hop["sources"]["latency_us"]) == (16_000, "overlay")
    _, answer = await world.paths(from_="a1", to="c", routing="igp", overlay=overlay)
    assert answer["latency_us"] == {"min": 16_000, "max": 16_000}


async def test_each_query_of_a_batch_has_its_own(world: World) -> None:
    query = {"from": "a1", "to": "d", "forwarded": False}
    overlay = {"down": ["ac-1"]}
    queries = [query, query | {"overlay": overlay}, query | {"overlay": {"down": ["ab-1"]}}]
    queries += [query | {"overlay": overlay}, query | {"overlay": {"down": ["ac-2"]}}]
    answer = await post(world, "/v1/paths:batch", {"queries": queries})
    found = [item["paths"][0]["latency_us"] for item in answer["answers"][:4]]
    assert found == [10_000, 20_000, 10_000, 20_000]
    assert answer["answers"][4]["pointer"] == "/queries/4/overlay/down/0"


async def test_matrix_whatif_and_flows_answer_under_it(world: World) -> None:
    overlay = {"down": ["bd-1"], "set": [{"link": "cd-1:az", "latency_us": 1_000, "capacity_bps": 7}]}
    body: dict[str, Any] = {"sources": ["a1"], "targets": ["d"], "overlay": overlay}
    answer = await post(world, "/v1/matrix", body)
    assert answer["values"] == [[6_000]]
    pairs = [{"from": "a1", "to": "d"}]
    answer = await post(
        world, "/v1/whatif", {"failures": ["ac-1"], "pairs": pairs, "routing": "igp", "overlay": overlay}
    )
    assert answer["failures"][0]["cut_off"] == pairs
    answer = await post(
        world, "/v1/flows:max", {"from": "a1", "to": "d", "bandwidth_basis": "capacity", "overlay": overlay}
    )
    assert (answer["value_bps"], answer["min_cut"]) == (7, ["cd-1:az"])


@pytest.mark.parametrize(
    ("overlay", "status", "pointer", "near"),
    [
        ({"down": ["a1", "ab-2"]}, 422, "/overlay/down/1", "ab-1"),
        ({"set": [{"link": "ab-1:a", "te_metric": 1}]}, 422, "/overlay/set/0/link", "ab-1:az"),
        ({"set": [{"link": "ab-1:az", "latency": 1}]}, 400, "/overlay/set/0/latency", "latency_us"),
        ({"set": [{"link": "ab-1:az", "latency_us": -1}]}, 400, "/overlay/set/0/latency_us", ">= 0"),
        ({"set": [{"link": "ab-1:az"}, {"link": "ab-1:az"}]}, 400, "/overlay/set/1/link", "twice"),
    ],
)  # fmt: skip
async def test_what_there_is_not_is_refused(
    world: World, overlay: dict[str, Any], status: int, pointer: str, near: str
) -> None:
    got, problem = await world.paths(from_="a1", to="d", overlay=overlay)
    assert (got, problem["pointer"]) == (status, pointer)
    assert near in problem["detail"]
