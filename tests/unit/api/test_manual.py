"""The manual as the server shows it: every page, every link from one to another, in both forms."""

import re
from urllib.parse import urljoin

from suanlu.api.manual import PAGES
from tests.unit.api.conftest import World

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


async def test_every_page_is_there_for_people_and_its_links_lead_somewhere(world: World) -> None:
    addresses = [
        f"/docs/{path.relative_to(PAGES).with_suffix('').as_posix()}" for path in PAGES.rglob("*.md")
    ]
    assert len(addresses) > 10
    for address in addresses:
        async with world.client.get(address, headers=BROWSER) as answer:
            page = await answer.text()
            assert (answer.status, answer.content_type) == (200, "text/html"), page
            assert "<h1>" in page
        for link in set(re.findall(r'(?:href|src)="([^":#]+)(?:#[^"]*)?"', page)):
            async with world.client.get(urljoin(address, link), headers=BROWSER) as answer:
                assert answer.status == 200, f"{link} on {address}"


async def test_folders_and_files_have_addresses(world: World) -> None:
    async with world.client.get("/docs/runbooks", headers=BROWSER) as answer:
        assert (answer.status, answer.url.path) == (200, "/docs/runbooks/")
        links = set(re.findall(r'href="([^":#]+\.md)"', await answer.text()))
    assert "srlg_down.md" in links
    for link in links:
        async with world.client.get(urljoin("/docs/runbooks/", link), headers=BROWSER) as answer:
            assert answer.status == 200, link
    async with world.client.get("/docs/suanlu.rules.yaml") as answer:
        assert "alert:" in await answer.text()
    async with world.client.get("/docs/weathermap.png") as answer:
        assert answer.content_type == "image/png"


async def test_paths_of_sources_are_no_links(world: World) -> None:
    async with world.client.get("/docs/architecture", headers=BROWSER) as answer:
        page = await answer.text()
    assert "pathcalc/engine.py" in page
    assert 'engine.py"' not in page


async def test_page_is_markdown_for_programs(world: World) -> None:
    async with world.client.get("/docs/operations") as answer:
        assert (answer.status, answer.content_type) == (200, "text/markdown")
        assert await answer.text() == (PAGES / "operations.md").read_text(encoding="utf-8")


async def test_page_that_is_not_there_says_which_are(world: World) -> None:
    for name in ("nothing", "..%2FREADME", "runbooks%2F..%2Fapi"):
        async with world.client.get(f"/docs/{name}", headers=BROWSER) as answer:
            assert answer.status == 404, name
            assert "operations" in (await answer.json())["detail"]
