"""The map in Grafana: node graph and geomap from Suanlu's frames, and what fires now."""

from typing import Any

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import geomap, nodegraph
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models.common import FrameGeometrySourceMode

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.infinity import API, Json
from dashboards.grafana.parts.links import COLUMNS
from dashboards.grafana.parts.panels import HALF, WIDE, Panel, named, rows

_BASEMAP = "default"
_MIDDLE_OF_CHINA = (34, 108, 4)


def network() -> Dashboard:
    """Return the board. It needs Grafana's Infinity data source; the others do not."""
    return board.make(
        "network",
        "network now",
        "The live graph as Suanlu has it now, and the alerts that fire. Needs the Infinity data source.",
        [_map(), _graph("site"), _graph("router"), _alerts()],
        chosen=(variables.api(),),
    )


def _map() -> Panel:
    lat, lon, zoom = _MIDDLE_OF_CHINA
    return (
        named(
            geomap.Panel(),
            "Map",
            "Each half of a line is the direction that begins at its end, coloured by use; dashed: not up.",
            Json("/v1/frames/geo", "nodes", ref_id="nodes").frames("nodes"),
            Json("/v1/frames/geo", "edges", ref_id="edges").frames("edges"),
            unit="percentunit",
            steps=colors.USE,
        )
        .datasource(API)
        .height(18)
        .span(WIDE)
        .view(geomap.MapViewConfig().id("coords").lat(lat).lon(lon).zoom(zoom))
        .basemap(common_builders.MapLayerOptions().type(_BASEMAP).name("Basemap"))
        .layers([_layer()])
        .data_links([links.to_map(COLUMNS, "site", "id")])
    )


def _layer() -> common_builders.MapLayerOptions:
    """The network layer: edges take colour from `use` by the thresholds, points have a fixed size."""

    def style(size: int, color: dict[str, str], **more: Any) -> dict[str, Any]:
        return {"size": {"fixed": size}, "color": color, "opacity": 0.9, **more}

    return (
        common_builders.MapLayerOptions()
        .type("network")
        .name("Backbone")
        .tooltip(True)
        .location(common_builders.FrameGeometrySource().mode(FrameGeometrySourceMode.AUTO))
        .config(
            {
                "arrow": 0,
                "showLegend": True,
                "style": style(4, {"fixed": "text"}, text={"field": "title", "mode": "field"}),
                "edgeStyle": style(3, {"field": "use", "fixed": "gray"}, lineWidth=3),
            }
        )
    )


def _graph(level: str) -> Panel:
    path = f"/v1/frames/{{}}?level={level}"
    return (
        named(
            nodegraph.Panel(),
            f"{level.capitalize()}s",
            f"{level.capitalize()}s with what they send; rings: their links that are up, not heard, down;"
            " lines: use of the fullest link, and the least delay.",
            Json(path.format("nodes"), "nodes", ref_id="nodes").frames("nodes"),
            Json(path.format("edges"), "edges", ref_id="edges").frames("edges"),
            unit="bps",
            steps=colors.PLAIN,
        )
        .datasource(API)
        .height(18)
        .span(HALF)
        .data_links([_below(level), links.to_map(COLUMNS, level, "id")])
    )


def _below(level: str) -> links.Link:
    return links.to_site(COLUMNS, "id") if level == "site" else links.to_router(COLUMNS, "id")


def _alerts() -> Panel:
    alerts = Json("/v1/alerts", "alerts")
    for selector, text in (
        ("severity", "severity"),
        ("state", "state"),
        ("subject.kind", "kind"),
        ("subject.id", "subject"),
        ("summary", "summary"),
        ("cause", "cause"),
        ("since", "since"),
        ("acknowledged.by", "taken by"),
    ):
        alerts.column(selector, text)
    return (
        rows("Alerts", "What fires now, one alert a cause, and who has taken it on.", "string", alerts)
        .datasource(API)
        .span(WIDE)
        .data_links([links.to_map_then("since", f"${{{COLUMNS}.kind}}:${{{COLUMNS}.subject}}")])
    )
