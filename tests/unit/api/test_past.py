"""`?at=`: the graph and the alerts as they were, from the journal and the store."""

import numpy as np
import pytest

from collector.batch import Batch, NewSeries
from collector.sinks import DuckDBSink
from suanlu.alerts import Alert, Subject
from suanlu.times import rfc3339
from tests.unit.api.conftest import NS, World
from topology.series import KIND_I64

G = 1_000_000_000


def series(number: int, measurement: str, field: str, **tags: str) -> NewSeries:
    return NewSeries(number, KIND_I64, measurement, tuple(sorted(tags.items())), field)


async def store(world: World, points: list[tuple[int, int, int]], *new: NewSeries) -> None:
    """Points are (series, ns, value)."""
    sink = DuckDBSink(world.database, now_ns=lambda: world.now_ns)
    await sink.open("log")
    ids, times, values = (np.array(column, np.int64) for column in zip(*points, strict=True))
    batch = Batch(new, ids.astype(np.uint32), times, values.view(np.uint64), (), {})
    await sink.write(1, batch)


SERIES = (
    series(0, "ifrate", "out_bps", link="ab-1:az", source="a1", name="x", site="a"),
    series(1, "ifrate", "in_bps", link="ab-1:za", source="b1", name="y", site="b"),
    series(2, "link_latency", "latency_us", link="ab-1:az", source="a1", name="x", method="twamp/half_rtt"),
)


async def links(world: World, at_ns: int, query: str = "") -> dict[str, dict]:
    status, answer = await world.get(f"/v1/topology/links?at={rfc3339(at_ns)}{query}")
    assert status == 200, answer
    assert answer["topology"]["at"] == rfc3339(at_ns)
    return {link["id"]: link for link in answer["links"]}


async def test_states_are_those_of_the_moment(world: World) -> None:
    before_ns = world.now_ns
    world.circuit("ab-1", up=False)
    world.publish(after_s=5)
    cut_ns = world.now_ns
    world.circuit("ab-1", up=True)
    world.publish(after_s=5)
    world.publish(after_s=5)
    was, cut, now = [(await links(world, at_ns))["ab-1:az"] for at_ns in (before_ns, cut_ns, world.now_ns)]
    assert [link["state"] for link in (was, cut, now)] == ["up", "down", "up"]
    assert (was["cause"], now["cause"]) == (None, None)
    assert "DOWN" in cut["cause"]
    assert cut["since"] < rfc3339(cut_ns)
    down = await links(world, cut_ns + 1_000_000, "&state=down")
    assert set(down) == {"ab-1:az", "ab-1:za"}
    assert down["ab-1:az"]["igp_metric"]["value"] == 10


async def test_numbers_are_the_last_before_the_moment(world: World) -> None:
    at_ns = world.now_ns + 100 * NS
    points = [(0, at_ns - (100 - second) * NS, second * G) for second in range(0, 120, 10)]
    points += [(1, at_ns - 5 * NS, 95 * G), (2, at_ns - 7 * NS, 9_800), (2, at_ns + NS, 1)]
    await store(world, points, *SERIES)
    world.publish(after_s=200)
    found = await links(world, at_ns)
    link, back = found["ab-1:az"], found["ab-1:za"]
    assert link["used_bps"] == {"value": 100 * G, "age_ms": 0, "source": "counters"}
    assert link["free_now_bps"]["value"] == 300 * G
    assert link["latency_us"] == {"value": 9_800, "age_ms": 7_000, "source": "twamp/half_rtt"}
    assert back["latency_us"] == {"value": 9_800, "age_ms": 7_000, "source": "twamp/half_rtt"}
    assert back["used_bps"] == {"value": None, "age_ms": None, "source": None}
    assert link["capacity_bps"]["value"] == 400 * G
    assert link["jitter_us"]["value"] is None
    # nearest rank of what the larger end counted in each of the steps until then
    assert link["free_p05_bps"]["value"] == 400 * G - 100 * G
    late = (await links(world, at_ns + 60 * NS))["ab-1:az"]
    assert late["used_bps"]["value"] is None
    assert late["latency_us"] == {"value": 10_000, "age_ms": None, "source": "nominal"}


async def test_the_whole_graph_and_other_forms_of_the_past(world: World) -> None:
    before_ns = world.now_ns
    world.drain("c1")
    world.circuit("ab-1", up=False)
    world.publish(after_s=10)
    at = rfc3339(before_ns)
    _, then = await world.get(f"/v1/topology?at={at}")
    _, now = await world.get("/v1/topology")
    assert {circuit["state"] for circuit in then["circuits"]} == {"up"}
    assert {router["id"]: router["drained"] for router in then["routers"]}["c1"] is False
    assert {router["id"]: router["drained"] for router in now["routers"]}["c1"] is True
    assert {site["id"]: site["state"] for site in then["sites"]} == dict.fromkeys("abcd", "up")
    assert then["topology"]["health"] == "ok"
    assert then["topology"]["version"] < now["topology"]["version"]
    for kind in ("sites", "routers", "circuits"):
        assert (await world.get(f"/v1/topology/{kind}?at={at}"))[1][kind] == then[kind]
        assert (await world.get(f"/v1/topology/{kind}"))[1][kind] == now[kind]
    _, nodes = await world.get(f"/v1/topology?format=nodelink&at={at}")
    assert len(nodes["nodes"]) == 5


def alert(name: str, state: str = "firing") -> Alert:
    return Alert(
        id=name, rule="link_down", severity="critical", state=state, cause="", summary=name,
        subject=Subject(kind="link", id="ab-1:az"), since="2026-03-01T08:00:00.000Z",
    )  # fmt: skip


async def test_alerts_are_those_that_fired_then(world: World) -> None:
    start_ns = world.now_ns
    world.recorder.on_alerts([alert("one"), alert("two")], start_ns + NS)
    world.recorder.on_alerts([alert("one", "resolved")], start_ns + 60 * NS)
    world.publish(after_s=120)
    names = []
    for second in (0, 30, 90):
        status, answer = await world.get(f"/v1/alerts?at={rfc3339(start_ns + second * NS)}")
        assert status == 200
        names.append([found["id"] for found in answer["alerts"]])
    assert names == [[], ["one", "two"], ["two"]]


async def test_alerts_are_asked_for_by_their_state(world: World) -> None:
    world.alerts = (alert("one"), alert("two", "resolved"))
    names = {}
    for query in ("", "?state=firing", "?state=resolved"):
        _, answer = await world.get(f"/v1/alerts{query}")
        names[query] = [found["id"] for found in answer["alerts"]]
    assert names == {"": ["one", "two"], "?state=firing": ["one"], "?state=resolved": ["two"]}
    status, problem = await world.get("/v1/alerts?state=open")
    assert (status, problem["detail"]) == (
        400,
        "`state` cannot be 'open': write firing or resolved, or leave it out for both",
    )


@pytest.mark.parametrize("path", ["/v1/topology", "/v1/topology/links", "/v1/topology/sites", "/v1/alerts"])
async def test_what_was_never_known_is_refused(world: World, path: str) -> None:
    status, problem = await world.get(f"{path}?at=2026-02-01T00:00:00Z")
    assert (status, problem["type"]) == (410, "/problems/version-gone")
    assert "the journal begins at 2026-03-01T08:00:00.000Z" in problem["detail"]
    status, problem = await world.get(f"{path}?at=2027-01-01T00:00:00Z")
    assert (status, "in the future" in problem["detail"]) == (400, True)
    status, problem = await world.get(f"{path}?at=yesterday")
    assert (status, "RFC 3339" in problem["detail"]) == (400, True)
