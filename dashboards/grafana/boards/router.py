"""A router: its interfaces, its errors, its optics, and how well it is heard."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL, each_second
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import UP_DOWN, WIDE, Panel, graph, number, rows, signed, states

OF_ROUTER = """ "source" =~ /^$router$/ AND $timeFilter """
ON_LINKS = f""" "link" != '-' AND {OF_ROUTER}"""


def router() -> Dashboard:
    """Return the board."""
    return board.make(
        "router",
        "router",
        "One router: traffic, state, errors and optics of its interfaces, and its telemetry.",
        [*_numbers(), *_traffic(), *_quality()],
        chosen=(variables.sites(), variables.router()),
    )


def _numbers() -> list[Panel]:
    own = """FROM "suanlu" WHERE "stage" = 'target' AND "instance" =~ /^$router$/ AND $timeFilter"""
    return [
        number(
            "Telemetry",
            "1 while the router's stream is in sync.",
            "short",
            InfluxQL(f"""SELECT last("targets_synced") {own}"""),
            steps=colors.ALL_IS_GOOD,
        ),
        number(
            "Gaps",
            "Times, in the time shown, that updates may have been missed.",
            "short",
            InfluxQL(f"""SELECT spread("gaps") {own}"""),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Out on links",
            "What it sends into links now.",
            "bps",
            InfluxQL(
                f"""SELECT sum("bps") FROM (SELECT last("out_bps") AS "bps" FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY "name")"""
            ),
        ),
        number(
            "In on links",
            "What it receives from links now.",
            "bps",
            InfluxQL(
                f"""SELECT sum("bps") FROM (SELECT last("in_bps") AS "bps" FROM "ifrate" WHERE {ON_LINKS}
                GROUP BY "name")"""
            ),
        ),
        number(
            "Interfaces down",
            "Interfaces whose last reported state is not up, members of groups and unused ones too.",
            "short",
            InfluxQL(
                f"""SELECT count("up") - sum("up") FROM (SELECT last("oper_up") AS "up" FROM "ifstate"
                WHERE {OF_ROUTER} GROUP BY "name")"""
            ),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Weakest receiver",
            "The lowest optical power that it receives on any channel now.",
            "dBm",
            InfluxQL(
                f"""SELECT min("power") FROM (SELECT last("rx_power_dbm") AS "power" FROM "optics"
                WHERE {OF_ROUTER} GROUP BY "name", "channel")"""
            ),
            steps=colors.POWER_DBM,
        ),
    ]


def _traffic() -> list[Panel]:
    def mean(expression: str) -> InfluxQL:
        return InfluxQL(
            f"""SELECT {expression} FROM "ifrate" WHERE {ON_LINKS}
            GROUP BY time($__interval), "source", "name", "link" fill(none)"""
        )

    return [
        signed(
            "Traffic on links",
            "Out above the line, in below it.",
            "bps",
            mean('mean("out_bps")').alias("$tag_name out"),
            mean('-1 * mean("in_bps")').named("B").alias("$tag_name in"),
        ).data_links([links.to_interface(LABELS), links.to_map(LABELS)]),
        graph(
            "Use of links",
            "Share of the capacity that it fills.",
            "percentunit",
            mean('mean("out_util")').alias("$tag_name"),
            steps=colors.USE,
        )
        .max(1)
        .data_links([links.to_interface(LABELS), links.to_map(LABELS)]),
        rows(
            "Interfaces",
            "What each interface sends and receives now, and its speed; members of groups have no link.",
            "bps",
            InfluxQL(
                f"""SELECT last("out_bps") AS "out", "in_bps" AS "in", "speed_bps" AS "speed" FROM "ifrate"
                WHERE {OF_ROUTER} GROUP BY "source", "name", "link" """
            ).table(),
        )
        .filterable(True)
        .data_links([links.to_interface(COLUMNS), links.to_map(COLUMNS)]),
        states(
            "State of interfaces",
            "What it said about each interface.",
            InfluxQL(
                f"""SELECT last("oper_up") FROM "ifstate" WHERE {OF_ROUTER}
                GROUP BY time($__interval), "source", "name" fill(none)"""
            ).alias("$tag_name"),
            words=UP_DOWN,
        ).data_links([links.to_interface(LABELS)]),
    ]


def _quality() -> list[Panel]:
    to_interface = [links.to_interface(LABELS)]
    tags = '"source", "name"'
    return [
        graph(
            "Damaged packets",
            "Packets in with errors, and frames with a wrong checksum, by interface.",
            "pps",
            InfluxQL(each_second("in_errors", OF_ROUTER, tags)).alias("$tag_name errors"),
            InfluxQL(each_second("in_fcs_errors", OF_ROUTER, tags), ref_id="B").alias("$tag_name checksum"),
            steps=colors.ERRORS_PER_S,
        ).data_links(to_interface),
        graph(
            "Dropped packets",
            "Packets that were discarded for want of room, by interface.",
            "pps",
            InfluxQL(each_second("out_discards", OF_ROUTER, tags)).alias("$tag_name out"),
            InfluxQL(each_second("in_discards", OF_ROUTER, tags), ref_id="B").alias("$tag_name in"),
            steps=colors.ERRORS_PER_S,
        ).data_links(to_interface),
        graph(
            "Updates received",
            "Telemetry updates a second; a line at 0 is a router that is not heard.",
            "short",
            InfluxQL(
                """SELECT non_negative_derivative(last("updates"), 1s) FROM "suanlu"
                WHERE "stage" = 'target' AND "instance" =~ /^$router$/ AND $timeFilter
                GROUP BY time($__interval), "instance" fill(none)"""
            ).alias("$tag_instance"),
        ),
        graph(
            "Temperature of optics",
            "Of each optical module.",
            "celsius",
            InfluxQL(
                f"""SELECT mean("temp_c") FROM "optics" WHERE {OF_ROUTER}
                GROUP BY time($__interval), "source", "name" fill(none)"""
            ).alias("$tag_name"),
            steps=((None, colors.GREEN), (65, colors.YELLOW), (75, colors.RED)),
        ),
        rows(
            "What happened",
            "Events of the router.",
            "string",
            InfluxQL(
                f"""SELECT "text", "kind", "severity" FROM "event" WHERE {OF_ROUTER}
                ORDER BY time DESC LIMIT 100"""
            ).table(),
        ).span(WIDE),
    ]
