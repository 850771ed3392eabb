"""The weathermap against the demo: simulated routers, real telemetry, real answers.

`SUANLU_PICTURE=docs/weathermap.png` saves what the last test sees as the picture of the README.
"""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.kit.browser import chromium, launched, opened
from tests.kit.command import run_demo
from tests.kit.weathermap import MARK_NODES, NEW_NODES, SEVERAL_POINTS, drawn, half_line, site

CUT = "beijing-shanghai-1"
FULL = ("guiyang-guangzhou-1", "xian-chongqing-1")
PICTURE_MAX_BYTES = 400_000


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this file."""
    async with launched() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """One demo for all tests of this file."""
    chromium()
    async with run_demo(tmp_path_factory.mktemp("demo")) as running:
        await running.ready()
        yield running.url


async def fault(url: str, action: str, name: str) -> None:
    """Break or mend something of the simulated backbone."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/simulator/faults", json={"action": action, "id": name}) as answer,
    ):
        assert answer.status < 300, await answer.text()


async def healthy(page: Page) -> Page:
    """Wait until every half-line is drawn, up, and knows its use."""
    await drawn(page)
    usable = page.locator('#map .link[data-state="up"]:not([data-band="none"])')
    await expect(usable).to_have_count(124, timeout=60_000)
    return page


async def test_a_cut_of_the_simulator_is_marked_within_3_s_and_other_elements_keep_their_nodes(
    browser: Browser, demo: str
) -> None:
    async with opened(browser, demo) as page:
        await healthy(page)
        await page.evaluate(MARK_NODES)
        await fault(demo, "cut", CUT)
        started = time.monotonic()
        try:
            for direction in ("az", "za"):
                line = half_line(page, f"{CUT}:{direction}")
                await expect(line).to_have_attribute("data-state", "down", timeout=3000)
                await expect(page.locator(f'.mark[data-id="{CUT}:{direction}"] .cross')).to_be_visible()
            assert time.monotonic() - started < 3
            assert await page.evaluate(NEW_NODES) == []
            await expect(page.locator(".wrong-list")).to_contain_text(CUT)
        finally:
            await fault(demo, "restore", CUT)
        await expect(page.locator('#map .link[data-state="up"]')).to_have_count(124, timeout=30_000)
        await expect(page.locator("#wrong .calm")).to_be_visible(timeout=15_000)
        assert await page.evaluate(NEW_NODES) == []


async def test_a_link_shows_its_recorded_history(browser: Browser, demo: str) -> None:
    async with opened(browser, demo) as page:
        await healthy(page)
        await half_line(page, f"{CUT}:za").locator(".hit").click(force=True)
        await expect(page.locator("#detail h2")).to_have_text("Shanghai → Beijing")
        await expect(page.locator(".chart .line")).to_have_attribute("d", SEVERAL_POINTS, timeout=15_000)
        use = page.locator("#detail tr", has_text="Use").first
        await expect(use).to_contain_text("bit/s")
        await expect(page.locator(".tags li").first).to_contain_text(":")


async def test_two_sites_show_the_best_and_the_forwarded_path(browser: Browser, demo: str) -> None:
    async with opened(browser, demo) as page:
        await healthy(page)
        await site(page, "shenzhen").locator(".hit").click(force=True)
        await site(page, "beijing").locator(".hit").click(force=True)
        await expect(page.locator("#detail h2")).to_have_text("Shenzhen → Beijing")
        latency = page.locator("#detail tr", has_text="Latency").locator("td")
        await expect(latency.nth(0)).to_contain_text("ms")
        await expect(latency.nth(1)).to_contain_text("ms")
        await expect(page.locator(".why")).not_to_be_empty()
        assert await page.locator(".halo.best").count() >= 3
        assert await page.locator(".halo.forwarded").count() >= 3


async def test_the_picture_shows_a_cut_and_is_light(browser: Browser, demo: str, tmp_path: Path) -> None:
    path = Path(os.environ.get("SUANLU_PICTURE") or tmp_path / "weathermap.png")
    async with opened(browser, demo, width=1440, height=810) as page:
        await healthy(page)
        try:
            for name in FULL:
                await fault(demo, "congest", name)
            await fault(demo, "cut", "duct:hexi-corridor-1")
            await fault(demo, "cut", CUT)
            await expect(half_line(page, f"{CUT}:az")).to_have_attribute("data-state", "down")
            await expect(page.locator(".wrong-list li")).to_have_count(3, timeout=10_000)
            await expect(half_line(page, f"{FULL[0]}:az")).to_have_attribute("data-band", "4", timeout=10_000)
            picture = await page.screenshot(path=path)
        finally:
            for name in ("duct:hexi-corridor-1", CUT, *FULL):
                await fault(demo, "restore", name)
    assert len(picture) < PICTURE_MAX_BYTES
