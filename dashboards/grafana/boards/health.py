"""Suanlu itself: does it hear every router, and does every value reach the store."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.parts import board, colors, links
from dashboards.grafana.parts.influxql import InfluxQL
from dashboards.grafana.parts.panels import Panel, graph, number, rows, states

TIME = "$timeFilter"


def health() -> Dashboard:
    """Return the board."""
    return board.make(
        "health",
        "collector health",
        "Suanlu's own figures: routers heard, values stored and waiting, messages waiting, the loop's lag.",
        [*_numbers(), *_routers(), *_stores(), *_rest()],
    )


def _last(field: str, stage: str, function: str = "last") -> InfluxQL:
    return InfluxQL(f"""SELECT {function}("{field}") FROM "suanlu" WHERE "stage" = '{stage}' AND {TIME}""")


def _over_time(expression: str, stage: str, ref_id: str = "A") -> InfluxQL:
    return InfluxQL(
        f"""SELECT {expression} FROM "suanlu" WHERE "stage" = '{stage}' AND {TIME}
        GROUP BY time($__interval), "instance" fill(none)""",
        ref_id=ref_id,
    ).alias("$tag_instance")


def _numbers() -> list[Panel]:
    return [
        number(
            "Routers not heard",
            "Routers whose stream is not in sync.",
            "short",
            InfluxQL(
                f"""SELECT last("targets") - last("targets_synced") FROM "suanlu"
                WHERE "stage" = 'collector' AND {TIME}"""
            ),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Links not seen",
            "Links that are unconfirmed or stale: their routers are not heard.",
            "short",
            _last("links_blind", "graph"),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Values waiting",
            "Values in the log that a store has not taken yet.",
            "short",
            _last("buffered_values", "store", "max"),
            steps=((None, colors.GREEN), (1e6, colors.YELLOW), (1e7, colors.RED)),
        ),
        number(
            "Values lost",
            "Values, in the time shown, that could not be appended to the log.",
            "short",
            _last("dropped_values", "log", "spread"),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Disagreements",
            "Circuits about which two sources disagree.",
            "short",
            _last("inconsistencies", "graph"),
            steps=colors.ANY_IS_BAD,
        ),
        number(
            "Loop lag",
            "How late the event loop is at the worst, in the time shown.",
            "µs",
            _last("loop_lag_us", "loop", "max"),
            steps=((None, colors.GREEN), (50_000, colors.YELLOW), (100_000, colors.RED)),
        ),
    ]


def _routers() -> list[Panel]:
    to_router = [links.to_router(links.LABELS, "instance")]
    return [
        graph(
            "Updates from each router",
            "Telemetry updates a second.",
            "short",
            _over_time('non_negative_derivative(last("updates"), 1s)', "target"),
        ).data_links(to_router),
        states(
            "Streams",
            "Routers whose stream is in sync.",
            _over_time('min("targets_synced")', "target"),
            words={"1": ("in sync", colors.GREEN), "0": ("not heard", colors.RED)},
        ).data_links(to_router),
        rows(
            "Troubles by router",
            "Errors, gaps in which updates may be missing, and values not stored, in the time shown.",
            "short",
            InfluxQL(
                f"""SELECT spread("errors") AS "errors", spread("gaps") AS "gaps",
                spread("dropped_values") AS "dropped" FROM "suanlu" WHERE "stage" = 'target' AND {TIME}
                GROUP BY "instance" """
            ).table(),
            steps=((None, colors.GREEN), (1, colors.YELLOW)),
        ).data_links([links.to_router(links.COLUMNS, "instance")]),
    ]


def _stores() -> list[Panel]:
    return [
        graph(
            "Values accepted and stored",
            "Values a second: appended to the log, and taken by each store.",
            "short",
            _over_time('non_negative_derivative(last("appended_values"), 1s)', "log").alias("log"),
            _over_time('non_negative_derivative(last("stored_values"), 1s)', "store", "B"),
        ),
        graph(
            "Values waiting",
            "Values in the log that each store has not taken; a rising line is a store that is down or slow.",
            "short",
            _over_time('max("buffered_values")', "store"),
            steps=((None, colors.GREEN), (1e7, colors.RED)),
        ),
        graph(
            "Values refused",
            "Values that each store refuses one by one, and those given up.",
            "short",
            _over_time('max("quarantined_values")', "store"),
            _over_time('max("dropped_values")', "store", "B").alias("$tag_instance given up"),
            steps=colors.ANY_IS_BAD,
        ),
        states(
            "Stores",
            "Whether each store takes what it gets.",
            _over_time('min("available")', "store"),
            words={"1": ("takes values", colors.GREEN), "0": ("away", colors.RED)},
        ),
        graph(
            "Size of the log",
            "On the disk of the data directory.",
            "decbytes",
            _over_time('last("size_bytes")', "log"),
        ),
    ]


def _rest() -> list[Panel]:
    return [
        graph(
            "Loop lag",
            "How late the event loop ran a timer; answers and telemetry wait for so long.",
            "µs",
            _over_time('max("loop_lag_us")', "loop"),
            steps=((None, colors.GREEN), (50_000, colors.YELLOW), (100_000, colors.RED)),
        ),
        graph(
            "Alerts that fire",
            "By severity.",
            "short",
            _over_time('max("alerts_critical")', "alerts").alias("critical"),
            _over_time('max("alerts_warning")', "alerts", "B").alias("warning"),
            steps=colors.ANY_IS_BAD,
        ),
    ]
