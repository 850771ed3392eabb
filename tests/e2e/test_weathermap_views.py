"""The weathermap's views, languages, times and people, each on the one page of one server."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.kit.browser import launched, opened
from tests.kit.stub_api import StubApi, serve_stub
from tests.kit.stub_backbone import StubBackbone
from tests.kit.weathermap import drawn, half_line, site

LINK = "beijing-shanghai-1:az"
BAND = "data-band"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this file."""
    async with launched() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[StubApi]:
    """One server for all tests of this file."""
    async with serve_stub() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, api: StubApi) -> AsyncIterator[Page]:
    """One page for all tests of this file."""
    async with opened(browser, api.url) as one:
        yield await drawn(one)


async def go(page: Page, fragment: str) -> None:
    """Change what stands behind the # of the address."""
    await page.evaluate("(hash) => { location.hash = hash; }", fragment)


async def test_optics_colours_the_end_that_receives_faint_light(page: Page) -> None:
    await page.keyboard.press("4")
    await expect(page.locator('#modes [aria-pressed="true"]')).to_have_text("Optics")
    await expect(half_line(page, LINK)).to_have_attribute(BAND, "3")
    await expect(half_line(page, "beijing-shanghai-1:za")).to_have_attribute(BAND, "0")
    first = page.locator(".busiest li").first
    await expect(first).to_contain_text("−12.3 dBm")
    await expect(first).to_contain_text("8.9 dB less than a day before")
    await expect(first).to_contain_text("m1 −12.3 dBm · m2 −3.4 dBm")


async def test_the_next_failure_marks_who_is_hurt_and_lists_the_worst_first(page: Page) -> None:
    await page.keyboard.press("3")
    await expect(page.locator(".busiest li").first).to_contain_text("1 cut off")
    await half_line(page, LINK).locator(".hit").hover(force=True)
    await expect(page.locator("#notice")).to_contain_text("If beijing-shanghai-1 is cut")
    await expect(site(page, "shanghai")).to_have_attribute("data-harm", "slower")
    await page.locator(".busiest button").first.click()
    await expect(page.locator(".risk-panel h2")).to_contain_text("If circuit lanzhou-urumqi")
    await expect(site(page, "urumqi")).to_have_attribute("data-harm", "cut")
    await expect(page.locator("#map .link[data-failing]")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator("#map .link[data-failing]")).to_have_count(0)


async def test_forwarded_branches_are_as_broad_as_their_share_with_the_best_path_dashed(page: Page) -> None:
    await go(page, "mode=forwarded&select=pair:shenzhen,beijing")
    await expect(page.locator("#notice")).to_contain_text("lost by IGP")
    await expect(page.locator(".halo.best.dashed").first).to_be_attached()
    widths = await page.locator(".halo.forwarded").evaluate_all(
        "nodes => nodes.map((node) => Number(node.getAttribute('stroke-width')))"
    )
    assert widths
    assert all(3 < width <= 20 for width in widths)
    await go(page, "mode=forwarded")


async def test_a_window_is_checked_then_planned_and_drawn(page: Page, api: StubApi) -> None:
    await page.keyboard.press("5")
    form = page.locator(".window-form")
    await form.get_by_label("What").fill("beijing-shanghai-1")
    await form.get_by_label("Your name").fill("li.wei")
    await form.get_by_role("button", name="Check first").click()
    await expect(form.locator(".verdict")).to_contain_text("three pairs get slower")
    await expect(form.locator(".evidence")).to_contain_text("lanzhou-urumqi-1")
    await form.get_by_role("button", name="Plan it").click()
    await expect(half_line(page, LINK)).to_have_attribute("data-window", "planned")
    assert api.more.windows[0]["subjects"] == [{"kind": "circuit", "id": "beijing-shanghai-1"}]
    api.more.windows.clear()


async def test_data_age_and_back_to_now(page: Page) -> None:
    await page.locator("#modes").get_by_role("button", name="Data age").click()
    await expect(half_line(page, LINK)).to_have_attribute(BAND, "0")
    await expect(page.locator("#detail h2")).to_have_text("Oldest counters")
    await page.keyboard.press("1")
    assert "mode=" not in page.url


async def test_a_moment_of_the_past_is_shown_until_the_key_for_live(page: Page, api: StubApi) -> None:
    api.past = StubBackbone(api.backbone.inventory, now_s=api.backbone.now_s - 3600)
    api.past.set_state(LINK, "down")
    at = datetime.fromtimestamp(api.backbone.now_s - 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    await go(page, f"at={at}&select=link:{LINK}")
    await expect(half_line(page, LINK)).to_have_attribute("data-state", "down")
    await expect(page.locator("#time output")).to_contain_text("UTC · 60 min ago")
    api.event("metric_changed", links=[LINK])  # news of now do not reach the past
    await go(page, f"at={at}&mode=n-1")  # what is asked of the present is not drawn on the past
    await expect(page.locator("#detail .total")).to_contain_text("asked of the present")
    await expect(half_line(page, "beijing-shenyang-1:az")).to_have_attribute(BAND, "none")
    await go(page, f"at={at}&select=pair:shenzhen,beijing")
    await expect(page.locator(".pair-panel .cause")).to_contain_text("asked of the present")
    await page.keyboard.press(".")
    await expect(page.locator("#time output")).to_contain_text("55 min ago")
    await expect(half_line(page, LINK)).to_have_attribute("data-state", "down")
    await page.keyboard.press("l")
    await expect(half_line(page, LINK)).to_have_attribute("data-state", "up")
    await page.keyboard.press("Escape")


async def test_an_alert_says_how_sure_it_is_and_is_silenced_by_name(page: Page, api: StubApi) -> None:
    subject = {"kind": "circuit", "id": "beijing-shanghai-1"}
    worst = {"source": "beijing", "target": "shanghai", "added_latency_us": 8200}
    effects = {"pairs_cut": 0, "pairs_slower": 17, "pairs_faster": 0, "worst": worst}
    api.alerts = [{
        "id": "a-1", "rule": "circuit_down", "severity": "critical", "state": "firing", "links": [],
        "subject": subject, "summary": "it is down", "cause": "cut", "since": api.backbone.epoch,
        "resolved_at": None, "children": [], "certainty": "probable", "evidence": ["both ends say so"],
        "effects": effects, "runbook_url": "javascript:alert(1)", "silenced_by": [], "acknowledged": None,
    }]  # fmt: skip
    api.event("alert_firing")
    about = page.locator(".about")
    await expect(about).to_contain_text("Probable17 slower · Beijing → Shanghai +8.20 ms")
    await about.locator("summary").click()
    await expect(about.locator(".evidence")).to_have_text("both ends say so")
    await expect(about.locator("a")).to_be_hidden()  # no address of a page
    await page.locator(".take-row").get_by_role("button", name="Silence").click()
    await page.locator(".silencing").get_by_label("Your name").fill("li.wei")
    await page.keyboard.press("Enter")
    await expect(page.locator(".silencing")).to_be_hidden()
    [silence] = api.more.silences
    assert silence["matchers"][0]["value"] == "beijing-shanghai-1"
    api.alerts = []
    api.event("alert_resolved")


async def test_chinese_light_and_a_wall(browser: Browser, api: StubApi) -> None:
    async with opened(browser, f"{api.url}/#theme=light&kiosk=1", language="zh-CN") as page:
        await drawn(page)
        await expect(page.locator("html")).to_have_attribute("lang", "zh")
        await expect(page.locator('#map .label[data-id="shenzhen"]')).to_have_text("深圳Shenzhen")
        await expect(page.locator("#modes, #find, #time")).to_have_count(3)
        for hidden in ("#modes", "#find", "#time", "#settings", "#zoom"):
            await expect(page.locator(hidden)).to_be_hidden()
        await expect(page.locator("#clock")).to_have_text(re.compile(r"\d\d:\d\d:\d\d北京\d\d:\d\d:\d\dUTC"))
        scheme = await page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        assert scheme == "light"
        await page.keyboard.press("Escape")
        await expect(page.locator("#modes")).to_be_visible()
        await page.get_by_role("button", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
