"""The picture itself: an SVG document of elements and attributes, without styles or scripts."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from suanlu.alerts import Alert
from suanlu.api.documents import SiteDocument
from suanlu.picture import marks
from suanlu.picture.curves import Circuit, Curve, Place, lay
from suanlu.picture.lines import broken
from suanlu.picture.names import Box, stand
from suanlu.picture.places import placed
from suanlu.picture.scene import Scene
from suanlu.picture.theme import colours
from suanlu.picture.words import clocks, say

WIDTH, HEIGHT = 1600, 900
_HEADER = 56
_MAP = Box(0, _HEADER, WIDTH, HEIGHT - _HEADER)
_SITES_IN = (190.0, 110.0, WIDTH - 330.0, HEIGHT - 70.0)
_LEGEND = Box(16, HEIGHT - 134, 360, 118)
_LEAST_DISTANCE = 58
_NAME_SIZE = 14
_ALERTS = 6
_ALERT_WIDTH, _ALERT_LINE = 340.0, 20
_FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_SHORT = re.compile(r"\s*[(\uff08].*$", re.DOTALL)  # what stands in brackets has no room here


def clean(text: object) -> str:
    """A text that XML may hold: what it forbids becomes the sign for a lost character."""
    return _FORBIDDEN.sub("\ufffd", str(text))


def draw(scene: Scene, *, language: str, theme: str) -> bytes:
    """The SVG document, UTF-8; `language` of `LANGUAGES`, `theme` of `THEMES`."""
    return _Picture(scene, language, colours(theme)).document()


def _is_known(alert: Alert) -> bool:
    """Whether it was planned or silenced, so that nobody has to look at it now."""
    return alert.maintenance is not None or bool(alert.silenced_by)


class _Picture:
    def __init__(self, scene: Scene, language: str, colour: dict[str, str]) -> None:
        self.scene, self.language, self.colour = scene, language, colour
        self.root = ET.Element(
            "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", width=str(WIDTH),
            height=str(HEIGHT), attrib={"font-family": _FONT, "font-size": "14"},
        )  # fmt: skip
        self.places = placed(
            {site.id: (site.lat, site.lon) for site in scene.sites}, _SITES_IN, _LEAST_DISTANCE
        )
        self.radius = {site.id: marks.radius(site) for site in scene.sites}
        self.between = [link for link in scene.links if link.from_site != link.to_site]

    def document(self) -> bytes:
        self._title()
        self._box(Box(0, 0, WIDTH, HEIGHT), "map")
        curves = self._curves()
        for link in self.between:
            curve = curves[link.circuit]
            marks.half_line(
                self.root, link, curve if link.direction == "az" else curve.reversed(), self.colour
            )
        for site in self.scene.sites:
            marks.site(self.root, site, self.places[site.id], self.colour)
        self._names(curves.values())
        self._head()
        self._legend()
        self._wrong()
        document: bytes = ET.tostring(self.root, encoding="utf-8", xml_declaration=True)
        return document

    def _title(self) -> None:
        title = ET.SubElement(self.root, "title")
        title.text = clean(f"{self.scene.name} – {clocks(self.language, self.scene.at_ns)}")

    def _curves(self) -> dict[str, Curve]:
        circuits = [
            Circuit(link.circuit, link.from_site, link.to_site, marks.width(link))
            for link in self.between
            if link.direction == "az"
        ]
        return lay(circuits, self.places, self.radius)

    def _names(self, curves: Iterable[Curve]) -> None:
        texts = {site.id: " ".join(self._site_names(site)) for site in self.scene.sites}
        boxes = stand(texts, self.places, self.radius, curves, frame=_MAP, size=_NAME_SIZE, taken=(_LEGEND,))
        for site in self.scene.sites:
            box = boxes[site.id]
            node = self._text((box.x, box.y + 0.85 * box.height), "", "text", size=_NAME_SIZE, weight="600")
            node.set("paint-order", "stroke")
            node.set("stroke", self.colour["map"])
            node.set("stroke-width", "3")
            first, second = self._site_names(site)
            ET.SubElement(node, "tspan").text = first
            after = ET.SubElement(
                node, "tspan", {"fill": self.colour["muted"], "font-weight": "400", "dx": "4"}
            )
            after.text = second

    def _site_names(self, site: SiteDocument) -> tuple[str, str]:
        english, chinese = (clean(_SHORT.sub("", name)) for name in (site.name_en, site.name_zh))
        first, second = (chinese, english) if self.language == "zh" else (english, chinese)
        return (first, second) if first else (second, "")

    def _head(self) -> None:
        self._box(Box(0, 0, WIDTH, _HEADER), "raised")
        up = sum(link.state == "up" for link in self.scene.links)
        every = len(self.scene.links)
        self._text((20, 36), clean(self.scene.name), "text", size=20, weight="700")
        self._text(
            (WIDTH - 20, 36), clocks(self.language, self.scene.at_ns), "text",
            size=20, weight="700", anchor="end",
        )  # fmt: skip
        known = self.scene.health if self.scene.health in ("ok", "degraded") else "blind"
        tone = "good" if up == every and known == "ok" else "dead"
        line = f"{say(self.language, 'up', up=up, all=every)} · {say(self.language, known)}"
        self._text((WIDTH / 2, 36), line, tone, size=17, weight="600", anchor="middle")

    def _legend(self) -> None:
        self._box(_LEGEND, "raised", radius=8)
        x, y = _LEGEND.x + 14, _LEGEND.y + 22
        self._text((x, y), say(self.language, "use"), "muted", size=12)
        for band, edge in enumerate(marks.EDGES):
            self._box(Box(x + 60 * band, y + 10, 60, 8), f"band-{band}")
            self._text((x + 60 * band, y + 32), f"{edge * 100:.0f}", "muted", size=12)
        for number, state in enumerate(("down", "drained", "unconfirmed", "stale", "none")):
            left, base = x + 104 * (number % 3), y + 56 + 26 * (number // 3)
            marks.sample(self.root, state, (left, base - 4), self.colour)
            self._text((left + 38, base), say(self.language, f"state.{state}"), "text", size=12)

    def _wrong(self) -> None:
        """Alerts from the lower right corner upwards; those known of are fainter, last and not counted."""
        ordered = sorted(self.scene.alerts, key=_is_known)
        count = sum(not _is_known(alert) for alert in ordered)
        rows = [
            (line, "muted" if _is_known(alert) else "text")
            for alert in ordered[:_ALERTS]
            for line in broken(clean(self._summary(alert)), _ALERT_WIDTH, size=13, most=2)
        ]
        if len(ordered) > _ALERTS:
            rows.append((say(self.language, "more", n=len(ordered) - _ALERTS), "muted"))
        rows = rows or [(say(self.language, "nothing"), "good")]
        x, y = WIDTH - _ALERT_WIDTH - 20.0, HEIGHT - 22.0 - _ALERT_LINE * len(rows)
        title = say(self.language, "wrong") + (f" · {count}" if count else "")
        self._text((x, y), title, "dead" if count else "text", size=15, weight="700", halo=True)
        for number, (line, fill) in enumerate(rows):
            self._text((x, y + 2 + _ALERT_LINE * (number + 1)), line, fill, size=13, halo=True)

    def _summary(self, alert: Alert) -> str:
        said = alert.summary_zh if self.language == "zh" and alert.summary_zh else alert.summary
        known = "planned" if alert.maintenance else "silenced" if alert.silenced_by else None
        return said if known is None else f"{said} · {say(self.language, known)}"

    def _box(self, box: Box, fill: str, *, radius: float = 0) -> None:
        ET.SubElement(
            self.root, "rect", x=f"{box.x:g}", y=f"{box.y:g}", width=f"{box.width:g}",
            height=f"{box.height:g}", rx=f"{radius:g}", fill=self.colour[fill],
        )  # fmt: skip

    def _text(
        self, at: Place, text: str, fill: str, *, size: float, weight: str = "400", anchor: str = "start",
        halo: bool = False,
    ) -> ET.Element:  # fmt: skip
        node = ET.SubElement(
            self.root, "text", x=f"{at[0]:.1f}", y=f"{at[1]:.1f}", fill=self.colour[fill],
            attrib={"font-size": f"{size:g}", "font-weight": weight, "text-anchor": anchor},
        )  # fmt: skip
        if halo:
            node.set("paint-order", "stroke")
            node.set("stroke", self.colour["map"])
            node.set("stroke-width", "4")
        node.text = text
        return node
