"""Liveness, readiness, metrics."""

from tests.unit.api.conftest import World


async def test_ready_once_every_router_was_heard(cold: World) -> None:
    names = [router.id for router in cold.inventory.routers]
    status, answer = await cold.get("/readyz")
    assert (status, answer) == (503, {"ready": False, "missing": names})
    for name in names[:-1]:
        cold.sync(name)
    assert (await cold.get("/readyz"))[1]["missing"] == names[-1:]
    cold.sync(names[-1])
    assert await cold.get("/readyz") == (200, {"ready": True, "missing": []})


async def test_losing_a_router_later_leaves_it_ready(world: World) -> None:
    assert (await world.get("/readyz"))[0] == 200
    world.publish(after_s=1000)
    _, answer = await world.get("/v1/topology/routers")
    assert {router["state"] for router in answer["routers"]} == {"silent"}
    assert (await world.get("/readyz"))[0] == 200
    assert answer["topology"]["health"] == "blind"
    assert answer["topology"]["blind_since"]


async def test_alive_without_any_router(cold: World) -> None:
    assert await cold.get("/livez") == (200, {"status": "ok"})


async def test_metrics_count_queries(world: World) -> None:
    await world.paths(from_="a", to="d")
    async with world.client.get("/metrics") as answer:
        text = await answer.text()
    assert 'suanlu_path_query_duration_seconds_count{call="paths"} 1.0' in text
