"""The overview: is the backbone well, where is it full, where is it slow."""

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.models import dashboard as models

from dashboards.grafana.influxql import DATASOURCE, InfluxQL
from dashboards.grafana.style import (
    GREEN,
    ORANGE,
    RED,
    YELLOW,
    Panel,
    any_is_bad,
    datasource_variable,
    graph,
    number,
    rows,
    tag_variable,
    thresholds,
    use_thresholds,
)

# Totals count the ends of links: members of a group carry `link = '-'` and would count twice.
ON_LINKS = """ "link" != '-' AND "site" =~ /^$site$/ AND "source" =~ /^$router$/ AND $timeFilter """
OF_ROUTERS = """ "site" =~ /^$site$/ AND "source" =~ /^$router$/ AND $timeFilter """
OF_LINKS = """ "link" != '-' AND "source" =~ /^$router$/ AND $timeFilter """


def overview() -> board.Dashboard:
    """Return the board."""
    dashboard = (
        board.Dashboard("Suanlu: backbone overview")
        .uid("suanlu-overview")
        .description("State, use and delay of every link, from the telemetry that Suanlu stores.")
        .tags(["suanlu"])
        .readonly()
        .timezone("browser")
        .time("now-1h", "now")
        .refresh("10s")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .with_variable(datasource_variable())
        .with_variable(tag_variable("site", "Site", """SHOW TAG VALUES FROM "ifrate" WITH KEY = "site" """))
        .with_variable(
            tag_variable(
                "router",
                "Router",
                """SHOW TAG VALUES FROM "ifrate" WITH KEY = "source" WHERE "site" =~ /^$site$/""",
            )
        )
        .annotation(_events())
    )
    panels = [*_numbers(), *_traffic(), *_quality(), *_hardware()]
    for identity, panel in enumerate(panels, 1):
        dashboard.with_panel(panel.id(identity))
    return dashboard


def _events() -> board.AnnotationQuery:
    query = """SELECT "text", "kind", "severity", "source" FROM "event" WHERE $timeFilter ORDER BY time ASC"""
    return (
        board.AnnotationQuery()
        .name("Events")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color("red")
        .target(InfluxQL(query, ref_id="Events").annotation(text="text", tags="kind,severity,source"))
    )


def _numbers() -> list[Panel]:
    last_of_links = f"""FROM "ifrate" WHERE {ON_LINKS} GROUP BY "link" """
    return [
        number(
            "Link ends down",
            "Interfaces of links whose last reported state is not up.",
            "short",
            f"""SELECT count("up") - sum("up") FROM (SELECT last("oper_up") AS "up" FROM "ifstate"
            WHERE {ON_LINKS} GROUP BY "source", "name")""",
        ).thresholds(any_is_bad()),
        number(
            "Busiest link",
            "The highest use of any link now, as a share of its capacity.",
            "percentunit",
            f"""SELECT max("use") FROM (SELECT last("out_util") AS "use" {last_of_links})""",
        ).thresholds(use_thresholds()),
        number(
            "Traffic on links",
            "All that routers send into links now, members of groups not counted twice.",
            "bps",
            f"""SELECT sum("bps") FROM (SELECT last("out_bps") AS "bps" {last_of_links})""",
        ),
        number(
            "Routers reporting",
            "Routers of which traffic was received in the time shown.",
            "short",
            f"""SELECT count("bps") FROM (SELECT last("out_bps") AS "bps" FROM "ifrate" WHERE {OF_ROUTERS}
            GROUP BY "source")""",
        ),
        number(
            "Slowest link",
            "The longest one-way delay that is measured on any link now.",
            "µs",
            f"""SELECT max("latency") FROM (SELECT last("latency_us") AS "latency" FROM "link_latency"
            WHERE {OF_LINKS} GROUP BY "link")""",
        ),
        number(
            "Worst loss",
            "The highest loss that is measured on any link now, in millionths.",
            "ppm",
            f"""SELECT max("loss") FROM (SELECT last("loss_ppm") AS "loss" FROM "link_latency"
            WHERE {OF_LINKS} GROUP BY "link")""",
        ).thresholds(thresholds((None, GREEN), (10, YELLOW), (100, ORANGE), (1000, RED))),
    ]


def _traffic() -> list[Panel]:
    return [
        graph("Traffic by site", "What the routers of each site send into links.", "bps").with_target(
            InfluxQL(
                f"""SELECT sum("bps") FROM (SELECT mean("out_bps") AS "bps" FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "link", "site" fill(none))
                WHERE $timeFilter GROUP BY time($__interval), "site" fill(none)"""
            ).alias("$tag_site")
        ),
        rows("Busiest links", "The ten links with the highest use now.")
        .unit("percentunit")
        .thresholds(use_thresholds())
        .with_target(
            InfluxQL(
                f"""SELECT top("use", "link", 10) AS "use" FROM (SELECT last("out_util") AS "use"
                FROM "ifrate" WHERE {ON_LINKS} GROUP BY "link")"""
            ).table()
        ),
        graph("Use of each link", "Share of the capacity that the sender fills.", "percentunit")
        .max(1)
        .thresholds(use_thresholds())
        .with_target(
            InfluxQL(
                f"""SELECT mean("out_util") FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "link" fill(none)"""
            ).alias("$tag_link")
        ),
        graph("Traffic on each link", "What the sender's interface sends.", "bps").with_target(
            InfluxQL(
                f"""SELECT mean("out_bps") FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "link" fill(none)"""
            ).alias("$tag_link")
        ),
    ]


def _quality() -> list[Panel]:
    def measured(field: str) -> InfluxQL:
        return InfluxQL(
            f"""SELECT mean("{field}") FROM "link_latency" WHERE {OF_LINKS}
            GROUP BY time($__interval), "link", "method" fill(none)"""
        ).alias("$tag_link ($tag_method)")

    return [
        graph("Delay of each link", "One way, as measured by the sender.", "µs").with_target(
            measured("latency_us")
        ),
        graph("Loss on each link", "Lost test packets, in millionths.", "ppm").with_target(
            measured("loss_ppm")
        ),
    ]


def _hardware() -> list[Panel]:
    def each_second(field: str) -> str:
        return f"""SELECT sum("rate") FROM (SELECT non_negative_derivative(last("{field}"), 1s) AS "rate"
            FROM "ifcounters" WHERE {OF_ROUTERS} GROUP BY time($__interval), "source", "name" fill(none))
            WHERE $timeFilter GROUP BY time($__interval), "source" fill(none)"""

    return [
        graph("Errors and discards", "Packets that interfaces refused or dropped, by router.", "pps")
        .with_target(InfluxQL(each_second("in_errors")).alias("$tag_source errors in"))
        .with_target(InfluxQL(each_second("out_discards"), ref_id="B").alias("$tag_source discards out")),
        graph("Optical power received", "The weakest receiver of each router.", "dBm")
        .min(-40)
        .with_target(
            InfluxQL(
                f"""SELECT min("rx_power_dbm") FROM "optics" WHERE {OF_ROUTERS}
                GROUP BY time($__interval), "source" fill(none)"""
            ).alias("$tag_source")
        ),
        rows("State of link ends", "What each router last said about its end of each link.")
        .span(24)
        .filterable(True)
        .with_target(
            InfluxQL(
                f"""SELECT last("oper_status") AS "state", "oper_up" AS "up" FROM "ifstate" WHERE {ON_LINKS}
                GROUP BY "source", "name", "link" """
            ).table()
        ),
    ]
