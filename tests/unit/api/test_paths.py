"""POST /v1/paths: two questions, and every answer names the one that it answers."""

from typing import Any

import pytest

from pathcalc.errors import InvalidQuery
from suanlu.api.path_problems import problem_of
from tests.unit.api.conftest import World

G = 1_000_000_000


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timing"}


async def test_best_path_has_the_forwarded_one_beside_it(world: World) -> None:
    status, answer = await world.paths(from_="a", to="d")
    assert status == 200
    assert (answer["routing"], answer["status"]) == ("any", "optimal")
    (best,) = answer["paths"]
    assert best["links"] == ["ac-1:az", "cd-1:az"]
    assert (best["latency_us"], best["hop_count"], best["te_metric"]) == (10_000, 2, 100)
    assert best["routers"] == ["a1", "c1", "d1"]
    assert best["sites"] == ["a", "c", "d"]
    forwarded = answer["forwarded"]
    assert (forwarded["status"], forwarded["same_as_best"], forwarded["branches"]) == ("predicted", False, 2)
    assert forwarded["latency_us"] == {"min": 20_000, "max": 20_010}, "from a1, and from a2 by a1"
    assert forwarded["satisfied"] is True
    assert answer["topology"]["version"] == world.graph.snapshot.version


async def test_pin_is_what_makes_packets_take_the_path(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d")
    assert answer["paths"][0]["pin"] == {"segments": [{"node": "c1", "sid": None}]}
    _, answer = await world.paths(from_="c", to="d")
    assert answer["paths"][0]["pin"] == {"segments": []}, "packets take it anyway"


async def test_forwarded_false_leaves_it_out(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d", forwarded=False)
    assert "forwarded" not in answer


async def test_igp_says_where_packets_go(world: World) -> None:
    status, answer = await world.paths(from_="a1", to="d", routing="igp")
    assert status == 200
    assert (answer["routing"], answer["status"]) == ("igp", "predicted")
    (branch,) = answer["branches"]
    assert (branch["links"], branch["weight_ppm"]) == (["ab-1:az", "bd-1:az"], 1_000_000)
    assert {share["link"]: share["fraction_ppm"] for share in answer["links"]} == {
        "ab-1:az": 1_000_000,
        "bd-1:az": 1_000_000,
    }


async def test_forwarded_packets_that_break_a_constraint_are_told(world: World) -> None:
    _, answer = await world.paths(from_="a1", to="d", constraints={"exclude": {"srlgs": ["duct:north"]}})
    assert answer["paths"][0]["links"] == ["ac-1:az", "cd-1:az"]
    forwarded = answer["forwarded"]
    assert forwarded["satisfied"] is False
    assert [item["constraint"] for item in forwarded["violations"]] == ["exclude.srlgs"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("k", 2),
        ("objective", "latency"),
        ("disjoint", {"level": "link"}),
        ("budget_ms", 5),
        ("explain", True),
    ],
)
async def test_choices_are_refused_where_the_network_has_chosen(world: World, field: str, value: Any) -> None:
    status, problem = await world.paths(from_="a", to="d", routing="igp", **{field: value})
    assert status == 400
    assert problem["pointer"] == f"/{field}"
    assert "routing: igp" in problem["detail"]


async def test_detail_shows_every_hop(world: World) -> None:
    _, plain = await world.paths(from_="a", to="d")
    assert "hops" not in plain["paths"][0]
    _, answer = await world.paths(from_="a", to="d", detail=True, bandwidth_basis="capacity")
    first = answer["paths"][0]["hops"][0]
    assert first["link"] == "ac-1:az"
    assert (first["latency_us"], first["capacity_bps"]) == (5_000, 100 * G)
    assert first["sources"] == {"latency_us": "nominal"}


async def test_bandwidth_floor_on_capacity_changes_the_path(world: World) -> None:
    _, answer = await world.paths(
        from_="a", to="d", bandwidth_basis="capacity", constraints={"min_bandwidth_bps": 200 * G}
    )
    assert answer["paths"][0]["links"] == ["ab-1:az", "bd-1:az"]
    assert answer["bandwidth_basis"] == "capacity"


async def test_basis_says_that_there_is_no_history_yet(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d")
    assert answer["bandwidth_basis"] == "free_now"


async def test_same_snapshot_and_query_give_the_same_bytes(world: World) -> None:
    _, first = await world.paths(from_="a", to="d")
    world.now_ns += 5_000_000_000
    _, second = await world.paths(from_="a", to="d")
    assert timeless(first) == timeless(second)


async def test_endpoint_may_be_an_address_a_prefix_or_an_interface(world: World) -> None:
    _, by_site = await world.paths(from_="c", to="d")
    for name in ("198.18.3.7", "198.18.3.0/25", "c1:to-a1/ac-1", "c1"):
        status, answer = await world.paths(from_=name, to="d")
        assert status == 200, (name, answer)
        assert answer["paths"] == by_site["paths"], name


async def test_down_link_is_avoided_at_once(world: World) -> None:
    world.circuit("ac-1", up=False)
    world.publish(after_s=0)
    _, answer = await world.paths(from_="a", to="d")
    assert answer["paths"][0]["links"] == ["ab-1:az", "bd-1:az"]
    assert answer["forwarded"]["same_as_best"] is False, "packets also enter at a2"


async def test_no_connectivity_is_a_problem(world: World) -> None:
    for circuit in ("ab-1", "ac-1"):
        world.circuit(circuit, up=False)
    world.publish(after_s=0)
    status, problem = await world.paths(from_="a", to="d")
    assert (status, problem["type"]) == (422, "/problems/no-connectivity")
    status, answer = await world.paths(from_="a", to="d", routing="igp")
    assert (status, answer["status"], answer["satisfied"]) == (200, "unreachable", False)


async def test_bound_on_latency_is_kept_or_told(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d", objective="hops", constraints={"max_latency_us": 15_000})
    assert answer["paths"][0]["links"] == ["ac-1:az", "cd-1:az"]
    forwarded = answer["forwarded"]
    assert [item["constraint"] for item in forwarded["violations"]] == ["max_latency_us"]
    status, problem = await world.paths(from_="a", to="d", constraints={"max_latency_us": 9_000})
    assert (status, problem["type"]) == (422, "/problems/no-feasible-path")
    assert problem["binding"] == [{"constraint": "max_latency_us", "reason": "limit"}]
    (relaxation,) = problem["relaxations"]
    assert (relaxation["constraint"], relaxation["value"]) == ("max_latency_us", 10_000)
    assert "10,000 µs" in relaxation["sentence"]
    assert problem["best_without"]["links"] == ["ac-1:az", "cd-1:az"]


async def test_k_paths_come_best_first(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d", k=5)
    assert [path["latency_us"] for path in answer["paths"]] == [10_000, 20_000]


async def test_disjoint_pair_shares_nothing(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d", disjoint={"level": "srlg"})
    first, second = answer["paths"]
    assert {*first["links"]}.isdisjoint(second["links"])
    assert answer["status"] == "optimal"


async def test_disjoint_pair_that_is_not_required_may_be_one_path(world: World) -> None:
    query: dict[str, Any] = {"from_": "a", "to": "d", "constraints": {"exclude": {"sites": ["b"]}}}
    status, problem = await world.paths(**query, disjoint={"level": "link"})
    assert (status, problem["type"]) == (422, "/problems/no-feasible-path"), problem
    status, answer = await world.paths(**query, disjoint={"level": "link", "required": False})
    assert (status, len(answer["paths"])) == (200, 1)
    status, problem = await world.paths(**query, disjoint={"level": "link", "count": 17})
    assert (status, problem["pointer"]) == (400, "/disjoint/count")


async def test_k_and_disjoint_exclude_each_other(world: World) -> None:
    status, problem = await world.paths(from_="a", to="d", k=2, disjoint={"level": "link"})
    assert (status, problem["pointer"]) == (400, "/k")


async def test_what_the_search_refuses_is_named_where_the_request_has_it(world: World) -> None:
    query = {"from_": "a", "to": "d", "disjoint": {"level": "link"}}
    _, problem = await world.paths(**query, constraints={"include": ["b"]})
    assert problem["pointer"] == "/constraints/include"


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("disjoint.level", "/disjoint/level"),
        ("disjoint.count", "/disjoint/count"),
        ("routing", "/routing"),
        ("from", "/from"),
        ("exclude.sites", "/constraints/exclude/sites"),
        ("max_hops", "/constraints/max_hops"),
    ],
)
def test_field_of_the_path_core_is_a_pointer_into_the_request(field: str, pointer: str) -> None:
    assert problem_of(InvalidQuery(field, "is wrong")).document.pointer == pointer


@pytest.mark.parametrize(
    ("constraints", "links"),
    [
        ({"include": ["b"]}, ["ab-1:az", "bd-1:az"]),
        ({"max_te_metric": 100}, ["ac-1:az", "cd-1:az"]),
        ({"max_igp_metric": 20}, ["ab-1:az", "bd-1:az"]),
    ],
)
async def test_every_constraint_of_the_path_core_is_one_of_the_api(
    world: World, constraints: Any, links: list[str]
) -> None:
    status, answer = await world.paths(from_="a", to="d", constraints=constraints, bandwidth_basis="capacity")
    assert status == 200, answer
    assert answer["paths"][0]["links"] == links


async def test_explain_says_what_each_constraint_has_against_the_best_path(world: World) -> None:
    _, answer = await world.paths(from_="a", to="d", constraints={"exclude": {"sites": ["c"]}}, explain=True)
    explanation = answer["explanation"]
    assert explanation["links"] == ["ac-1:az", "cd-1:az"]
    (objection,) = explanation["objections"]
    assert (objection["constraint"], objection["reason"]) == ("exclude.sites", "excluded")
    assert objection["links"] == ["ac-1:az", "cd-1:az"]


async def test_objectives_in_steps(world: World) -> None:
    for objective, links in (
        ("widest_then_latency", ["ab-1:az", "bd-1:az"]),
        ("latency_then_widest", ["ac-1:az", "cd-1:az"]),
    ):
        _, answer = await world.paths(from_="a", to="d", objective=objective, bandwidth_basis="capacity", k=2)
        assert answer["paths"][0]["links"] == links
        assert len(answer["paths"]) == 2
