"""Maintenance over HTTP, on the square of `backbone.py`."""

from typing import Any

from suanlu.times import rfc3339
from tests.unit.api.conftest import NS, World

MIN = 60


def body(
    world: World, *subjects: str, start_s: int = 0, end_s: int = 30 * MIN, **others: Any
) -> dict[str, Any]:
    kinds = [subject.partition(" ") for subject in subjects]
    return {
        "starts_at": rfc3339(world.now_ns + start_s * NS),
        "ends_at": rfc3339(world.now_ns + end_s * NS),
        "subjects": [{"kind": kind, "id": name} for kind, _, name in kinds],
        "comment": "splicing",
        "created_by": "li.wei",
    } | others


async def post(world: World, path: str, asked: Any) -> tuple[int, Any]:
    async with world.client.post(path, json=asked) as answer:
        return answer.status, await answer.json()


async def test_a_window_drains_hatches_and_is_avoided(world: World) -> None:
    status, entered = await post(world, "/v1/maintenances", body(world, "circuit ab-1"))
    window = entered["maintenance"]["id"]
    assert (status, entered["maintenance"]["links"]) == (200, ["ab-1:az", "ab-1:za"])
    world.publish()
    _, got = await world.get("/v1/topology/links/ab-1:az")
    link = got["link"]
    assert (link["state"], link["maintenance"]) == ("drained", window)
    assert link["cause"] == f"ab-1 is drained by maintenance {window}"
    _, got = await world.get("/v1/topology/circuits/ab-1")
    assert got["circuit"]["maintenance"] == window
    _, got = await world.paths(from_="a", to="b")
    assert got["paths"][0]["sites"] == ["a", "c", "d", "b"]
    assert got["forwarded"]["latency_us"]["max"] == 20_010
    _, got = await world.paths(from_="a", to="b", constraints={"allow_draining": True})
    assert got["paths"][0]["sites"] == ["a", "b"]


async def test_the_list_says_where_each_window_stands(world: World) -> None:
    await post(world, "/v1/maintenances", body(world, "site c", start_s=10 * MIN))
    _, entered = await post(world, "/v1/maintenances", body(world, "circuit ab-1"))
    world.publish()
    _, got = await world.get("/v1/maintenances")
    assert [window["state"] for window in got["maintenances"]] == ["active", "planned"]
    one = entered["maintenance"]["id"]
    status, ended = await post(world, f"/v1/maintenances/{one}:end", {"by": "zhang.min"})
    assert (status, ended["maintenance"]["state"], ended["maintenance"]["ended_by"]) == (
        200,
        "ended",
        "zhang.min",
    )
    world.publish()
    _, got = await world.get(f"/v1/maintenances/{one}")
    assert got["maintenance"]["ended_at"] is not None
    _, got = await world.get("/v1/topology/links/ab-1:az")
    assert (got["link"]["state"], got["link"]["maintenance"]) == ("up", None)


async def test_begin_and_end_are_events(world: World) -> None:
    await post(world, "/v1/maintenances", body(world, "circuit ab-1", end_s=MIN))
    start = world.ring.end
    world.publish()
    world.publish(after_s=2 * MIN)
    frames, _ = world.ring.read(start) or ([], 0)
    told = [frame.decode() for frame in frames if b"maintenance_" in frame]
    assert ["maintenance_started" in told[0], "maintenance_ended" in told[1]] == [True, True]
    assert '"links":["ab-1:az","ab-1:za"]' in told[0]
    assert "by li.wei: splicing" in told[0]


async def test_a_window_over_what_is_down_already_is_another_circuit_document(world: World) -> None:
    world.circuit("ab-1", up=False)
    world.publish()
    async with world.client.get("/v1/topology/circuits/ab-1") as answer:
        tag = answer.headers["ETag"]
    await post(world, "/v1/maintenances", body(world, "circuit ab-1"))
    world.publish()
    status, got = await world.get("/v1/topology/circuits/ab-1", **{"If-None-Match": tag})
    assert (status, got["circuit"]["maintenance"] is not None, got["circuit"]["state"]) == (200, True, "down")


async def test_a_check_says_what_would_happen_and_enters_nothing(world: World) -> None:
    status, got = await post(world, "/v1/maintenances:check", body(world, "circuit ab-1"))
    assert status == 200
    assert got["effects"]["text"] == "cuts 0 pairs, slows 1 (worst A–B +10.0 ms), speeds 1"
    assert [(cut["kind"], cut["id"], cut["sites"]) for cut in got["redundancy_lost"]] == [
        ("circuit", "cd-1", ["a", "c"]),
        ("circuit", "ac-1", ["a"]),
        ("circuit", "bd-1", ["b"]),
        ("srlg", "duct:south", ["a"]),
    ]
    assert got["severity"] == "caution"
    assert got["verdict"] == (
        "With care: while it lasts the next cut (cd-1, ac-1, bd-1 and 1 more) would isolate A, B, C; "
        "the load of 2 of its links is unknown; at worst A–B +10.0 ms."
    )
    assert (await world.get("/v1/maintenances"))[1]["maintenances"] == []


async def test_a_check_of_a_site_says_that_it_is_cut_off(world: World) -> None:
    _, got = await post(world, "/v1/maintenances:check", body(world, "site d"))
    assert (got["severity"], got["isolated_sites"]) == ("outage", ["d"])
    assert got["verdict"].startswith("Not without an outage: it cuts 3 pairs of sites (D cut off)")
    assert got["verdict_zh"].startswith("会造成中断：将中断3对站点（d被孤立）")


async def test_a_check_counts_windows_of_the_same_time(world: World) -> None:
    _, entered = await post(world, "/v1/maintenances", body(world, "circuit ac-1", start_s=MIN))
    _, got = await post(world, "/v1/maintenances:check", body(world, "circuit ab-1", start_s=2 * MIN))
    assert got["overlapping"] == [entered["maintenance"]["id"]]
    assert (got["severity"], got["isolated_sites"]) == ("outage", ["a"])


async def test_what_cannot_be_entered_is_a_sentence_with_its_place(world: World) -> None:
    past = body(world, "circuit ab-1", start_s=-2 * MIN)
    for path in ("/v1/maintenances", "/v1/maintenances:check"):
        status, problem = await post(world, path, past)
        assert (status, problem["pointer"]) == (400, "/starts_at")
        assert "is past" in problem["detail"]
    status, problem = await post(world, "/v1/maintenances", body(world, "circuit ab-9"))
    assert (status, problem["pointer"], problem["near"][0]) == (422, "/subjects/0/id", "ab-1")
    status, problem = await post(world, "/v1/maintenances", body(world, "circuit ab-1", ends_at="tomorrow"))
    assert (status, problem["pointer"]) == (400, "/ends_at")
    status, problem = await post(world, "/v1/maintenances", body(world, "circuit ab-1", subjects=[]))
    assert (status, problem["pointer"]) == (400, "/subjects")
    for path in ("/v1/maintenances/m-none:end",):
        assert (await post(world, path, {"by": "li.wei"}))[0] == 404
    assert (await world.get("/v1/maintenances/m-none"))[0] == 404


async def test_a_window_cannot_be_ended_twice(world: World) -> None:
    _, entered = await post(world, "/v1/maintenances", body(world, "circuit ab-1"))
    path = f"/v1/maintenances/{entered['maintenance']['id']}:end"
    assert (await post(world, path, {"by": "li.wei"}))[0] == 200
    status, problem = await post(world, path, {"by": "li.wei"})
    assert (status, "ended already" in problem["detail"]) == (400, True)


async def test_nothing_is_said_of_a_network_that_is_not_seen(cold: World) -> None:
    status, problem = await post(cold, "/v1/maintenances:check", body(cold, "circuit ab-1"))
    assert (status, problem["type"]) == (503, "/problems/stale-topology")
