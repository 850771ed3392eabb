"""What tests look for on the weathermap: marks of sites, half-lines of links, nodes that stayed."""

import re

from playwright.async_api import Locator, Page, expect

SEVERAL_POINTS = re.compile(r"^M[\d.]+ [\d.]+L")

MARK_NODES = """() => {
  for (const node of document.querySelectorAll('#map .link, #map .site, #map .label')) node.seenBefore = true;
}"""
NEW_NODES = """() => [...document.querySelectorAll('#map .link, #map .site, #map .label')]
  .filter((node) => !node.seenBefore).map((node) => node.dataset.id)"""


async def drawn(page: Page) -> Page:
    """Wait until the map stands."""
    await expect(page.locator("#map .label")).to_have_count(28)
    return page


def half_line(page: Page, link: str) -> Locator:
    """The half-line of one direction."""
    return page.locator(f'#map .link[data-id="{link}"]')


def site(page: Page, name: str) -> Locator:
    """The mark of a site."""
    return page.locator(f'#map .site[data-id="{name}"]')
