"""A backbone of four sites, small enough to know every answer by heart.

    a1 ──ab-1 10 ms, 400G── b1 ──bd-1 10 ms, 400G── d1       IGP metric 10 each
     │                                               │
    ac-1 5 ms, 100G ── c1 ──cd-1 5 ms, 100G──────────┘       IGP metric 20 each

The way by c is faster and narrower; packets go by b. `a` has a second router, a2, beside a1.
"""

import json


def _site(name: str, prefix: str) -> dict[str, object]:
    return {
        "id": name, "name_en": name.upper(), "name_zh": name, "lat": 30, "lon": 110, "prefixes": [prefix],
    }  # fmt: skip


def _circuit(  # noqa: PLR0917 -- a table reads best in columns
    name: str, a: str, z: str, latency_us: int, capacity_bps: int, igp: int, srlg: str
) -> dict[str, object]:
    return {
        "id": name, "a": a, "a_interface": f"to-{z}/{name}", "z": z, "z_interface": f"to-{a}/{name}",
        "capacity_bps": capacity_bps, "latency_us": latency_us, "te_metric": latency_us // 100,
        "igp_metric": igp, "srlgs": [srlg],
    }  # fmt: skip


G = 1_000_000_000
SQUARE = json.dumps(
    {
        "name": "square",
        "sites": [_site(name, f"198.18.{i}.0/24") for i, name in enumerate("abcd", 1)],
        "routers": [
            {"id": "a1", "site": "a", "platform": "cisco-iosxr", "loopback_ipv4": "192.0.2.1"},
            {"id": "a2", "site": "a", "platform": "juniper-junos"},
            {"id": "b1", "site": "b", "platform": "nokia-sros"},
            {"id": "c1", "site": "c", "platform": "arista-eos"},
            {"id": "d1", "site": "d", "platform": "huawei-vrp"},
        ],
        "srlgs": [
            {"id": "duct:north", "value": 1, "kind": "duct"},
            {"id": "duct:south", "value": 2, "kind": "duct"},
        ],
        "circuits": [
            _circuit("ab-1", "a1", "b1", 10_000, 400 * G, 10, "duct:north"),
            _circuit("bd-1", "b1", "d1", 10_000, 400 * G, 10, "duct:north"),
            _circuit("ac-1", "a1", "c1", 5_000, 100 * G, 20, "duct:south"),
            _circuit("cd-1", "c1", "d1", 5_000, 100 * G, 20, "duct:south"),
            _circuit("aa-1", "a1", "a2", 10, 400 * G, 1, "duct:north"),
        ],
    }
)
