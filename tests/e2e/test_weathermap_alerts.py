"""Alerts on the weathermap: whoever takes one on gives a name once, and everybody sees it."""

from playwright.async_api import expect

from tests.kit.browser import launched, opened
from tests.kit.stub_api import serve_stub
from tests.kit.weathermap import drawn

CUT = "beijing-shanghai-1"
HOSTILE = "<img src=x onerror=alert(1)> li.wei"


async def test_an_alert_is_taken_on_by_name_for_everybody_to_see() -> None:
    async with launched() as browser, serve_stub() as api:
        api.alerts = [{
            "id": "a-1", "rule": "circuit_down", "severity": "warning", "state": "firing",
            "links": [f"{CUT}:az"], "subject": {"kind": "circuit", "id": CUT}, "children": [],
            "summary": "it is down", "cause": "both ends say so", "since": api.backbone.epoch,
            "acknowledged": None, "silenced_by": ["s-1"], "resolved_at": None,
        }]  # fmt: skip
        async with opened(browser, api.url) as page, opened(browser, api.url) as other:
            await drawn(page)
            await drawn(other)
            await expect(page.locator(".wrong-list .offer")).to_contain_text("silenced")
            await page.get_by_role("button", name="Take it on").click()
            await page.keyboard.press("Escape")
            await page.get_by_role("button", name="Take it on").click()
            await page.get_by_label("Your name").first.fill(HOSTILE)
            await page.get_by_label("Ticket").fill("NOC-7")
            await page.keyboard.press("Enter")
            for one in (page, other):
                await expect(one.locator(".taken")).to_contain_text(f"{HOSTILE} has taken it on")
                await expect(one.locator(".taken")).to_contain_text("NOC-7")
            await page.get_by_role("button", name="Change").click()
            await expect(page.get_by_label("Ticket")).to_have_value("NOC-7")
            await page.get_by_label("Whose it is").fill("optics on duty")
            await page.keyboard.press("Enter")
            await expect(other.locator(".taken")).to_contain_text("optics on duty has taken it on")
            assert await page.evaluate("localStorage.getItem('suanlu.name')") == HOSTILE
            assert api.alerts[0]["acknowledged"]["by"] == HOSTILE
