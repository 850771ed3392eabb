"""POST /v1/flows:max over a socket: values, cuts and refusals on a backbone known by heart."""

from typing import Any

import pytest

from tests.unit.api.conftest import World

G = 1_000_000_000


async def ask(world: World, call: str, **query: Any) -> tuple[int, Any]:
    body = {name.rstrip("_"): value for name, value in query.items()}
    async with world.client.post(f"/v1/flows:{call}", json=body) as answer:
        return answer.status, await answer.json()


async def test_both_ways_together(world: World) -> None:
    status, answer = await ask(world, "max", from_="a", to="d", bandwidth_basis="capacity")
    assert (status, answer["routing"], answer["status"]) == (200, "any", "optimal")
    assert (answer["value_bps"], answer["bandwidth_basis"]) == (500 * G, "capacity")
    wide, narrow = answer["paths"]
    assert (wide["flow_bps"], wide["sites"], wide["latency_us"]) == (400 * G, ["a", "b", "d"], 20_000)
    assert (narrow["flow_bps"], narrow["links"]) == (100 * G, ["ac-1:az", "cd-1:az"])
    assert narrow["pin"]["segments"] == [{"node": "c1", "sid": None}]
    assert {link["link"]: link["flow_bps"] for link in answer["links"]} == {
        "ab-1:az": 400 * G, "ac-1:az": 100 * G, "bd-1:az": 400 * G, "cd-1:az": 100 * G,
    }  # fmt: skip
    assert answer["min_cut"] == ["bd-1:az", "cd-1:az"]
    assert answer["topology"]["version"] == world.graph.snapshot.version
    assert set(answer["timing"]) == {"compute_us", "oldest_metric_age_ms"}


async def test_any_of_several_places(world: World) -> None:
    ends = {"from_": {"any_of": ["a", "b"]}, "to": {"any_of": ["d", "198.18.3.7"]}}
    _, answer = await ask(world, "max", bandwidth_basis="capacity", **ends)
    assert answer["value_bps"] == 500 * G
    assert sorted(path["links"] for path in answer["paths"]) == [["ac-1:az"], ["bd-1:az"]]


async def test_constraints_leave_links_out(world: World) -> None:
    _, answer = await ask(
        world, "max", from_="a", to="d", bandwidth_basis="capacity", constraints={"exclude": {"sites": ["c"]}}
    )
    assert (answer["value_bps"], len(answer["paths"])) == (400 * G, 1)


@pytest.mark.parametrize(
    ("query", "status", "slug", "pointer"),
    [
        ({"from_": "a", "to": "nowhere"}, 422, "unknown-endpoint", "/to"),
        ({"from_": {"any_of": ["a", "zz"]}, "to": "d"}, 422, "unknown-endpoint", "/from/any_of/1"),
        ({"from_": {"any_of": []}, "to": "d"}, 400, "invalid-request", "/from/any_of"),
        ({"from_": "a", "to": {"any_of": ["d", "a1"]}}, 422, "same-endpoint", "/to"),
        (
            {"from_": "a", "to": "d", "constraints": {"max_hops": 3}},
            400, "invalid-request", "/constraints/max_hops",
        ),
        (
            {"from_": "a", "to": "d", "constraints": {"include": ["b"]}},
            400, "invalid-request", "/constraints/include",
        ),
        ({"from_": "a", "to": "d", "flows": 0}, 400, "invalid-request", "/flows"),
        ({"from_": "a", "to": "d", "k": 2}, 400, "invalid-request", "/k"),
    ],
)  # fmt: skip
async def test_bad_question_is_refused(
    world: World, query: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    got, problem = await ask(world, "max", **query)
    assert (got, problem["type"], problem.get("pointer")) == (status, f"/problems/{slug}", pointer)


async def test_nothing_gets_through_and_why(world: World) -> None:
    everything = {"exclude": {"sites": ["b", "c"]}}
    status, problem = await ask(world, "max", from_="a", to="d", constraints=everything)
    assert (status, problem["type"]) == (422, "/problems/no-feasible-path")
    for circuit in ("bd-1", "cd-1"):
        world.circuit(circuit, up=False)
    world.publish()
    status, problem = await ask(world, "max", from_="a", to="d")
    assert (status, problem["type"]) == (422, "/problems/no-connectivity")
