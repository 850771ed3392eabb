"""The wall: is the backbone well, where is it full, where is it slow, what has happened."""

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import WIDE, Panel, bars, graph, link_ends_down, number, rows

# Totals count the ends of links: members of a group carry `link = '-'` and would count twice.
ON_LINKS = """ "link" != '-' AND "site" =~ /^$site$/ AND "source" =~ /^$router$/ AND $timeFilter """
OF_ROUTERS = """ "site" =~ /^$site$/ AND "source" =~ /^$router$/ AND $timeFilter """
OF_LINKS = """ "link" != '-' AND "source" =~ /^$router$/ AND $timeFilter """
OF_PAIRS = """ "a" =~ /^$site$/ AND $timeFilter """


def overview() -> Dashboard:
    """Return the board; with `?kiosk` it fills a screen."""
    return board.make(
        "overview",
        "backbone overview",
        "State, use and delay of the whole backbone, for the wall. Every line leads to the board below it.",
        [*_numbers(), *_traffic(), *_quality(), *_happened()],
        chosen=(variables.sites(), variables.routers()),
    )


def _numbers() -> list[Panel]:
    last_of_links = f"""FROM "ifrate" WHERE {ON_LINKS} GROUP BY "link" """
    return [
        link_ends_down(ON_LINKS),
        number(
            "Busiest link",
            "The highest use of any link now, as a share of its capacity.",
            "percentunit",
            InfluxQL(f"""SELECT max("use") FROM (SELECT last("out_util") AS "use" {last_of_links})"""),
            steps=colors.USE,
        ),
        number(
            "Traffic on links",
            "All that routers send into links now, members of groups not counted twice.",
            "bps",
            InfluxQL(f"""SELECT sum("bps") FROM (SELECT last("out_bps") AS "bps" {last_of_links})"""),
        ),
        number(
            "Routers reporting",
            "Routers of which traffic was received in the time shown.",
            "short",
            InfluxQL(
                f"""SELECT count("bps") FROM (SELECT last("out_bps") AS "bps" FROM "ifrate"
                WHERE {OF_ROUTERS} GROUP BY "source")"""
            ),
        ),
        number(
            "Worst loss",
            "The highest loss that is measured on any link now, in millionths.",
            "ppm",
            InfluxQL(
                f"""SELECT max("loss") FROM (SELECT last("loss_ppm") AS "loss" FROM "link_latency"
                WHERE {OF_LINKS} GROUP BY "link")"""
            ),
            steps=colors.LOSS_PPM,
        ),
        number(
            "Longest delay",
            "The longest one-way delay between two sites now, as packets are forwarded.",
            "µs",
            InfluxQL(
                f"""SELECT max("delay") FROM (SELECT last("latency_us") AS "delay" FROM "pair"
                WHERE {OF_PAIRS} GROUP BY "a", "z")"""
            ),
        ),
    ]


def _traffic() -> list[Panel]:
    return [
        graph(
            "Traffic by site",
            "What the routers of each site send into links.",
            "bps",
            InfluxQL(
                f"""SELECT sum("bps") FROM (SELECT mean("out_bps") AS "bps" FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "link", "site" fill(none))
                WHERE $timeFilter GROUP BY time($__interval), "site" fill(none)"""
            ).alias("$tag_site"),
        ).data_links([links.to_site(LABELS), links.to_map(LABELS, "site", "site")]),
        bars(
            "Busiest links",
            "The ten links with the highest use now.",
            "percentunit",
            InfluxQL(
                f"""SELECT top("use", "link", 10) AS "use" FROM (SELECT last("out_util") AS "use"
                FROM "ifrate" WHERE {ON_LINKS} GROUP BY "link")"""
            ).table(),
            steps=colors.USE,
        )
        .max(1)
        .reduce_options(common_builders.ReduceDataOptions().values(True).fields("use"))
        .data_links([links.to_map(COLUMNS)]),
        graph(
            "Use of each link",
            "Share of the capacity that the sender fills.",
            "percentunit",
            InfluxQL(
                f"""SELECT mean("out_util") FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
            steps=colors.USE,
        )
        .max(1)
        .data_links([links.to_interface(LABELS), links.to_map(LABELS)]),
        graph(
            "Traffic on each link",
            "What the sender's interface sends.",
            "bps",
            InfluxQL(
                f"""SELECT mean("out_bps") FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY time($__interval), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
        ).data_links([links.to_interface(LABELS), links.to_map(LABELS)]),
    ]


def _quality() -> list[Panel]:
    def measured(field: str) -> InfluxQL:
        return InfluxQL(
            f"""SELECT mean("{field}") FROM "link_latency" WHERE {OF_LINKS}
            GROUP BY time($__interval), "source", "name", "link", "method" fill(none)"""
        ).alias("$tag_link ($tag_method)")

    to_below = [links.to_interface(LABELS), links.to_map(LABELS)]
    return [
        graph(
            "Delay of each link", "One way, as measured by the sender.", "µs", measured("latency_us")
        ).data_links(to_below),
        graph(
            "Loss on each link",
            "Lost test packets, in millionths.",
            "ppm",
            measured("loss_ppm"),
            steps=colors.LOSS_PPM,
        ).data_links(to_below),
    ]


def _happened() -> list[Panel]:
    return [
        rows(
            "Alerts told",
            "The last alerts that began to fire; one a cause. What fires now is on the weathermap.",
            "string",
            InfluxQL(
                """SELECT "text", "severity", "site", "source", "link" FROM "event"
                WHERE "kind" = 'alert_firing' AND $timeFilter ORDER BY time DESC LIMIT 20"""
            ).table(),
        ).data_links([links.to_site(COLUMNS), links.to_router(COLUMNS), links.to_map(COLUMNS)]),
        rows(
            "State of link ends",
            "What each router last said about its end of each link.",
            "short",
            InfluxQL(
                f"""SELECT last("oper_status") AS "state", "oper_up" AS "up" FROM "ifstate"
                WHERE {ON_LINKS} GROUP BY "source", "name", "link" """
            ).table(),
        )
        .filterable(True)
        .data_links([links.to_interface(COLUMNS), links.to_map(COLUMNS)]),
        rows(
            "Routes that changed",
            "Pairs of sites whose way changed most often in the time shown.",
            "short",
            InfluxQL(
                f"""SELECT top("changes", "a", "z", 20) AS "changes" FROM
                (SELECT spread("route_changes") AS "changes" FROM "pair" WHERE {OF_PAIRS}
                GROUP BY "a", "z")"""
            ).table(),
            steps=colors.ANY_IS_BAD,
        )
        .span(WIDE)
        .data_links([links.to_pair(COLUMNS)]),
    ]
