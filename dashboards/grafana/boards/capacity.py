"""Capacity: which links fill up, how fast, and when they reach 80 %. Reads the hourly roll-ups."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.links import COLUMNS, LABELS
from dashboards.grafana.parts.panels import THIRD, WIDE, Panel, graph, number, rows

ON_LINKS = """ "link" != '-' AND "site" =~ /^$site$/ AND "source" =~ /^$router$/ """
LIMIT = 0.8
APART_DAYS = 28
_WEEK = f"""{ON_LINKS} AND time > ${{__to}}ms - 7d AND time <= ${{__to}}ms"""
_WEEK_BEFORE = (
    f"""{ON_LINKS} AND time > ${{__to}}ms - {APART_DAYS + 7}d AND time <= ${{__to}}ms - {APART_DAYS}d"""
)


def capacity() -> Dashboard:
    """Return the board."""
    return board.make(
        "capacity",
        "capacity",
        "The 95th percentile of use by week, its growth, and the days until it reaches 80 %.",
        [*_numbers(), *_weeks(), *_forecast()],
        chosen=(variables.sites(), variables.routers()),
        since="now-90d",
        refresh="5m",
    )


def _peak(field: str, where: str, name: str) -> str:
    """The 95th percentile, over the hours of a week, of each hour's 95th percentile."""
    peak = f"""percentile("{field}_p95", 95) AS "{name}" """
    return f"""SELECT {peak} FROM "ifrate_1h" WHERE {where} GROUP BY "link" """


def _both_weeks() -> str:
    return f"""SELECT max("now") AS "now", max("before") AS "before" FROM
        ({_peak("out_util", _WEEK, "now")}), ({_peak("out_util", _WEEK_BEFORE, "before")})
        GROUP BY "link" """


def _numbers() -> list[Panel]:
    return [
        number(
            "Fullest link",
            "The highest 95th percentile of use in the last seven days.",
            "percentunit",
            InfluxQL(f"""SELECT max("use") FROM ({_peak("out_util", _WEEK, "use")})"""),
            steps=colors.USE,
        ).span(THIRD),
        number(
            "Links over 80 %",
            "Links whose 95th percentile of use in the last seven days is above 80 %.",
            "short",
            InfluxQL(
                f"""SELECT sum("over") FROM (SELECT count("use") AS "over" FROM
                ({_peak("out_util", _WEEK, "use")}) WHERE "use" > {LIMIT} GROUP BY "link")"""
            ),
            steps=colors.ANY_IS_BAD,
        )
        .span(THIRD)
        .no_value("0"),
        number(
            "Traffic, 95th percentile",
            "The sum over all links of the 95th percentiles of the last seven days.",
            "bps",
            InfluxQL(f"""SELECT sum("bps") FROM ({_peak("out_bps", _WEEK, "bps")})"""),
        ).span(THIRD),
    ]


def _weeks() -> list[Panel]:
    def by_week(field: str) -> InfluxQL:
        return InfluxQL(
            f"""SELECT percentile("{field}_p95", 95) FROM "ifrate_1h" WHERE {ON_LINKS} AND $timeFilter
            GROUP BY time(1w), "source", "name", "link" fill(none)"""
        ).alias("$tag_link")

    to_below = [links.to_interface(LABELS), links.to_map(LABELS)]
    return [
        graph(
            "Use, 95th percentile by week",
            "In 95 % of the hours of a week, a link was at most so full for 95 % of the hour.",
            "percentunit",
            by_week("out_util"),
            steps=colors.USE,
        )
        .max(1)
        .data_links(to_below),
        graph(
            "Traffic, 95th percentile by week",
            "What links carried in the busy hours of each week.",
            "bps",
            by_week("out_bps"),
        ).data_links(to_below),
        graph(
            "Busiest hour by day",
            "The greatest use of each link that was seen on each day.",
            "percentunit",
            InfluxQL(
                f"""SELECT max("out_util_max") FROM "ifrate_1h" WHERE {ON_LINKS} AND $timeFilter
                GROUP BY time(1d), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
            steps=colors.USE,
        )
        .max(1)
        .data_links(to_below),
        graph(
            "Use by hour",
            "The mean of each hour.",
            "percentunit",
            InfluxQL(
                f"""SELECT mean("out_util_avg") FROM "ifrate_1h" WHERE {ON_LINKS} AND $timeFilter
                GROUP BY time($__interval), "source", "name", "link" fill(none)"""
            ).alias("$tag_link"),
            steps=colors.USE,
        )
        .max(1)
        .data_links(to_below),
    ]


def _forecast() -> list[Panel]:
    return [
        rows(
            "Days until 80 %",
            f"If use grows on as it did between the last seven days and those {APART_DAYS} days earlier."
            " Links that do not grow, or have no history of five weeks, are not listed; below 0: it is past.",
            "d",
            InfluxQL(
                f"""SELECT bottom("days", "link", 30) AS "days" FROM
                (SELECT ({LIMIT} - "now") / ("now" - "before") * {APART_DAYS} AS "days" FROM
                ({_both_weeks()}) WHERE "now" > "before" GROUP BY "link")"""
            ).table(),
            steps=colors.DAYS_LEFT,
        ).data_links([links.to_map(COLUMNS)]),
        rows(
            "Growth",
            f"How much the 95th percentile of use rose in {APART_DAYS} days, as a share of the capacity.",
            "percentunit",
            InfluxQL(
                f"""SELECT top("growth", "link", 30) AS "growth" FROM
                (SELECT "now" - "before" AS "growth" FROM ({_both_weeks()}) GROUP BY "link")"""
            ).table(),
            steps=((None, colors.GREEN), (0.05, colors.YELLOW), (0.15, colors.ORANGE), (0.3, colors.RED)),
        ).data_links([links.to_map(COLUMNS)]),
        rows(
            "Every link",
            "The 95th percentile of use in the last seven days.",
            "percentunit",
            InfluxQL(_peak("out_util", _WEEK, "use")).table(),
            steps=colors.USE,
        )
        .span(WIDE)
        .filterable(True)
        .data_links([links.to_map(COLUMNS)]),
    ]
