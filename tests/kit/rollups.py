"""Hourly roll-ups as line protocol, for weeks that no test waits for: links fill up, optics fade."""

from collections.abc import Iterator

from tests.kit.telemetry_data import TAGS

HOUR_NS = 3_600_000_000_000
START = {"wuhan": 0.4, "changsha": 0.6}
"""Use of a site's links at the beginning."""


def rollups(end_ns: int, days: int) -> Iterator[str]:
    """Lines of `ifrate_1h` and `optics_1h` until `end_ns`, one an hour; use grows by 30 %."""
    hours = days * 24
    for hour in range(hours):
        time_ns = end_ns - (hours - hour) * HOUR_NS
        grown, fade = 0.3 * hour / hours, 3 * hour / hours
        for (router, name), (site, link) in TAGS.items():
            use = START[site] + grown
            tags = f"source={router},name={name},site={site}"
            fields = (
                ",".join(_statistics("out_util", use)) + "," + ",".join(_statistics("out_bps", use * 4e11))
            )
            yield f"ifrate_1h,{tags},link={link} {fields} {time_ns}"
            power = ",".join(_statistics("rx_power_dbm", -4 - fade))
            yield f"optics_1h,{tags},channel=1 {power} {time_ns}"


def _statistics(field: str, value: float) -> Iterator[str]:
    for name, factor in (("avg", 0.8), ("p95", 1.0), ("max", 1.1)):
        yield f"{field}_{name}={value * factor}"
