"""Delay between all sites: the matrix, and who is in whose circle of 20 ms."""

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import WIDE, Panel, bars, graph, rows

PAIRS = """ "a" =~ /^$site$/ AND "z" =~ /^$site$/ AND $timeFilter """
CIRCLE_US = 20_000


def latency() -> Dashboard:
    """Return the board."""
    return board.make(
        "latency",
        "delay between sites",
        "One-way delay between all sites as packets are forwarded, and the circles of 20 ms.",
        [_matrix(), *_circles(), *_worst()],
        chosen=(variables.sites(),),
    )


def _matrix() -> Panel:
    return (
        rows(
            "Delay from row to column",
            "One way, as packets are forwarded now. Red is outside the circle of 20 ms; empty is no way.",
            "µs",
            InfluxQL(
                f"""SELECT last("latency_us") AS "delay" FROM "pair" WHERE {PAIRS} GROUP BY "a", "z" """
            ).table(),
            steps=colors.CIRCLE_US,
            cells="color-background",
        )
        .with_transformation(
            DataTransformerConfig(
                id_val="groupingToMatrix",
                options={"columnField": "z", "rowField": "a", "valueField": "delay"},
            )
        )
        .span(WIDE)
        .height(20)
    )


def _circles() -> list[Panel]:
    inside = f"""WHERE "delay" <= {CIRCLE_US}"""
    return [
        bars(
            "Sites in each circle",
            "How many others are within 20 ms of each site now.",
            "short",
            InfluxQL(
                f"""SELECT count("delay") FROM (SELECT last("latency_us") AS "delay" FROM "pair"
                WHERE {PAIRS} GROUP BY "a", "z") {inside} GROUP BY "a" """
            ).alias("$tag_a"),
        ).data_links([links.to_site(LABELS, "a"), links.to_map(LABELS, "site", "a")]),
        graph(
            "Pairs in the circle",
            "Pairs of sites within 20 ms of each other; a step down is work that must move.",
            "short",
            InfluxQL(
                f"""SELECT count("delay") FROM (SELECT max("latency_us") AS "delay" FROM "pair"
                WHERE {PAIRS} GROUP BY time($__interval), "a", "z" fill(none)) {inside} AND $timeFilter
                GROUP BY time($__interval) fill(none)"""
            ).alias("pairs"),
        ),
    ]


def _worst() -> list[Panel]:
    return [
        rows(
            "Farthest apart",
            "The twenty pairs with the longest delay now.",
            "µs",
            InfluxQL(
                f"""SELECT top("delay", "a", "z", 20) AS "delay" FROM
                (SELECT last("latency_us") AS "delay" FROM "pair" WHERE {PAIRS} GROUP BY "a", "z")"""
            ).table(),
            steps=colors.CIRCLE_US,
        ).data_links([links.to_pair(COLUMNS)]),
        rows(
            "Most lost by the IGP",
            "The twenty pairs whose packets take the longest detours now.",
            "µs",
            InfluxQL(
                f"""SELECT top("lost", "a", "z", 20) AS "lost" FROM
                (SELECT last("latency_us") - last("best_us") AS "lost" FROM "pair" WHERE {PAIRS}
                GROUP BY "a", "z")"""
            ).table(),
            steps=colors.DETOUR_US,
        ).data_links([links.to_pair(COLUMNS)]),
    ]
