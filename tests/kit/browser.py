"""A page in Debian's Chromium, for the tests that look at the weathermap as its readers do.

`CHROMIUM=` names another browser; where there is none the tests are skipped and say so. Leaving the page
fails if its scripts threw, if it wrote an error to its console (a policy violation is one), or if it
asked another server for anything.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Path of the browser; skips the test where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium: install it (Debian: apt install chromium) or name one by CHROMIUM=")
    return path


class Watch:
    """What a page did that it must not do. `expect_failures` lets requests fail, for servers that go away."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.expect_failures = False
        self.complaints: list[str] = []

    def console(self, message: ConsoleMessage) -> None:
        """An error in the console; a failed request counts only where none is expected."""
        if message.type == "error" and not (
            self.expect_failures and "Failed to load resource" in message.text
        ):
            self.complaints.append(f"console: {message.text}")

    def thrown(self, error: object) -> None:
        """An exception that no script caught."""
        self.complaints.append(f"thrown: {error}")

    def request(self, request: Request) -> None:
        """A request to anywhere but the page's own server."""
        if not request.url.startswith((self.origin, "data:")):
            self.complaints.append(f"asked {request.url}")


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser for many pages; skips the tests where there is none."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    executable = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *sandbox])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 1600,
    height: int = 900,
    scheme: Literal["dark", "light"] = "dark",
    expect_failures: bool = False,
    touch: bool = False,
    language: str = "en-GB",
) -> AsyncIterator[Page]:
    """The page at `url`, in a profile of its own; with `touch`, on a screen for fingers.

    `language` is that of the browser.
    """
    watch = Watch("/".join(url.split("/")[:3]))
    watch.expect_failures = expect_failures
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        has_touch=touch,
        locale=language,
    )
    try:
        page.on("console", watch.console)
        page.on("pageerror", watch.thrown)
        page.on("request", watch.request)
        await page.goto(url)
        yield page
    finally:
        await page.close()
    assert not watch.complaints, watch.complaints
