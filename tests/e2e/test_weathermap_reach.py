"""The weathermap on a phone, by keyboard and by name."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.kit.browser import launched, opened
from tests.kit.stub_api import serve_stub
from tests.kit.weathermap import drawn, half_line, site

TARGET_PX = 44
TOO_SMALL = """(least) => [...document.querySelectorAll('button, input, summary')]
  .filter((node) => node.checkVisibility())
  .filter((node) => node.getBoundingClientRect().height < least - 0.5)
  .map((node) => node.outerHTML.slice(0, 80))"""
LARGER_THAN_THE_SCREEN = """() => {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  return [scrollWidth - clientWidth, scrollHeight - clientHeight];
}"""
BEYOND_THE_EDGE = """() => [...document.querySelectorAll('#header *, #modes *, #time *')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 80))"""
COVERED_SITES = """() => {
  const boxOf = (node) => node.getBoundingClientRect();
  const covers = [...document.querySelectorAll('#zoom, #legend')].map(boxOf);
  return [...document.querySelectorAll('#map .site')].filter((site) => {
    const { x, y, width, height } = boxOf(site.querySelector('.shape'));
    const [across, down] = [x + width / 2, y + height / 2];
    return covers.some((box) =>
      across > box.left && across < box.right && down > box.top && down < box.bottom);
  }).map((site) => site.dataset.id);
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this file."""
    async with launched() as one:
        yield one


@pytest.mark.parametrize(
    ("width", "height", "told"), [(380, 800, "#handle"), (600, 900, "#handle"), (900, 700, "#wrong-title")]
)
async def test_a_small_screen_shows_map_and_panel_and_the_page_does_not_scroll(
    browser: Browser, width: int, height: int, told: str
) -> None:
    async with serve_stub() as api, opened(browser, api.url, width=width, height=height) as page:
        await drawn(page)
        assert await page.evaluate(LARGER_THAN_THE_SCREEN) == [0, 0]
        assert await page.evaluate(BEYOND_THE_EDGE) == []
        assert await page.evaluate(COVERED_SITES) == []
        assert await page.evaluate(TOO_SMALL, TARGET_PX) == []
        stage = await page.locator("#stage").bounding_box()
        assert stage is not None
        assert min(stage["width"], stage["height"]) > 300
        await expect(page.locator(told)).to_be_in_viewport()
        await expect(page.locator(told)).to_contain_text("wrong")


async def test_no_width_cuts_the_top_line_off(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        for width in (1010, 1180, 1280, 1366, 1920):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate(BEYOND_THE_EDGE) == [], width


async def test_the_sheet_folds_away_and_opens_for_what_is_chosen(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url, width=380, height=800) as page:
        await drawn(page)
        handle = page.locator("#handle")
        await expect(handle).to_have_attribute("aria-expanded", "true")
        await handle.click()
        await expect(page.locator("#wrong .row, #detail")).not_to_be_in_viewport()
        await page.goto(f"{api.url}/#select=site:wuhan")
        await expect(handle).to_have_attribute("aria-expanded", "true")
        await expect(page.locator("#detail")).to_contain_text("Wuhan")


@pytest.mark.parametrize("beside", [(7, 5), (-7, 6)])
async def test_a_tap_near_two_sites_opens_their_pair(browser: Browser, beside: tuple[int, int]) -> None:
    async with (
        serve_stub() as api,
        opened(browser, api.url, width=380, height=800, touch=True) as page,
    ):
        await drawn(page)
        for name, address in (("urumqi", "#select=site:urumqi"), ("kunming", "#select=pair:urumqi,kunming")):
            box = await site(page, name).locator(".shape").bounding_box()
            assert box is not None
            await page.touchscreen.tap(
                box["x"] + box["width"] / 2 + beside[0], box["y"] + box["height"] / 2 + beside[1]
            )
            await expect(page).to_have_url(f"{api.url}/{address}")


async def test_a_click_on_a_name_is_one_on_its_site(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.locator('#map .label[data-id="xian"]').click()
        await expect(page).to_have_url(f"{api.url}/#select=site:xian")
        await expect(page.locator("#detail h2")).to_contain_text("Xi'an")


async def test_tab_passes_the_map_in_one_step(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.locator("#find-text").focus()
        on_the_map = []
        for _ in range(7):  # language, theme and wall come first
            await page.keyboard.press("Tab")
            on_the_map.append(await page.evaluate("document.activeElement.closest('#map') !== null"))
        assert on_the_map == [number == 3 for number in range(7)]


async def test_the_map_is_one_stop_of_tab_and_arrows_go_from_site_to_site(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        assert await page.locator('#map [tabindex="0"]').count() == 1
        await site(page, "wuhan").focus()
        await page.keyboard.press("ArrowUp")
        north = await page.evaluate("document.activeElement.dataset.id")
        assert north != "wuhan"
        boxes = [await site(page, name).bounding_box() for name in (north, "wuhan")]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["y"] < boxes[1]["y"]
        assert await page.locator('#map [tabindex="0"]').count() == 1
        await page.keyboard.press("n")
        link = await page.evaluate("document.activeElement.dataset.id")
        await expect(half_line(page, link)).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#detail")).to_contain_text(link.partition(":")[0])
        await page.keyboard.press("Escape")
        await expect(half_line(page, link)).to_be_focused()


@pytest.mark.parametrize(
    ("name", "shown"), [("wuh", "Wuhan"), ("上海", "Shanghai"), ("beijing-shanghai-1", "beijing-shanghai-1")]
)
async def test_find_opens_what_is_named_in_part(browser: Browser, name: str, shown: str) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.keyboard.press("/")
        await expect(page.locator("#find-text")).to_be_focused()
        await page.keyboard.insert_text(name)
        await page.keyboard.press("Enter")
        await expect(page.locator("#detail")).to_contain_text(shown)


async def test_find_says_that_there_is_no_such_name(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.locator("#find-text").fill("atlantis")
        await page.keyboard.press("Enter")
        assert "atlantis" in await page.locator("#find-text").evaluate("(field) => field.validationMessage")
