"""/v1/frames: what Grafana's node graph and geomap get."""

import pytest

from dashboards.grafana.parts.colors import USE
from suanlu.api.frames import USE_COLORS
from tests.unit.api.conftest import World


async def edges(world: World, path: str = "/v1/frames/edges") -> dict[str, dict]:
    status, answer = await world.get(path)
    assert status == 200
    return {edge["id"]: edge for edge in answer["edges"]}


@pytest.mark.parametrize(("level", "count"), [("site", 4), ("router", 5)])
async def test_every_edge_joins_two_nodes_that_are_there(world: World, level: str, count: int) -> None:
    _, answer = await world.get(f"/v1/frames/nodes?level={level}")
    names = {node["id"] for node in answer["nodes"]}
    assert len(names) == count
    found = await edges(world, f"/v1/frames/edges?level={level}")
    assert {end for edge in found.values() for end in (edge["source"], edge["target"])} <= names


async def test_both_directions_are_one_edge_and_what_is_inside_a_site_is_none(world: World) -> None:
    found = await edges(world)
    assert sorted(found) == ["a--b", "a--c", "b--d", "c--d"]
    assert found["a--b"]["capacity_bps"] == 800_000_000_000
    assert found["a--b"]["latency_us"] == 10_000
    assert found["a--b"]["secondarystat"] == "10.00 ms"
    assert found["a--b"]["use"] is None
    assert found["a--b"]["color"] == "gray"
    assert "aa-1" in (await edges(world, "/v1/frames/edges?level=router"))["a1--a2"]["detail__links"]


async def test_what_is_down_is_dashed_and_carries_nothing(world: World) -> None:
    world.circuit("ab-1", up=False)
    world.publish()
    edge = (await edges(world))["a--b"]
    assert (edge["detail__state"], edge["mainstat"], edge["capacity_bps"]) == ("down", "down", None)
    assert edge["strokedasharray"]
    _, answer = await world.get("/v1/frames/nodes")
    node = {node["id"]: node for node in answer["nodes"]}["b"]
    assert (node["arc__up"], node["arc__down"], node["detail__state"]) == (0.5, 0.5, "degraded")
    assert node["secondarystat"] == "1 of 2 links up"


async def test_a_map_has_each_direction_on_its_half(world: World) -> None:
    _, answer = await world.get("/v1/frames/geo")
    nodes = {node["id"]: node for node in answer["nodes"]}
    halves = {edge["id"]: edge for edge in answer["edges"]}
    assert (halves["a--b:a"]["source"], halves["a--b:a"]["target"]) == ("a", "a--b")
    assert halves["a--b:a"]["detail__links"] == "ab-1:az"
    assert halves["a--b:b"]["detail__links"] == "ab-1:za"
    assert nodes["a--b"]["latitude"] == pytest.approx(30)
    assert nodes["a--b"]["noderadius"] == 1
    assert {end for edge in halves.values() for end in (edge["source"], edge["target"])} <= set(nodes)


async def test_an_unknown_level_is_refused(world: World) -> None:
    status, problem = await world.get("/v1/frames/nodes?level=rack")
    assert (status, problem["type"]) == (400, "/problems/invalid-request")


def test_colors_of_use_are_those_of_the_boards() -> None:
    assert [(value or 0.0, color) for value, color in reversed(USE)] == list(USE_COLORS)
