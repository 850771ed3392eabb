"""The OpenAPI document is valid and says what the server does; its page loads nothing from elsewhere."""

import re

from openapi_spec_validator import validate

from tests.unit.api.conftest import World


async def test_document_is_valid_and_complete(world: World) -> None:
    _, document = await world.get("/v1/openapi.json")
    validate(document)
    served = {
        route.resource.canonical
        for route in world.client.app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith(("/v1", "/api", "/livez", "/readyz", "/metrics"))
    }
    assert set(document["paths"]) == served - {"/v1/openapi.json"}


async def test_request_schema_shows_what_is_allowed(world: World) -> None:
    _, document = await world.get("/v1/openapi.json")
    query = document["components"]["schemas"]["PathQuery"]
    assert query["additionalProperties"] is False
    assert set(query["required"]) == {"from", "to"}
    assert query["properties"]["routing"]["default"] == "any"


async def test_every_example_is_answered_or_names_only_unknown_places(world: World) -> None:
    _, document = await world.get("/v1/openapi.json")
    asked = 0
    for template, operations in document["paths"].items():
        path = template.replace("{id}", "a-1")
        unknown = "/problems/not-found" if path != template else "/problems/unknown-endpoint"
        body = operations.get("post", {}).get("requestBody")
        if body is None:
            continue
        asked += 1
        async with world.client.post(path, json=body["content"]["application/json"]["example"]) as answer:
            problem = await answer.json()
            assert answer.status == 200 or problem["type"] == unknown, problem
    assert asked >= 3


async def test_page_works_offline(world: World) -> None:
    async with world.client.get("/docs") as answer:
        page = await answer.text()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert not re.search(r"https?://", page)
    for source in re.findall(r'(?:src|href)="([^"]+)"', page):
        async with world.client.get(source) as answer:
            assert answer.status == 200, source


async def test_answers_lead_to_what_they_mean(world: World) -> None:
    async with world.client.post("/v1/paths", json={"from": "a", "to": "d"}) as answer:
        link = answer.links["help"]["url"].path
    async with world.client.get(link) as answer:
        assert (answer.status, answer.content_type) == (200, "text/markdown")
        assert "# What an answer means" in await answer.text()


async def test_page_for_people_has_an_icon_that_is_there(world: World) -> None:
    async with world.client.get("/docs") as page:
        text = await page.text()
    assert '<link rel="icon" href="/icon.svg"' in text
    async with world.client.get("/icon.svg") as icon:
        assert (icon.status, icon.content_type) == (200, "image/svg+xml")
