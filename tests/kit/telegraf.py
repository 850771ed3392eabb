"""What Telegraf writes with the configuration of `docs/grafana.md`, as line protocol.

The gNMI input names a measurement after its subscription, tags it with `source`, `path` and the keys of the
path, and writes `_` for `-` in a leaf's name. The page's processors add `site` and `link`, make `oper_up` of
`oper_status`, and rates of counters. `host` is Telegraf's own tag; no query minds it.
"""

from collections.abc import Iterator

from collector.schema import MEASUREMENTS
from tests.kit.telemetry_data import STEP_NS, TAGS

FIELDS = {
    "ifcounters": set(MEASUREMENTS["ifcounters"].fields),
    "ifrate": {"in_bps", "out_bps"},
    "ifstate": {"oper_status", "oper_up", "admin_status", "admin_up"},
    "optics": {"rx_power_dbm", "tx_power_dbm", "temp_c"},
}
_PATHS = {
    "ifcounters": "/interfaces/interface/state/counters",
    "ifrate": "/interfaces/interface/state/counters",
    "ifstate": "/interfaces/interface/state/oper-status",
    "optics": "/components/component/transceiver/physical-channels/channel/state/input-power",
}


def gnmi_lines(start_ns: int, steps: int) -> Iterator[str]:
    """A line each ten seconds for each interface and measurement."""
    for step in range(steps):
        time_ns = start_ns + step * STEP_NS
        for (router, name), (site, link) in TAGS.items():
            for measurement, path in _PATHS.items():
                more = "channel=1" if measurement == "optics" else f"link={link}"
                tags = f"{more},host=collector-1,name={name},path={path},site={site},source={router}"
                fields = ",".join(f"{field}={_value(field, step)}" for field in sorted(FIELDS[measurement]))
                yield f"{measurement},{tags} {fields} {time_ns}"


def _value(field: str, step: int) -> str:
    if field.endswith("_status"):
        return '"UP"'
    if field.endswith("_up"):
        return "1i"
    return f"{-7.5 + step / 100}" if field in FIELDS["optics"] else f"{1000 * step}i"
