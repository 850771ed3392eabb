"""Run by its test in a process of its own: gnmi-py reads a router and prints what it read as JSON.

gnmi-py 0.7.1 was generated for protobuf 3 and runs in an environment of its own (tests/kit/gnmi_py.py).
"""

import json
import sys
from typing import Any

from gnmi.exceptions import GrpcDeadlineExceeded
from gnmi.proto import gnmi_pb2
from gnmi.session import Session

INTERFACE = sys.argv[2]


def path(*below: str) -> gnmi_pb2.Path:
    """The path to something of the interface."""
    return gnmi_pb2.Path(
        elem=[
            gnmi_pb2.PathElem(name="interfaces"),
            gnmi_pb2.PathElem(name="interface", key={"name": INTERFACE}),
            *(gnmi_pb2.PathElem(name=name) for name in below),
        ]
    )


def told(responses: Any) -> dict[str, Any]:
    """Every update up to the deadline, by path."""
    found: dict[str, Any] = {}
    try:
        for response in responses:
            if response.sync_response:
                found["sync"] = found.get("sync", 0) + 1
            for update in response.update:
                found.setdefault(str(response.update.prefix + update.path), []).append(update.get_value())
    except GrpcDeadlineExceeded:
        found["deadline"] = True
    return found


def main() -> None:
    """Ask for everything that gnmi-py can ask for."""
    host, _, port = sys.argv[1].partition(":")
    session = Session((host, int(port)), insecure=True)
    capabilities = session.capabilities()
    got = session.get([path("state", "counters")], {"encoding": "json-ietf"})
    once = {"mode": "once", "encoding": "proto"}
    sample = {
        "mode": "stream",
        "submode": "sample",
        "interval": 100_000_000,
        "timeout": 1,
        "encoding": "proto",
    }
    report = {
        "version": capabilities.gnmi_version,
        "models": [model["name"] for model in capabilities.supported_models],
        "get": [update.get_value() for notification in got for update in notification],
        "once": told(session.subscribe([path("state")], once)),
        "sample": told(session.subscribe([path("state", "counters", "in-octets")], sample)),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
