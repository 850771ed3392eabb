"""Light: which receivers get too little, and which get less from week to week."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import Panel, graph, rows, signed

OF_ROUTERS = """ "site" =~ /^$site$/ AND "source" =~ /^$router$/ AND $timeFilter """
CHANNEL = '"source", "name", "channel"'


def optics() -> Dashboard:
    """Return the board."""
    return board.make(
        "optics",
        "optics",
        "Optical power, temperature, signal-to-noise ratio and errors before correction, by module.",
        [*_power(), *_signal(), *_trend()],
        chosen=(variables.sites(), variables.routers()),
        since="now-6h",
    )


def _each(field: str, function: str = "mean") -> InfluxQL:
    return InfluxQL(
        f"""SELECT {function}("{field}") FROM "optics" WHERE {OF_ROUTERS}
        GROUP BY time($__interval), {CHANNEL} fill(none)"""
    ).alias("$tag_source $tag_name/$tag_channel")


def _power() -> list[Panel]:
    to_interface = [links.to_interface(LABELS)]
    return [
        rows(
            "Weakest receivers",
            "The twenty channels that receive the least now.",
            "dBm",
            InfluxQL(
                f"""SELECT bottom("power", {CHANNEL}, 20) AS "power" FROM
                (SELECT last("rx_power_dbm") AS "power" FROM "optics" WHERE {OF_ROUTERS}
                GROUP BY {CHANNEL})"""
            ).table(),
            steps=colors.POWER_DBM,
        ).data_links([links.to_interface(COLUMNS)]),
        signed(
            "Power received",
            "Of each channel.",
            "dBm",
            _each("rx_power_dbm"),
            steps=colors.POWER_DBM,
        ).data_links(to_interface),
        signed("Power sent", "Of each channel.", "dBm", _each("tx_power_dbm")).data_links(to_interface),
        graph(
            "Temperature",
            "Of each module.",
            "celsius",
            _each("temp_c", "max"),
            steps=((None, colors.GREEN), (65, colors.YELLOW), (75, colors.RED)),
        ).data_links(to_interface),
    ]


def _signal() -> list[Panel]:
    return [
        graph(
            "Signal to noise",
            "Optical signal-to-noise ratio of coherent channels.",
            "dB",
            _each("osnr_db"),
            steps=((None, colors.RED), (15, colors.ORANGE), (18, colors.GREEN)),
        ).data_links([links.to_interface(LABELS)]),
        graph(
            "Errors before correction",
            "Bit error ratio before forward error correction; beyond about 0.01 correction fails.",
            "sci",
            _each("prefec_ber", "max"),
            steps=((None, colors.GREEN), (0.001, colors.YELLOW), (0.005, colors.ORANGE), (0.01, colors.RED)),
        ).data_links([links.to_interface(LABELS)]),
    ]


def _trend() -> list[Panel]:
    week = """"source" =~ /^$router$/ AND time > ${__to}ms - 7d AND time <= ${__to}ms"""
    before = """"source" =~ /^$router$/ AND time > ${__to}ms - 14d AND time <= ${__to}ms - 7d"""
    return [
        rows(
            "Fading",
            "Change of the mean power received in the last seven days against the seven before, worst first.",
            "dB",
            InfluxQL(
                f"""SELECT bottom("change", {CHANNEL}, 20) AS "change" FROM
                (SELECT max("now") - max("before") AS "change" FROM
                (SELECT mean("rx_power_dbm_avg") AS "now" FROM "optics_1h" WHERE {week} GROUP BY {CHANNEL}),
                (SELECT mean("rx_power_dbm_avg") AS "before" FROM "optics_1h" WHERE {before}
                GROUP BY {CHANNEL}) GROUP BY {CHANNEL})"""
            ).table(),
            steps=((None, colors.RED), (-3, colors.ORANGE), (-1, colors.YELLOW), (-0.5, colors.GREEN)),
        ).data_links([links.to_interface(COLUMNS)]),
        signed(
            "Power received, by hour",
            "The hourly mean of the weakest channel of each router, in the last 30 days.",
            "dBm",
            InfluxQL(
                f"""SELECT min("rx_power_dbm_avg") FROM "optics_1h" WHERE {OF_ROUTERS}
                GROUP BY time($__interval), "source" fill(none)"""
            ).alias("$tag_source"),
            steps=colors.POWER_DBM,
        )
        .time_from("30d")
        .data_links([links.to_router(LABELS)]),
    ]
