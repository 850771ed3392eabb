"""The way in, in a browser: a token becomes a cookie, and whoever has none is led to where one gets it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from suanlu.access import Gate, Sessions, TokenFile, create_token
from suanlu.access.tokens import revoke_token
from suanlu.api.context import CONTEXT
from suanlu.api.server import build
from suanlu.api.settings import ApiSettings
from tests.kit.browser import launched, opened
from tests.unit.api.conftest import NS, World

SHIFT_AND_MORE_NS = 13 * 3600 * NS


@asynccontextmanager
async def served(world: World, file: Path) -> AsyncIterator[str]:
    """The API and its page, with the tokens of a file; the address."""
    tokens = TokenFile(file)
    gate = Gate(tokens, Sessions(tokens, b"k" * 32, now_ns=lambda: world.now_ns))
    assert world.client.app is not None
    async with TestServer(build(world.client.app[CONTEXT], ApiSettings(), gate)) as server:
        yield str(server.make_url("/")).rstrip("/")


async def log_in(page: Page, token: str) -> None:
    await page.get_by_label("Your token").fill(token)
    await page.keyboard.press("Enter")


async def test_a_token_opens_the_page_that_was_wanted_until_its_session_ends(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.json"
    secret = create_token(file, "li.wei", "operate")
    async with (
        served(world, file) as url,
        launched() as browser,
        opened(browser, f"{url}/#mode=age", expect_failures=True) as page,
    ):
        await expect(page).to_have_url(re.compile(r"/login#"))
        await log_in(page, "suanlu_wrong")
        await expect(page.locator("#said")).to_contain_text("This did not work: there is no such token")
        await log_in(page, secret)
        await expect(page).to_have_url(f"{url}/#mode=age")
        await expect(page.locator("#map .site").first).to_be_attached()
        [cookie] = await page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert secret not in cookie["value"]
        world.now_ns += SHIFT_AND_MORE_NS
        await page.reload()
        await expect(page).to_have_url(re.compile(r"/login#"))
        await log_in(page, secret)
        await expect(page).to_have_url(f"{url}/#mode=age")


async def test_a_wall_comes_in_by_its_link_and_stays_until_its_token_is_revoked(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.json"
    secret = create_token(file, "wall", "read", kiosk=True)
    async with (
        served(world, file) as url,
        launched() as browser,
        opened(browser, f"{url}/login#token={secret}", expect_failures=True) as page,
    ):
        await expect(page).to_have_url(f"{url}/#kiosk=1")
        await expect(page.locator("#map .site").first).to_be_attached()
        await page.go_back()
        assert secret not in page.url
        world.now_ns += SHIFT_AND_MORE_NS
        await page.goto(f"{url}/#kiosk=1")
        await expect(page.locator("#map .site").first).to_be_attached()
        await expect(page.locator("#modes")).to_be_hidden()
        revoke_token(file, "wall")
        await page.reload()
        await expect(page).to_have_url(re.compile(r"/login#"))
