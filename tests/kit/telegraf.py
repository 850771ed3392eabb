"""What Telegraf's gNMI input writes for the subscriptions that `docs/grafana.md` shows, as line protocol.

The measurement is the subscription's `name`, the tags are `source` and the keys of the path, a leaf's name
is its field with `_` for `-`; processors rename and add what the page says. `host` and `path` are
Telegraf's own tags, which no query minds.
"""

from collections.abc import Iterator

from collector.schema import MEASUREMENTS
from tests.kit.telemetry_data import STEP_NS, TAGS

_OPTICS = {"rx_power_dbm": -7.5, "tx_power_dbm": 0.5, "temp_c": 41.0, "osnr_db": 22.0, "prefec_ber": 1e-5}


def gnmi_lines(start_ns: int, steps: int) -> Iterator[str]:
    """A line each ten seconds for each interface and measurement."""
    for step in range(steps):
        time_ns = start_ns + step * STEP_NS
        for (router, name), (site, link) in TAGS.items():
            path = "/interfaces/interface/state"
            tags = f"host=collector-1,name={name},site={site},source={router}"
            counters = ",".join(f"{field}={1000 * step}i" for field in MEASUREMENTS["ifcounters"].fields)
            yield f"ifcounters,link={link},path={path}/counters,{tags} {counters} {time_ns}"
            state = 'admin_status="UP",oper_status="UP",oper_up=1i,admin_up=1i'
            yield f"ifstate,link={link},path={path},{tags} {state} {time_ns}"
            optics = ",".join(f"{field}={value}" for field, value in _OPTICS.items())
            yield f"optics,channel=1,path=/components/component,{tags} {optics} {time_ns}"
