"""A pair of sites: how far apart they are, which way packets take, and when that changed."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links, variables
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.panels import WIDE, Panel, graph, number, rows, states

ONE = """ "a" = '$a' AND "z" = '$z' AND $timeFilter """
BACK = """ "a" = '$z' AND "z" = '$a' AND $timeFilter """


def path() -> Dashboard:
    """Return the board."""
    return board.make(
        "path",
        "path",
        "From one site to another: delay as packets are forwarded and at best, the way, its changes.",
        [*_numbers(), *_over_time(), *_ways()],
        chosen=(variables.end("a", "From"), variables.end("z", "To")),
        since="now-6h",
    )


def _numbers() -> list[Panel]:
    def of_pair(expression: str, where: str = ONE) -> InfluxQL:
        return InfluxQL(f"""SELECT {expression} FROM "pair" WHERE {where}""")

    return [
        number(
            "Delay",
            "One way, as packets are forwarded now: the mean over all branches.",
            "µs",
            of_pair('last("latency_us")'),
            steps=colors.CIRCLE_US,
        ),
        number(
            "At best",
            "One way, on the fastest path that there is now.",
            "µs",
            of_pair('last("best_us")'),
            steps=colors.CIRCLE_US,
        ),
        number(
            "Lost by the IGP",
            "How much longer packets take now than on the fastest path.",
            "µs",
            of_pair('last("latency_us") - last("best_us")'),
            steps=colors.DETOUR_US,
        ),
        number(
            "Way back",
            "The delay in the other direction.",
            "µs",
            of_pair('last("latency_us")', BACK),
            steps=colors.CIRCLE_US,
        ),
        number(
            "Changes of the way",
            "How often the links that carry it changed in the time shown.",
            "short",
            of_pair('spread("route_changes")'),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Reachable",
            "Share of the time shown in which a way led there.",
            "percentunit",
            of_pair('mean("reachable")'),
            steps=((None, colors.RED), (0.999, colors.ORANGE), (0.9999, colors.GREEN)),
        ),
    ]


def _over_time() -> list[Panel]:
    def mean(expression: str, ref_id: str = "A", where: str = ONE) -> InfluxQL:
        return InfluxQL(
            f"""SELECT {expression} FROM "pair" WHERE {where} GROUP BY time($__interval) fill(none)""",
            ref_id=ref_id,
        )

    return [
        graph(
            "Delay",
            "One way: as packets were forwarded, at best, and in the other direction.",
            "µs",
            mean('mean("latency_us")').alias("$a to $z"),
            mean('mean("best_us")', "B").alias("at best"),
            mean('mean("latency_us")', "C", BACK).alias("$z to $a"),
            steps=colors.CIRCLE_US,
        ),
        graph(
            "Lost by the IGP",
            "How much longer packets took than on the fastest path.",
            "µs",
            mean('mean("latency_us") - mean("best_us")').alias("lost"),
            steps=colors.DETOUR_US,
        ),
        graph(
            "Changes of the way",
            "How often the links that carry it changed, in each step.",
            "short",
            mean('spread("route_changes")').alias("changes"),
            steps=colors.ANY_IS_BAD,
        ),
        states(
            "Reachable",
            "Whether a way led there.",
            mean('min("reachable")').alias("$a to $z"),
            words={"1": ("reachable", colors.GREEN), "0": ("no way", colors.RED)},
        ),
    ]


def _ways() -> list[Panel]:
    return [
        states(
            "Way",
            "The sites on the branch of most traffic; in brackets how many more branches there were.",
            InfluxQL(
                f"""SELECT last("route") FROM "pair" WHERE {ONE} GROUP BY time($__interval) fill(previous)"""
            ).alias("$a to $z"),
        ).span(WIDE),
        rows(
            "Ways taken",
            "Each way when it began, and again every ten minutes.",
            "string",
            InfluxQL(f"""SELECT "route" FROM "pair" WHERE {ONE} ORDER BY time DESC LIMIT 100""").table(),
        )
        .span(WIDE)
        .data_links([links.to_map_of("site:${a}", mode="forwarded")]),
    ]
