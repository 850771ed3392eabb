"""The frame of a board: what all of them have."""

from collections.abc import Iterable
from typing import Any

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.models import dashboard as models

from dashboards.grafana.parts import links, variables
from dashboards.grafana.parts.influxql import DATASOURCE, InfluxQL
from dashboards.grafana.parts.panels import Panel


def make(
    name: str,
    title: str,
    description: str,
    panels: Iterable[Panel],
    *,
    chosen: Iterable[Any] = (),
    since: str = "now-1h",
    refresh: str = "10s",
) -> board.Dashboard:
    """Return a board: its address is `/d/suanlu-<name>`; `chosen` are its variables beside the store."""
    made = (
        board.Dashboard(f"Suanlu: {title}")
        .uid(f"suanlu-{name}")
        .description(description)
        .tags(["suanlu"])
        .readonly()
        .timezone("browser")
        .time(since, "now")
        .refresh(refresh)
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .with_variable(variables.store())
        .link(links.boards())
        .link(links.weathermap())
        .annotation(_events())
    )
    for variable in chosen:
        made.with_variable(variable)
    made.with_variable(variables.address())
    for identity, panel in enumerate(panels, 1):
        made.with_panel(panel.id(identity))
    return made


def _events() -> board.AnnotationQuery:
    """What happened, as marks on every chart."""
    query = """SELECT "text", "kind", "severity", "source" FROM "event" WHERE $timeFilter ORDER BY time ASC"""
    return (
        board.AnnotationQuery()
        .name("Events")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color("red")
        .target(InfluxQL(query, ref_id="Events").annotation(text="text", tags="kind,severity,source"))
    )
