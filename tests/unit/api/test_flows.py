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


async def test_what_fits_if_nobody_steers_stands_beside(world: World) -> None:
    _, answer = await ask(world, "max", from_="a1", to="d", bandwidth_basis="capacity")
    assert answer["forwarded"] == {
        "status": "predicted", "value_bps": 400 * G, "bottleneck_links": ["ab-1:az"],
    }  # fmt: skip
    _, answer = await ask(world, "max", from_="a1", to="d", forwarded=False)
    assert "forwarded" not in answer


async def test_demands_share_what_there_is(world: World) -> None:
    demands = [
        {"id": "backup", "from": "a", "to": "d"},
        {"from": "a1", "to": {"any_of": ["d1"]}, "weight": 4},
        {"from": "b", "to": "d", "max_bps": 50 * G},
    ]
    status, answer = await ask(world, "allocate", demands=demands, bandwidth_basis="capacity")
    assert (status, answer["routing"], answer["status"]) == (200, "any", "optimal")
    backup, heavy, capped = answer["demands"]
    assert (backup["id"], backup["rate_bps"], backup["bound_bps"]) == ("backup", 90 * G, 90 * G)
    assert (heavy["rate_bps"], heavy["to"], "id" in heavy) == (360 * G, {"any_of": ["d1"]}, False)
    assert backup["limit"] == heavy["limit"] == "links"
    for one in (backup, heavy):  # on each of its ways a full link, of one of the two least cuts
        assert all(set(path["links"]) & set(one["bottleneck_links"]) for path in one["paths"])
    assert (capped["rate_bps"], capped["limit"], capped["bound_bps"]) == (50 * G, "max_bps", None)
    assert capped["paths"][0]["pin"] == {"segments": []}
    assert answer["total_bps"] == 500 * G
    assert {"link": "bd-1:az", "flow_bps": 400 * G, "bandwidth_bps": 400 * G} in answer["links"]
    assert answer["topology"]["version"] == world.graph.snapshot.version
    assert set(answer["timing"]) == {"compute_us", "oldest_metric_age_ms"}


async def test_demands_share_where_packets_go(world: World) -> None:
    demands = [{"from": "a1", "to": "d"}, {"from": "b", "to": "d"}, {"from": "c", "to": "d", "max_bps": 1}]
    _, answer = await ask(world, "allocate", demands=demands, routing="igp", bandwidth_basis="capacity")
    assert (answer["routing"], answer["status"]) == ("igp", "predicted")
    assert [one["rate_bps"] for one in answer["demands"]] == [200 * G, 200 * G, 1]
    assert answer["demands"][0]["bottleneck_links"] == ["bd-1:az"]
    (path,) = answer["demands"][0]["paths"]
    assert (path["sites"], path["flow_bps"], "pin" in path) == (["a", "b", "d"], 200 * G, False)


@pytest.mark.parametrize("routing", ["any", "igp"])
async def test_a_demand_without_a_path_costs_only_itself(world: World, routing: str) -> None:
    world.circuit("ab-1", up=False)
    world.circuit("ac-1", up=False)
    world.publish()
    demands = [{"from": "a", "to": "d"}, {"from": "b", "to": "d"}]
    status, answer = await ask(
        world, "allocate", demands=demands, routing=routing, bandwidth_basis="capacity"
    )
    assert status == 200
    cut_off, served = answer["demands"]
    assert (cut_off["limit"], cut_off["rate_bps"], cut_off["paths"]) == ("no_path", 0, [])
    assert (served["limit"], served["rate_bps"]) == ("links", 400 * G)


@pytest.mark.parametrize("routing", ["any", "igp"])
async def test_demands_share_what_there_would_be(world: World, routing: str) -> None:
    demands = [{"from": "a1", "to": "d"}, {"from": "b", "to": "d"}]
    ask_for = {"demands": demands, "routing": routing, "bandwidth_basis": "capacity"}
    narrow = {"set": [{"link": "bd-1:az", "capacity_bps": 10 * G}]}
    _, answer = await ask(world, "allocate", **ask_for, overlay=narrow)
    each = 55 * G if routing == "any" else 5 * G  # 110 G enter d, of which packets as they go use 10 G
    assert [one["rate_bps"] for one in answer["demands"]] == [each, each]
    assert {"link": "bd-1:az", "flow_bps": 10 * G, "bandwidth_bps": 10 * G} in answer["links"]
    _, answer = await ask(world, "allocate", **ask_for, overlay={"down": ["duct:north", "bd-1"]})
    assert [one["limit"] for one in answer["demands"]] == ["links", "no_path"]
    assert answer["demands"][0]["paths"][0]["links"] == ["ac-1:az", "cd-1:az"]
    _, answer = await ask(world, "allocate", **ask_for)
    assert answer["total_bps"] >= 400 * G, "nothing is really down"


async def test_the_most_that_would_fit_and_its_cut(world: World) -> None:
    ask_for = {"from_": "a", "to": "d", "bandwidth_basis": "capacity"}
    _, answer = await ask(world, "max", **ask_for, overlay={"down": ["cd-1"]})
    assert (answer["value_bps"], answer["min_cut"]) == (400 * G, ["bd-1:az"])
    assert [path["links"] for path in answer["paths"]] == [["ab-1:az", "bd-1:az"]]
    assert (answer["forwarded"]["status"], answer["forwarded"]["value_bps"]) == ("predicted", 400 * G)
    status, problem = await ask(world, "max", **ask_for, overlay={"down": ["cd-1", "bd-1"]})
    assert (status, problem["type"]) == (422, "/problems/no-connectivity")


@pytest.mark.parametrize("call", ["max", "allocate"])
async def test_an_overlay_of_what_there_is_not_is_refused(world: World, call: str) -> None:
    ends = {"from": "a", "to": "d"}
    query = ends if call == "max" else {"demands": [ends]}
    status, problem = await ask(world, call, **query, overlay={"down": ["ab-1", "ab-2"]})
    assert (status, problem["type"]) == (422, "/problems/unknown-endpoint")
    assert problem["pointer"] == "/overlay/down/1"
    assert "ab-1" in problem["near"]


@pytest.mark.parametrize(
    ("query", "status", "slug", "pointer"),
    [
        ({"demands": []}, 400, "invalid-request", "/demands"),
        ({"demands": [{"from": "a", "to": "zz"}]}, 422, "unknown-endpoint", "/demands/0/to"),
        (
            {"demands": [{"from": "a", "to": "d"}, {"from": "a", "to": "a1"}]},
            422, "same-endpoint", "/demands/1/to",
        ),
        ({"demands": [{"from": "a", "to": "d", "weight": 0}]}, 400, "invalid-request", "/demands/0/weight"),
        ({"demands": [{"from": "a", "to": "d", "max_bps": 0}]}, 400, "invalid-request", "/demands/0/max_bps"),
        (
            {"demands": [{"from": "a", "to": "d"}], "constraints": {"max_hops": 2}},
            400, "invalid-request", "/constraints/max_hops",
        ),
        (
            {"demands": [{"from": "a", "to": "d"}], "routing": "igp", "budget_ms": 5},
            400, "invalid-request", "/budget_ms",
        ),
        (
            {"demands": [{"from": "a", "to": "d"}], "routing": "igp", "constraints": {"min_mtu_bytes": 9000}},
            400, "invalid-request", "/constraints/min_mtu_bytes",
        ),
    ],
)  # fmt: skip
async def test_bad_demands_are_refused(
    world: World, query: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    got, problem = await ask(world, "allocate", **query)
    assert (got, problem["type"], problem.get("pointer")) == (status, f"/problems/{slug}", pointer), problem
