"""The light that each link's sender receives now and received before, from the history database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

RECENT_NS = 10 * 60 * 1_000_000_000
DAY_NS = 24 * 3600 * 1_000_000_000
HOUR_NS = 3600 * 1_000_000_000
Interface = tuple[str, str]  # router, name


class PortLight(NamedTuple):
    """Of the receiver in one port: its newest power within ten minutes, when, and the mean of the day before
    the last hour; None where it told nothing. Of several channels the weakest.
    """

    interface: str
    rx_power_dbm: float | None
    observed_at_ns: int | None
    rx_power_dbm_before: float | None


class ReceivedLight(NamedTuple):
    """Of the router that sends the link: what the weakest of its ports has, and all of them, weakest first.

    A bundle has a port a member; one that is silent is last.
    """

    link: str
    rx_power_dbm: float
    observed_at_ns: int
    rx_power_dbm_before: float | None
    ports: tuple[PortLight, ...]


_PORTS = """
    WITH light AS (
        SELECT router, name, arg_max(v, t_ns) FILTER (t_ns >= $recent) AS power,
            max(t_ns) FILTER (t_ns >= $recent) AS newest_ns, avg(v) FILTER (t_ns < $hour_ago) AS earlier
        FROM series JOIN points_f64 ON series = id
        WHERE measurement = 'optics' AND field = 'rx_power_dbm' AND t_ns >= $day_ago AND t_ns < $end
        GROUP BY router, name, id
    )
    SELECT router, name, min(power), max(newest_ns), min(earlier) FROM light
    GROUP BY router, name
    """
_LINKS = "SELECT DISTINCT link, router, name FROM series WHERE link IS NOT NULL AND name IS NOT NULL"


def received_light(
    connection: Any, members: Mapping[str, Iterable[Interface]], end_ns: int
) -> tuple[ReceivedLight, ...]:
    """Read it as it was at `end_ns`, by link id; links of which no port told its power are left out.

    `members`: the ports of the bundles at the sending end, by link; a link that is not there has the port
    that its series are of. To be run in the storage thread.
    """
    times = {
        "end": end_ns,
        "recent": end_ns - RECENT_NS,
        "hour_ago": end_ns - HOUR_NS,
        "day_ago": end_ns - DAY_NS,
    }
    told = {(router, name): PortLight(name, *row) for router, name, *row in _rows(connection, _PORTS, times)}
    ports: dict[str, set[Interface]] = defaultdict(set)
    for link, router, name in _rows(connection, _LINKS, {}):
        ports[link].add((router, name))
    ports |= {link: set(interfaces) for link, interfaces in members.items()}
    found = []
    for link in sorted(ports):
        lights = [told.get(port, PortLight(port[1], None, None, None)) for port in sorted(ports[link])]
        lights.sort(key=_strength)
        _, power, newest_ns, before = lights[0]
        if power is not None and newest_ns is not None:
            found.append(ReceivedLight(link, power, newest_ns, before, tuple(lights)))
    return tuple(found)


def _rows(connection: Any, query: str, values: Mapping[str, int]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(query, values).fetchall()
    return rows


def _strength(light: PortLight) -> float:
    return float("inf") if light.rx_power_dbm is None else light.rx_power_dbm
