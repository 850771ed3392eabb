"""The weathermap while its server is away, and when it is back."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.kit.browser import launched, opened
from tests.kit.stub_api import serve_stub
from tests.kit.wait import eventually
from tests.kit.weathermap import drawn, half_line

LINK = "beijing-shanghai-1:az"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this file."""
    async with launched() as one:
        yield one


async def seconds(place: Locator) -> float:
    """The first length of time that is written there."""
    found = re.search(r"([\d.]+) s\b", await place.inner_text())
    assert found, await place.inner_text()
    return float(found[1])


async def wait_until_older(age: Locator) -> None:
    """Wait until the age that is written there has grown by more than a second."""
    before_s = await seconds(age)

    async def has_grown() -> bool:
        return await seconds(age) > before_s + 1

    _: bool = await eventually(has_grown, what="an age that grows")


async def test_a_server_that_ends_and_starts_anew_is_followed_without_a_reload(browser: Browser) -> None:
    async with AsyncExitStack() as pages:
        async with serve_stub() as api:
            page = await pages.enter_async_context(
                opened(browser, f"{api.url}/#select=link:{LINK}", expect_failures=True)
            )
            await drawn(page)
            await page.evaluate("window.sameDocument = true")
        banner = page.locator("#banner")
        await expect(banner).to_contain_text("No connection since", timeout=15_000)
        ages = [
            page.locator("#facts li", has_text="telemetry age"),
            page.locator("#detail tr", has_text="Use").locator("small").first,
        ]
        for age in ages:
            await wait_until_older(age)
        async with serve_stub(urlsplit(api.url).port or 0) as again:
            again.backbone.epoch = "2030-01-01T00:00:00.000Z"
            again.change(LINK, "down", "cut while nobody was told")
            await expect(banner).to_be_hidden(timeout=30_000)
            await expect(half_line(page, LINK)).to_have_attribute("data-state", "down")
            await expect(page.locator("#detail .cause")).to_contain_text("cut while nobody was told")
            assert await page.evaluate("window.sameDocument")
        await pages.aclose()
