"""GET /v1/map.svg: the picture beside the snapshot that it shows."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from msgspec import convert, structs

from suanlu.alerts import Alert
from suanlu.alerts.alert import Subject
from suanlu.api.documents import LinkDocument, SiteDocument
from suanlu.picture import LANGUAGES, THEMES, Scene, draw
from suanlu.picture.lines import broken
from suanlu.picture.names import width_of
from suanlu.picture.places import placed
from suanlu.picture.theme import colours
from tests.unit.api.conftest import World

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>&\x00\x1b\ud800 ]]> \"'<"


async def picture(world: World, query: str = "") -> ET.Element:
    async with world.client.get(f"/v1/map.svg{query}") as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "image/svg+xml"
        return ET.fromstring(await answer.text())  # noqa: S314 -- our own


def links_of(root: ET.Element) -> dict[str, dict[str, str]]:
    return {
        node.attrib["data-link"]: node.attrib for node in root.iter(f"{SVG}g") if "data-link" in node.attrib
    }


async def test_sites_and_directions_are_those_of_the_snapshot(world: World) -> None:
    world.interface("a1", "to-b1/ab-1", up=False)
    world.publish()
    topology = (await world.get("/v1/topology"))[1]
    root = await picture(world)
    between = {link["id"]: link for link in topology["links"] if link["from_site"] != link["to_site"]}
    drawn = links_of(root)
    assert drawn.keys() == between.keys()
    for name, link in between.items():
        used, capacity = link["used_bps"]["value"], link["capacity_bps"]["value"]
        assert drawn[name]["data-state"] == link["state"]
        assert drawn[name]["data-use"] == ("" if used is None else f"{used / capacity:.4f}")
    sites = {
        node.attrib["data-site"]: node.attrib["data-state"]
        for node in root.iter(f"{SVG}g")
        if "data-site" in node.attrib
    }
    assert sites == {site["id"]: site["state"] for site in topology["sites"]}
    text = " ".join(root.itertext())
    assert topology["name"] in text
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Beijing · \d\d:\d\d:\d\d UTC", text)


@pytest.mark.parametrize(
    "query", ["?lang=fr", "?theme=blue", "?at=yesterday", "?at=2999-01-01T00:00:00Z", "?x=1"]
)
async def test_what_it_cannot_draw_is_refused(world: World, query: str) -> None:
    assert (await world.get(f"/v1/map.svg{query}"))[0] == 400


async def scene(world: World, name: str) -> Scene:
    topology = (await world.get("/v1/topology"))[1]
    sites = [{**site, "name_en": name, "name_zh": name} for site in topology["sites"]]
    alert = Alert(
        id="a", rule="circuit_down", severity="critical", state="firing",
        subject=Subject(kind="circuit", id="ab-1"), summary=name, cause=name, since="2026-03-01T08:00:00Z",
    )  # fmt: skip
    return Scene(
        name=name, at_ns=world.now_ns, health="ok", sites=convert(sites, tuple[SiteDocument, ...]),
        links=convert(topology["links"], tuple[LinkDocument, ...]), alerts=(alert,) * 9,
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
async def test_whatever_is_in_a_name_is_text(world: World, language: str, theme: str) -> None:
    root = ET.fromstring(draw(await scene(world, HOSTILE), language=language, theme=theme))  # noqa: S314
    drawn = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert drawn <= {
        "svg",
        "title",
        "rect",
        "g",
        "path",
        "circle",
        "text",
        "tspan",
    }
    assert not any(name.startswith("on") or name == "href" for node in root.iter() for name in node.attrib)
    assert "<script>" in " ".join(root.itertext())


def test_both_themes_have_every_colour_of_the_page() -> None:
    dark, light = colours("dark"), colours("light")
    assert dark.keys() == light.keys()
    assert {
        "map",
        "raised",
        "text",
        "muted",
        "band-0-idle",
        "band-4",
        "dead",
        "drained",
        "doubt",
        "good",
    } <= dark.keys()
    assert dark["map"] != light["map"]


def test_sites_at_one_place_and_a_single_one_have_places() -> None:
    box = (0.0, 0.0, 100.0, 100.0)
    assert placed({}, box, 10) == {}
    assert len(placed({"a": (90.0, 0.0)}, box, 10)) == 1
    places = placed({"a": (30.0, 100.0), "b": (30.0, 100.0), "c": (30.0, 100.0)}, box, 10)
    assert len(set(places.values())) == 3


def test_long_texts_are_broken_into_lines_of_a_width() -> None:
    english, chinese = "circuit a-b (a-r1 – b-r1) is down; ", "电路 a-b（a-r1 – b-r1）中断，"
    for text in (4 * english, 5 * chinese, 300 * "x", HOSTILE, ""):
        lines = broken(text, 340, size=13, most=2)
        assert 1 <= len(lines) <= 2
        assert all(width_of(line, 13) <= 340 for line in lines)
        assert lines[-1].endswith("…") == (width_of(text, 13) > 680)
    assert broken("a-r1 – b-r1 is down", 100, size=13, most=3) == ["a-r1 – b-r1", "is down"]


async def test_what_was_planned_or_silenced_is_shown_and_not_counted(world: World) -> None:
    plain = await scene(world, "a duct")
    [alert, *_] = plain.alerts
    known = (structs.replace(alert, maintenance="m-1"), structs.replace(alert, silenced_by=("s-1",)))
    drawing = draw(replace(plain, alerts=(*known, alert)), language="en", theme="light")
    text = " | ".join(ET.fromstring(drawing).itertext())  # noqa: S314
    assert "What is wrong · 1 | a duct | a duct · in maintenance | a duct · silenced" in text
