"""Half-lines and sites: colour by use, dashes and signs by state, shapes by kind, as on the page."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from suanlu.api.documents import LinkDocument, SiteDocument
from suanlu.picture.curves import Curve, Place
from suanlu.picture.theme import mixed

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9)
_WIDTHS = ((1.6e12, 7.0), (8e11, 5.0), (4e11, 3.6), (0.0, 2.6))
_DASHES = {"down": "7 5", "drained": "2 2.5", "unconfirmed": "12 3", "stale": "6 6", "none": "1.5 4"}
_STATE_COLOURS = {"down": "dead", "drained": "drained", "stale": "nodata", "none": "nodata"}
_SIGNS = {"down": "✕", "drained": "‖", "unconfirmed": "?", "stale": "?"}
_SITE_COLOURS = {"up": "site", "degraded": "doubt", "drained": "drained", "cut_off": "dead"}
_RING = 3.5


def use(link: LinkDocument) -> float | None:
    """Use of a link as a share of its capacity; None where either is unknown."""
    used, capacity = link.used_bps.value, link.capacity_bps.value
    return None if used is None or not capacity else used / capacity


def shown_state(link: LinkDocument) -> str:
    """The state, or `none` where it is up and its use unknown."""
    return "none" if link.state == "up" and use(link) is None else link.state


def width(link: LinkDocument) -> float:
    """How broad its line is, by capacity."""
    return next(broad for floor, broad in _WIDTHS if (link.capacity_bps.value or 0) >= floor)


def _colour(link: LinkDocument, colour: Mapping[str, str]) -> str:
    state, share = shown_state(link), use(link)
    if state in _STATE_COLOURS:
        return colour[_STATE_COLOURS[state]]
    if share is None:
        return colour["nodata"]
    if share < EDGES[1]:
        return mixed(colour["band-0-idle"], colour["band-0"], share / EDGES[1])
    return colour[f"band-{sum(share >= edge for edge in EDGES[1:])}"]


def half_line(root: ET.Element, link: LinkDocument, curve: Curve, colour: Mapping[str, str]) -> None:
    """The sender's half of a curve, with an arrow head at its end."""
    state, broad, stroke = shown_state(link), width(link), _colour(link, colour)
    share = use(link)
    group = ET.SubElement(
        root, "g", {"data-link": link.id, "data-state": link.state,
                    "data-use": "" if share is None else f"{share:.4f}"},
    )  # fmt: skip
    (x, y), (dx, dy) = curve.at(0.5), curve.heading(0.5)
    tip = broad * 1.5 + 2
    end, wing = (x - dx * 0.6, y - dy * 0.6), broad / 2 + 1.4
    neck = end[0] - dx * tip, end[1] - dy * tip
    control = ((curve.start[0] + curve.control[0]) / 2, (curve.start[1] + curve.control[1]) / 2)
    body = f"M{_at(curve.start)}Q{_at(control)} {_at(neck)}"
    line = {"d": body, "fill": "none", "stroke": stroke, "stroke-width": f"{broad:g}"}
    if state in _DASHES:
        line["stroke-dasharray"] = _DASHES[state]
    ET.SubElement(group, "path", line)
    if state != "down":
        left = neck[0] - dy * wing, neck[1] + dx * wing
        right = neck[0] + dy * wing, neck[1] - dx * wing
        filled = "none" if state in ("none", "stale") else stroke
        ET.SubElement(group, "path", d=f"M{_at(left)}L{_at(end)}L{_at(right)}Z", fill=filled, stroke=stroke)
    if state in _SIGNS:
        _sign(group, state, curve.at(0.29), colour)


def _sign(root: ET.Element, state: str, at: Place, colour: Mapping[str, str]) -> None:
    down = state == "down"
    edge = colour["dead" if down else "drained" if state == "drained" else "doubt"]
    ET.SubElement(
        root, "circle", cx=f"{at[0]:.1f}", cy=f"{at[1]:.1f}", r="7.5", stroke=edge,
        fill=edge if down else colour["map"],
    )  # fmt: skip
    sign = ET.SubElement(
        root, "text", x=f"{at[0]:.1f}", y=f"{at[1] + 4:.1f}", fill=colour["dead-ink"] if down else edge,
        attrib={"font-size": "11", "font-weight": "700", "text-anchor": "middle"},
    )  # fmt: skip
    sign.text = _SIGNS[state]


def sample(root: ET.Element, state: str, at: Place, colour: Mapping[str, str]) -> None:
    """A short line in the look of a state, for the legend."""
    stroke = colour[_STATE_COLOURS.get(state, "band-0")]
    ET.SubElement(
        root, "path", d=f"M{_at(at)}h30", stroke=stroke,
        attrib={"stroke-width": "4", "stroke-dasharray": _DASHES[state]},
    )  # fmt: skip
    if state in _SIGNS:
        _sign(root, state, (at[0] + 15, at[1]), colour)


def _size(site: SiteDocument) -> float:
    return 8.0 if site.role == "core" else 6.5


def radius(site: SiteDocument) -> float:
    """What a site covers, from its centre."""
    return _size(site) + (_RING if len(site.routers) > 1 else 0)


def site(root: ET.Element, site: SiteDocument, at: Place, colour: Mapping[str, str]) -> None:
    """A site's shape, and a ring where it has several routers."""
    fill = colour[_SITE_COLOURS.get(site.state, "doubt")]
    group = ET.SubElement(
        root, "g", {"data-site": site.id, "data-state": site.state, "transform": f"translate({_at(at)})"}
    )
    if len(site.routers) > 1:
        ET.SubElement(group, "path", d=_shape(site.kind, _size(site) + _RING), fill="none", stroke=fill)
    ET.SubElement(
        group, "path", d=_shape(site.kind, _size(site)), fill=fill, stroke=colour["map"],
        attrib={"stroke-width": "1.5"},
    )  # fmt: skip


def _shape(kind: str, r: float) -> str:
    match kind:
        case "supercomputing":
            return f"M0 {-r * 1.2:.1f}L{r * 1.2:.1f} 0L0 {r * 1.2:.1f}L{-r * 1.2:.1f} 0Z"
        case "hub":
            return f"M{-r * 0.9:.1f} {-r * 0.9:.1f}H{r * 0.9:.1f}V{r * 0.9:.1f}H{-r * 0.9:.1f}Z"
        case "exchange":
            return f"M0 {-r * 1.15:.1f}L{r * 1.1:.1f} {r * 0.8:.1f}H{-r * 1.1:.1f}Z"
    return f"M{-r:.1f} 0A{r:.1f} {r:.1f} 0 1 1 {r:.1f} 0A{r:.1f} {r:.1f} 0 1 1 {-r:.1f} 0Z"


def _at(place: Place) -> str:
    return f"{place[0]:.1f} {place[1]:.1f}"
