"""The weathermap in a browser, against a server that only pretends to watch a backbone."""

import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.kit.browser import launched, opened
from tests.kit.stub_api import StubApi, serve_stub
from tests.kit.wait import eventually
from tests.kit.weathermap import MARK_NODES, NEW_NODES, SEVERAL_POINTS, drawn, half_line, site

CUT = "beijing-shanghai-1"
HOSTILE = """<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>"""

LABEL_COLLISIONS = """() => {
  const boxes = [...document.querySelectorAll('#map .label')]
    .map((node) => [node.dataset.id, node.getBoundingClientRect()]);
  const hits = [];
  boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    if (p.left < q.right && q.left < p.right && p.top + 2 < q.bottom - 2 && q.top + 2 < p.bottom - 2) {
      hits.push(`${a} ${b}`);
    }
  }));
  return hits;
}"""
FILL = "(node) => getComputedStyle(node).fill"
STROKE = """(node) => {
  const style = getComputedStyle(node.querySelector('.body'));
  return [style.stroke, style.strokeDasharray];
}"""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this file."""
    async with launched() as one:
        yield one


async def wave(api: StubApi) -> None:
    """The loads move, and the page is told."""
    api.event("metric_changed", links=api.backbone.advance(time.time()))


async def test_every_site_and_both_directions_of_every_circuit_between_sites_are_drawn(
    browser: Browser,
) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        between = [circuit for circuit in api.backbone.inventory.circuits if circuit.kind == "inter_site"]
        assert await page.locator("#map .link").count() == 2 * len(between)
        await expect(page.locator('#map .label[data-id="shenzhen"]')).to_have_text("Shenzhen深圳")
        shapes = await page.locator("#map .link .body").evaluate_all(
            "nodes => nodes.map((n) => n.getAttribute('d'))"
        )
        assert len(set(shapes)) == len(shapes), "two half-lines lie on each other"


@pytest.mark.parametrize(("width", "height"), [(1600, 900), (1280, 720)])
async def test_no_name_covers_another(browser: Browser, width: int, height: int) -> None:
    async with serve_stub() as api, opened(browser, api.url, width=width, height=height) as page:
        await drawn(page)
        assert await page.evaluate(LABEL_COLLISIONS) == []


async def test_a_cut_marks_its_two_half_lines_within_3_s_and_other_elements_keep_their_nodes(
    browser: Browser,
) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.evaluate(MARK_NODES)
        started = time.monotonic()
        for direction in ("az", "za"):
            api.change(f"{CUT}:{direction}", "down", "both ends report it down")
        for direction in ("az", "za"):
            line = half_line(page, f"{CUT}:{direction}")
            await expect(line).to_have_attribute("data-state", "down", timeout=3000)
            await expect(page.locator(f'.mark[data-id="{CUT}:{direction}"] .cross')).to_be_visible()
        assert time.monotonic() - started < 3
        assert await page.evaluate(NEW_NODES) == []
        assert await page.locator('#map .link[data-state="down"]').count() == 2
        await expect(page.locator(".wrong-list")).to_contain_text("Beijing ⇄ Shanghai: down")
        await expect(site(page, "beijing")).to_have_attribute("data-state", "degraded")


async def test_numbers_move_with_the_stream_on_the_same_nodes(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await page.evaluate(MARK_NODES)
        link = f"{CUT}:az"
        api.backbone.use[link] = 0.95
        api.backbone.set_state(link, "up")
        api.event("metric_changed", links=[link])
        await expect(half_line(page, link)).to_have_attribute("data-band", "4")
        api.backbone.use[link] = 0.05
        api.backbone.set_state(link, "up")
        api.event("metric_changed", links=[link])
        await expect(half_line(page, link)).to_have_attribute("data-band", "0")
        assert await page.evaluate(NEW_NODES) == []


async def test_no_data_looks_different_from_zero(browser: Browser) -> None:
    async with serve_stub() as api:
        api.backbone.use[f"{CUT}:az"], api.backbone.use[f"{CUT}:za"] = 0.0, None
        async with opened(browser, api.url) as page:
            await drawn(page)
            zero = await half_line(page, f"{CUT}:az").evaluate(STROKE)
            unknown = await half_line(page, f"{CUT}:za").evaluate(STROKE)
            assert zero[0] != unknown[0]
            assert zero[1] == "none" != unknown[1]
            await half_line(page, f"{CUT}:za").focus()
            await page.keyboard.press("Enter")
            row = page.locator("#detail tr", has_text="Use").first
            await expect(row.locator("td").nth(0)).to_contain_text("–")
            await expect(row.locator("td").nth(1)).to_contain_text("0 %")


async def test_every_state_has_a_shape_of_its_own(browser: Browser) -> None:
    async with serve_stub() as api:
        states = ("up", "unconfirmed", "stale", "drained", "down")
        links = [f"{circuit.id}:az" for circuit in api.backbone.inventory.circuits[: len(states)]]
        for link, state in zip(links, states, strict=True):
            api.backbone.set_state(link, state)
        async with opened(browser, api.url) as page:
            await drawn(page)
            dashes = [(await half_line(page, link).evaluate(STROKE))[1] for link in links]
            assert len(set(dashes)) == len(states), dashes
            signs = [await page.locator(f'.mark[data-id="{link}"]').is_visible() for link in links]
            assert signs == [False, True, True, True, True]


async def test_a_click_on_a_half_line_shows_both_directions_and_their_history(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await half_line(page, f"{CUT}:az").locator(".hit").click(force=True)
        assert page.url.endswith(f"#select=link:{CUT}:az")
        await expect(page.locator("#detail h2")).to_have_text("Beijing → Shanghai")
        await expect(page.locator("#detail thead th")).to_have_count(2)
        await expect(page.locator(".tags")).to_contain_text("duct:")
        line = page.locator(".chart .line")
        await expect(line).to_have_attribute("d", SEVERAL_POINTS)
        by_use = await line.get_attribute("d")
        await page.get_by_role("button", name="Latency", exact=True).click()
        await expect(line).not_to_have_attribute("d", by_use or "")
        await page.keyboard.press("Escape")
        await expect(page.locator("#detail h2")).to_have_text("Busiest directions")


async def test_two_sites_show_the_best_and_the_forwarded_path(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        await site(page, "shenzhen").locator(".hit").click(force=True)
        await expect(page.locator("#detail h2")).to_have_text("Shenzhen 深圳")
        await site(page, "beijing").locator(".hit").click(force=True)
        assert page.url.endswith("#select=pair:shenzhen,beijing")
        await expect(page.locator("#detail h2")).to_have_text("Shenzhen → Beijing")
        latency = page.locator("#detail tr", has_text="Latency")
        await expect(latency).to_contain_text("ms")
        await expect(page.locator(".why")).to_contain_text("IGP metric")
        assert await page.locator(".halo.best").count() >= 3
        assert await page.locator(".halo.forwarded").count() >= 3


async def test_other_ways_and_the_disjoint_partner_are_shown_on_the_map_when_chosen(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, f"{api.url}/#select=pair:shenzhen,beijing") as page:
        await drawn(page)
        partner = page.locator("#disjoint-ways button")
        await expect(partner).to_have_count(1)
        await expect(page.locator("#other-ways button").first).to_contain_text("Shenzhen →")
        await expect(page.locator(".halo.other")).to_have_count(0)
        await partner.click()
        await expect(partner).to_have_attribute("aria-pressed", "true")
        links = (await partner.get_attribute("title") or "").split(", ")
        between_sites = [link for link in links if "-pair-" not in link]  # those inside a site are not drawn
        await expect(page.locator(".halo.other")).to_have_count(len(between_sites))
        way = page.locator("#other-ways button").first
        await way.click()
        await expect(partner).to_have_attribute("aria-pressed", "false")
        await way.click()
        await expect(page.locator(".halo.other")).to_have_count(0)


async def test_a_pair_without_a_path_says_so(browser: Browser) -> None:
    async with serve_stub() as api:
        for link in api.backbone.states:
            if link.startswith(("lanzhou-urumqi", "zhongwei-urumqi", "urumqi-")):
                api.backbone.set_state(link, "down")
        async with opened(browser, f"{api.url}/#select=pair:urumqi,beijing") as page:
            await drawn(page)
            await expect(page.locator("#detail .cause")).to_contain_text("no usable links")
            await expect(site(page, "urumqi")).to_have_attribute("data-state", "cut_off")


async def test_a_site_that_is_drained_is_not_red(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        cut_off = await page.locator('#legend .site[data-state="cut_off"] .shape').evaluate(FILL)
        for link in api.backbone.states:
            if link.startswith(("lanzhou-urumqi", "zhongwei-urumqi", "urumqi-")):
                api.change(link, "drained")
        await expect(site(page, "urumqi")).to_have_attribute("data-state", "drained")
        drained = await site(page, "urumqi").locator(".shape").evaluate(FILL)
        assert drained == await page.locator('#legend .site[data-state="drained"] .shape').evaluate(FILL)
        assert drained != cut_off


async def test_what_two_sources_contradict_is_a_sentence_that_opens_the_circuit(browser: Browser) -> None:
    async with serve_stub() as api:
        api.inconsistencies = [{
            "id": f"wiring:{CUT}", "kind": "wiring", "circuit": CUT, "since": api.backbone.epoch,
            "detail": "beijing-r1 hears another port",
        }]  # fmt: skip
        async with opened(browser, api.url) as page:
            await drawn(page)
            row = page.locator(f'[data-key="odd wiring:{CUT}"]')
            await expect(row.locator(".what")).to_have_text(
                "Beijing ⇄ Shanghai: it is not wired as in the inventory"
            )
            await expect(row.locator(".why")).to_contain_text(f"{CUT} · beijing-r1 hears another port")
            await row.locator("button").click()
            await expect(page).to_have_url(re.compile(f"#select=link:{CUT}"))


async def test_the_address_opens_what_it_names_also_by_keyboard_and_back(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, f"{api.url}/#select=site:wuhan") as page:
        await drawn(page)
        await expect(page.locator("#detail h2")).to_have_text("Wuhan 武汉")
        await site(page, "xian").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#detail h2")).to_have_text("Wuhan → Xi'an")
        await page.go_back()
        await expect(page.locator("#detail h2")).to_have_text("Wuhan 武汉")


async def test_names_causes_and_alerts_are_text_and_never_markup(browser: Browser) -> None:
    async with serve_stub() as api:
        api.backbone.names["wuhan"] = (HOSTILE, HOSTILE)
        api.backbone.set_state(f"{CUT}:az", "down", HOSTILE)
        subject = {"kind": "site", "id": "wuhan"}
        api.alerts = [{
            "id": HOSTILE, "rule": "site_cut_off", "severity": "critical", "state": "firing", "links": [],
            "subject": subject, "summary": HOSTILE, "cause": HOSTILE, "since": api.backbone.epoch,
            "resolved_at": None, "children": [],
        }]  # fmt: skip
        async with opened(browser, f"{api.url}/#select=link:{CUT}:az") as page:
            await drawn(page)
            await expect(page.locator('[data-key^="alert"] .what')).to_have_text(HOSTILE)
            await expect(page.locator('[data-key^="alert"] .why')).to_have_text(HOSTILE)
            await expect(page.locator("#detail .cause")).to_have_text(HOSTILE)
            assert (await page.title()).endswith("suanlu-reference-backbone – Suanlu")
            assert await page.locator("img, body script").count() == 0


async def test_a_lost_stream_says_since_when_and_comes_back_with_what_was_missed(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url, expect_failures=True) as page:
        await drawn(page)
        banner = page.locator("#banner")
        await expect(banner).to_be_hidden()
        api.refuse_events = True
        api.drop_streams()
        await expect(banner).to_contain_text("No connection since")
        api.backbone.set_state(f"{CUT}:az", "down")  # nobody is told
        api.refuse_events = False
        await expect(banner).to_be_hidden(timeout=15_000)
        await expect(half_line(page, f"{CUT}:az")).to_have_attribute("data-state", "down")


async def test_reset_and_a_new_epoch_fetch_everything(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        api.backbone.states[f"{CUT}:az"] = "stale"  # without a new version: only a full fetch can find it
        api.event("reset")
        await expect(half_line(page, f"{CUT}:az")).to_have_attribute("data-state", "stale")
        api.backbone.states[f"{CUT}:za"] = "stale"
        api.backbone.epoch = "2030-01-01T00:00:00.000Z"
        await wave(api)
        await expect(half_line(page, f"{CUT}:za")).to_have_attribute("data-state", "stale")


async def test_many_events_cost_few_fetches(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, api.url) as page:
        await drawn(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for _ in range(200):
            await wave(api)
        await eventually(lambda: any("changed_since" in url for url in asked), what="a fetch of links")
        assert len(asked) < 20, asked


async def test_zooming_and_dragging_move_the_map_and_choose_nothing(browser: Browser) -> None:
    async with serve_stub() as api, opened(browser, f"{api.url}/#select=site:wuhan") as page:
        await drawn(page)
        before = await site(page, "wuhan").get_attribute("transform")
        await page.mouse.move(600, 450)
        await page.mouse.wheel(0, -300)
        await expect(site(page, "wuhan")).not_to_have_attribute("transform", before or "")
        zoomed = await site(page, "wuhan").get_attribute("transform")
        await page.mouse.down()
        await page.mouse.move(500, 500, steps=4)
        await page.mouse.up()
        await expect(site(page, "wuhan")).not_to_have_attribute("transform", zoomed or "")
        await expect(page.locator("#detail h2")).to_have_text("Wuhan 武汉")
        await page.get_by_role("button", name="Whole map").click()
        await expect(site(page, "wuhan")).to_have_attribute("transform", before or "")


async def test_many_circuits_in_one_state_are_one_row(browser: Browser) -> None:
    async with serve_stub() as api:
        for circuit in api.backbone.inventory.circuits[:20]:
            api.backbone.set_state(f"{circuit.id}:az", "unconfirmed")
        async with opened(browser, api.url) as page:
            await drawn(page)
            await expect(page.locator(".wrong-list li")).to_have_count(1)
            await expect(page.locator(".wrong-list .what")).to_have_text("20 circuits: unconfirmed")
