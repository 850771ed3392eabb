"""GET /v1/topology and its parts: states, metrics with age and source, filters, entity tags, formats."""

from typing import Any

import networkx as nx
import pytest

from tests.unit.api.conftest import World
from topology.export import from_node_link


async def test_whole_graph_has_everything(world: World) -> None:
    status, answer = await world.get("/v1/topology")
    assert status == 200
    assert answer["name"] == "square"
    assert [len(answer[kind]) for kind in ("sites", "routers", "circuits", "links")] == [4, 5, 5, 10]
    assert answer["inconsistencies"] == []
    stamp = answer["topology"]
    assert (stamp["version"], stamp["health"], stamp["stale_links"]) == (
        world.graph.snapshot.version,
        "ok",
        [],
    )


async def test_link_shows_value_age_and_source(world: World) -> None:
    _, answer = await world.get("/v1/topology/links/ac-1:za")
    link = answer["link"]
    assert (link["from_router"], link["to_router"], link["direction"]) == ("c1", "a1", "za")
    assert (link["from_interface"], link["to_interface"]) == ("to-a1/ac-1", "to-c1/ac-1")
    assert (link["state"], link["srlgs"]) == ("up", ["duct:south"])
    assert link["latency_us"] == {"value": 5000, "age_ms": None, "source": "nominal"}
    assert link["used_bps"] == {"value": None, "age_ms": None, "source": None}
    assert link["te_metric"]["value"] == 50
    assert link["mtu_bytes"]["value"] is None


async def test_id_may_be_percent_encoded(world: World) -> None:
    _, plain = await world.get("/v1/topology/links/ac-1:za")
    _, encoded = await world.get("/v1/topology/links/ac-1%3Aza")
    assert plain == encoded


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [
        ("sites", "aa", None),
        ("routers", "a11", "a1"),
        ("circuits", "ab-2", "ab-1"),
        ("links", "ab-1:zz", "ab-1:az"),
    ],
)
async def test_unknown_id_is_not_found(world: World, kind: str, name: str, near: str | None) -> None:
    status, problem = await world.get(f"/v1/topology/{kind}/{name}")
    assert (status, problem["type"]) == (404, "/problems/not-found")
    if near:
        assert near in problem["near"]


async def test_down_circuit_is_told_on_link_circuit_and_site(world: World) -> None:
    world.circuit("bd-1", up=False)
    world.circuit("cd-1", up=False)
    world.publish(after_s=0)
    _, answer = await world.get("/v1/topology")
    states = {link["id"]: link["state"] for link in answer["links"]}
    assert [states["bd-1:az"], states["bd-1:za"], states["ab-1:az"]] == ["down", "down", "up"]
    assert {c["id"]: c["state"] for c in answer["circuits"]}["cd-1"] == "down"
    assert {s["id"]: s["state"] for s in answer["sites"]} == {
        "a": "up", "b": "degraded", "c": "degraded", "d": "cut_off",
    }  # fmt: skip
    cause = next(link["cause"] for link in answer["links"] if link["id"] == "bd-1:az")
    assert "reports DOWN" in cause


async def test_link_that_is_up_has_no_cause(world: World) -> None:
    for up in (False, True):
        world.circuit("ac-1", up=up)
        world.publish(after_s=5)
    _, answer = await world.get("/v1/topology/links/ac-1:az")
    assert (answer["link"]["state"], answer["link"]["cause"]) == ("up", None)


@pytest.mark.parametrize("drained", [("d1",), ("bd-1", "cd-1")])
async def test_site_that_is_drained_is_not_cut_off(world: World, drained: tuple[str, ...]) -> None:
    for name in drained:
        world.drain(name)
    world.publish()
    _, answer = await world.get("/v1/topology/sites/d")
    assert answer["site"]["state"] == "drained"


async def test_inconsistency_names_its_circuit(world: World) -> None:
    world.interface("a1", "to-c1/ac-1", up=False)
    world.publish(after_s=1)
    world.publish(after_s=6)
    _, answer = await world.get("/v1/topology")
    assert [(odd["id"], odd["circuit"]) for odd in answer["inconsistencies"]] == [("ends:ac-1", "ac-1")]


async def test_filters_choose_links(world: World) -> None:
    async def ids(query: str) -> list[str]:
        status, answer = await world.get(f"/v1/topology/links?{query}")
        assert status == 200, answer
        return [link["id"] for link in answer["links"]]

    assert set(await ids("site=d")) == {"bd-1:az", "bd-1:za", "cd-1:az", "cd-1:za"}
    assert set(await ids("srlg=duct:south")) == {"ac-1:az", "ac-1:za", "cd-1:az", "cd-1:za"}
    before = world.graph.snapshot.version
    assert await ids(f"changed_since={before}") == []
    world.circuit("ac-1", up=False)
    world.publish(after_s=0)
    assert set(await ids(f"changed_since={before}")) == {"ac-1:az", "ac-1:za"}
    assert set(await ids("state=down")) == {"ac-1:az", "ac-1:za"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour=red", "unknown parameter; allowed here: at, changed_since, site, srlg, state"),
        ("state=broken", "allowed: up, unconfirmed, stale, drained, down"),
        ("changed_since=-1", "it is a version"),
        ("site=zz", "there is no site 'zz'"),
        ("state=up&state=down", "twice"),
    ],
)
async def test_bad_filter_is_refused(world: World, query: str, words: str) -> None:
    status, problem = await world.get(f"/v1/topology/links?{query}")
    assert (status, problem["type"]) == (400, "/problems/invalid-request")
    assert words in problem["detail"]


@pytest.mark.parametrize("path", ["/sites", "/sites/a", "/circuits", "/circuits/ac-1", "?format=nodelink"])
async def test_unchanged_graph_is_304_until_something_moves(world: World, path: str) -> None:
    path = f"/v1/topology{path}"
    async with world.client.get(path) as answer:
        tag, first = answer.headers["ETag"], await answer.read()
    world.now_ns += 1_000_000_000
    async with world.client.get(path, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, answer.headers["ETag"]) == (304, tag)
    async with world.client.get(path) as answer:
        assert await answer.read() == first, "a 304 says so"
    world.circuit("ac-1", up=False)
    world.publish(after_s=0)
    async with world.client.get(path, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag


def ages(item: Any) -> list[int]:
    """All ages in a document that are known."""
    if isinstance(item, dict):
        own = [item["age_ms"]] if item.get("age_ms") is not None else []
        return own + [age for inner in item.values() for age in ages(inner)]
    return [age for inner in item for age in ages(inner)] if isinstance(item, list) else []


@pytest.mark.parametrize("path", ["", "/links", "/links/ac-1:az", "/routers", "/routers/a1"])
async def test_ages_are_never_a_copy(world: World, path: str) -> None:
    path = f"/v1/topology{path}"
    async with world.client.get(path) as answer:
        assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)
        before = ages(await answer.json())
    world.now_ns += 1_000_000_000
    async with world.client.get(path, headers={"If-None-Match": "*"}) as answer:
        assert answer.status == 200
        assert ages(await answer.json()) == [age + 1000 for age in before]


async def test_router_shows_its_stream(cold: World) -> None:
    cold.sync("a1")
    cold.publish(after_s=0)
    _, answer = await cold.get("/v1/topology/routers/a1")
    router: dict[str, Any] = answer["router"]
    assert (router["state"], router["drained"], router["site"]) == ("synced", False, "a")
    assert {item["link"] for item in router["interfaces"]} == {"ab-1:az", "ac-1:az", "aa-1:az"}
    _, answer = await cold.get("/v1/topology/routers/b1")
    assert (answer["router"]["state"], answer["router"]["age_ms"]) == ("connecting", None)


async def test_node_link_comes_back_as_the_same_graph(world: World) -> None:
    _, answer = await world.get("/v1/topology?format=nodelink")
    assert from_node_link(answer).link_ids == world.graph.snapshot.link_ids


async def test_graphml_is_read_by_networkx(world: World) -> None:
    async with world.client.get("/v1/topology?format=graphml") as answer:
        assert answer.content_type == "application/graphml+xml"
        graph = nx.parse_graphml(await answer.text(), force_multigraph=True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (5, 10)


async def test_unknown_format_is_refused(world: World) -> None:
    status, problem = await world.get("/v1/topology?format=xml")
    assert status == 400
    assert "json, nodelink, graphml" in problem["detail"]
