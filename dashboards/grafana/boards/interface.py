"""An interface: traffic with its 95th percentile, state, errors, and the delay of its link."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL, each_second
from dashboards.grafana.parts.links import LABELS
from dashboards.grafana.parts.panels import Panel, graph, number, signed, states

ONE = """ "source" =~ /^$router$/ AND "name" = '$interface' AND $timeFilter """
TAGS = '"source", "name", "link"'


def interface() -> Dashboard:
    """Return the board."""
    return board.make(
        "interface",
        "interface",
        "One interface, or group of them: traffic, state, errors, optics, the delay of its link.",
        [*_numbers(), *_traffic(), *_errors(), *_light()],
        chosen=(variables.sites(), variables.router(), variables.interface()),
    )


def _numbers() -> list[Panel]:
    def of_rates(expression: str) -> InfluxQL:
        return InfluxQL(f"""SELECT {expression} FROM "ifrate" WHERE {ONE}""")

    return [
        number("Out", "What it sends now.", "bps", of_rates('last("out_bps")')),
        number("In", "What it receives now.", "bps", of_rates('last("in_bps")')),
        number(
            "Use",
            "Share of its capacity that it fills now.",
            "percentunit",
            of_rates('last("out_util")'),
            steps=colors.USE,
        ),
        number(
            "Out, 95th percentile",
            "In 95 % of the time shown it sent at most so much.",
            "bps",
            of_rates('percentile("out_bps", 95)'),
        ),
        number(
            "In, 95th percentile",
            "In 95 % of the time shown it received at most so much.",
            "bps",
            of_rates('percentile("in_bps", 95)'),
        ),
        number("Speed", "Its speed, of a group that of its members.", "bps", of_rates('last("speed_bps")')),
    ]


def _traffic() -> list[Panel]:
    def mean(expression: str, ref_id: str = "A") -> InfluxQL:
        return InfluxQL(
            f"""SELECT {expression} FROM "ifrate" WHERE {ONE}
            GROUP BY time($__interval), {TAGS} fill(none)""",
            ref_id=ref_id,
        )

    to_map = [links.to_map(LABELS)]
    return [
        signed(
            "Traffic",
            "Out above the line, in below it.",
            "bps",
            mean('mean("out_bps")').alias("out"),
            mean('-1 * mean("in_bps")', "B").alias("in"),
        ).data_links(to_map),
        graph(
            "Use",
            "Share of its capacity, and the greatest in each step.",
            "percentunit",
            mean('mean("out_util")').alias("out"),
            mean('mean("in_util")', "B").alias("in"),
            mean('max("out_util")', "C").alias("out, greatest"),
            steps=colors.USE,
        )
        .max(1)
        .data_links(to_map),
        states(
            "State",
            "What the router said about it.",
            InfluxQL(
                f"""SELECT last("oper_status") FROM "ifstate" WHERE {ONE}
                GROUP BY time($__interval), {TAGS} fill(none)"""
            ).alias("state"),
        ).data_links(to_map),
    ]


def _errors() -> list[Panel]:
    def rate(field: str, ref_id: str = "A") -> InfluxQL:
        return InfluxQL(each_second(field, ONE, TAGS), ref_id=ref_id)

    return [
        graph(
            "Packets",
            "Packets a second.",
            "pps",
            rate("out_pkts").alias("out"),
            rate("in_pkts", "B").alias("in"),
        ),
        graph(
            "Damaged packets",
            "Packets with errors, and frames with a wrong checksum: its optics, its fibre, its peer.",
            "pps",
            rate("in_errors").alias("errors in"),
            rate("out_errors", "B").alias("errors out"),
            rate("in_fcs_errors", "C").alias("checksum"),
            steps=colors.ERRORS_PER_S,
        ),
        graph(
            "Dropped packets",
            "Packets that were discarded for want of room.",
            "pps",
            rate("out_discards").alias("out"),
            rate("in_discards", "B").alias("in"),
            steps=colors.ERRORS_PER_S,
        ),
        graph(
            "Carrier lost or found",
            "How often the carrier came or went, in each step.",
            "short",
            InfluxQL(
                f"""SELECT spread("carrier_transitions") FROM "ifcounters" WHERE {ONE}
                GROUP BY time($__interval), {TAGS} fill(none)"""
            ).alias("transitions"),
            steps=colors.ANY_IS_BAD,
        ),
    ]


def _light() -> list[Panel]:
    def measured(field: str, ref_id: str = "A") -> InfluxQL:
        return InfluxQL(
            f"""SELECT mean("{field}") FROM "link_latency" WHERE {ONE}
            GROUP BY time($__interval), "link", "method" fill(none)""",
            ref_id=ref_id,
        )

    return [
        graph(
            "Delay of its link",
            "One way, and its variation, as this end measures it.",
            "µs",
            measured("latency_us").alias("delay ($tag_method)"),
            measured("jitter_us", "B").alias("jitter ($tag_method)"),
        ).data_links([links.to_map(LABELS)]),
        graph(
            "Loss on its link",
            "Lost test packets, in millionths.",
            "ppm",
            measured("loss_ppm").alias("loss ($tag_method)"),
            steps=colors.LOSS_PPM,
        ),
        signed(
            "Optical power received",
            "Of every optical module of the router: the members of a group have names of their own.",
            "dBm",
            InfluxQL(
                """SELECT mean("rx_power_dbm") FROM "optics" WHERE "source" =~ /^$router$/ AND $timeFilter
                GROUP BY time($__interval), "source", "name", "channel" fill(none)"""
            ).alias("$tag_name/$tag_channel"),
            steps=colors.POWER_DBM,
        ).data_links([links.to_interface(LABELS)]),
    ]
