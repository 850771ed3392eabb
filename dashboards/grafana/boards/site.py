"""A site: what goes in and out, how far the others are, how its links and routers are."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import (
    UP_DOWN,
    WIDE,
    Panel,
    bars,
    graph,
    link_ends_down,
    number,
    rows,
    states,
)

AT_SITE = """ "site" =~ /^$site$/ AND $timeFilter """
LINKS = f""" "link" != '-' AND {AT_SITE}"""
PAIRS = """ "a" =~ /^$site$/ AND $timeFilter """


def site() -> Dashboard:
    """Return the board."""
    return board.make(
        "site",
        "site",
        "One site, or several: its traffic, its links, its distance from the others.",
        [*_numbers(), *_traffic(), *_others(), *_inside()],
        chosen=(variables.sites(),),
    )


def _numbers() -> list[Panel]:
    def total(way: str) -> InfluxQL:
        return InfluxQL(
            f"""SELECT sum("bps") FROM (SELECT last("{way}_bps") AS "bps" FROM "ifrate" WHERE {LINKS}
            GROUP BY "source", "name")"""
        )

    return [
        number("Out", "What its routers send into links now.", "bps", total("out")),
        number("In", "What its routers receive from links now.", "bps", total("in")),
        number(
            "Fullest link",
            "The highest use of a link that leaves it now.",
            "percentunit",
            InfluxQL(
                f"""SELECT max("use") FROM (SELECT last("out_util") AS "use" FROM "ifrate" WHERE {LINKS}
                GROUP BY "link")"""
            ),
            steps=colors.USE,
        ),
        link_ends_down(LINKS),
        number(
            "Sites in 20 ms",
            "Other sites that are at most 20 ms away, one way, as packets are forwarded now.",
            "short",
            InfluxQL(
                f"""SELECT count("delay") FROM (SELECT last("latency_us") AS "delay" FROM "pair"
                WHERE {PAIRS} GROUP BY "a", "z") WHERE "delay" <= 20000"""
            ),
        ).no_value("0"),
        number(
            "Sites out of reach",
            "Other sites to which no way leads now.",
            "short",
            InfluxQL(
                f"""SELECT count("there") - sum("there") FROM (SELECT last("reachable") AS "there"
                FROM "pair" WHERE {PAIRS} GROUP BY "a", "z")"""
            ),
            steps=colors.ANY_IS_BAD,
        ),
    ]


def _traffic() -> list[Panel]:
    to_below = [links.to_interface(LABELS), links.to_map(LABELS)]
    return [
        graph(
            "Traffic out, by link",
            "What is sent into each link that leaves the site.",
            "bps",
            InfluxQL(
                f"""SELECT mean("out_bps") FROM "ifrate" WHERE {LINKS}
                GROUP BY time($__interval), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
        ).data_links(to_below),
        graph(
            "Traffic in, by interface",
            "What arrives on each link that enters the site.",
            "bps",
            InfluxQL(
                f"""SELECT mean("in_bps") FROM "ifrate" WHERE {LINKS}
                GROUP BY time($__interval), "source", "name" fill(none)"""
            ).alias("$tag_source $tag_name"),
        ).data_links([links.to_interface(LABELS)]),
        graph(
            "Use of its links",
            "Share of the capacity that the site fills.",
            "percentunit",
            InfluxQL(
                f"""SELECT mean("out_util") FROM "ifrate" WHERE {LINKS}
                GROUP BY time($__interval), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
            steps=colors.USE,
        )
        .max(1)
        .data_links(to_below),
    ]


def _others() -> list[Panel]:
    return [
        bars(
            "Delay to the other sites",
            "One way, as packets are forwarded now; the circle that jobs are placed in ends at 20 ms.",
            "µs",
            InfluxQL(f"""SELECT last("latency_us") FROM "pair" WHERE {PAIRS} GROUP BY "a", "z" """).alias(
                "$tag_a to $tag_z"
            ),
            steps=colors.CIRCLE_US,
        ).data_links([links.to_pair(LABELS)]),
        graph(
            "Delay to each of the other sites",
            "One way, as packets were forwarded.",
            "µs",
            InfluxQL(
                f"""SELECT mean("latency_us") FROM "pair" WHERE {PAIRS}
                GROUP BY time($__interval), "a", "z" fill(none)"""
            ).alias("$tag_a to $tag_z"),
            steps=colors.CIRCLE_US,
        )
        .span(WIDE)
        .data_links([links.to_pair(LABELS)]),
    ]


def _inside() -> list[Panel]:
    return [
        states(
            "State of link ends",
            "What the routers said about the interfaces of links.",
            InfluxQL(
                f"""SELECT last("oper_up") FROM "ifstate" WHERE {LINKS}
                GROUP BY time($__interval), "source", "name" fill(none)"""
            ).alias("$tag_source $tag_name"),
            words=UP_DOWN,
        ).data_links([links.to_interface(LABELS)]),
        rows(
            "Routers",
            "What each router of the site sends and receives on links now.",
            "bps",
            InfluxQL(
                f"""SELECT sum("out") AS "out", sum("in") AS "in" FROM
                (SELECT last("out_bps") AS "out", last("in_bps") AS "in" FROM "ifrate" WHERE {LINKS}
                GROUP BY "source", "name") GROUP BY "source" """
            ).table(),
        ).data_links([links.to_router(COLUMNS), links.to_map(COLUMNS, "router", "source")]),
        rows(
            "What happened",
            "Events of the site and its routers.",
            "string",
            InfluxQL(
                f"""SELECT "text", "kind", "severity", "source" FROM "event" WHERE {AT_SITE}
                ORDER BY time DESC LIMIT 100"""
            ).table(),
        )
        .span(WIDE)
        .data_links([links.to_router(COLUMNS)]),
    ]
