"""Telemetry as the schema has it, without a collector: every field of every measurement, on a few links."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from collector.batch import Batch, NewSeries, Text
from collector.schema import MEASUREMENTS, SERIES_KIND, Measurement
from collector.tags import TagBook, Tags
from tests.kit.batches import DTYPES
from topology.series import KIND_F64, KIND_TEXT

STEP_NS = 10_000_000_000
TAGS = {
    ("wuhan-r1", "800GE1/0/0"): ("wuhan", "wuhan-changsha-1:az"),
    ("wuhan-r1", "800GE1/0/1"): ("wuhan", "-"),
    ("changsha-r1", "et-0/0/0"): ("changsha", "wuhan-changsha-1:za"),
}
_STAGES = ("graph", "alerts", "loop", "collector", "log")
_MORE: dict[str, tuple[dict[str, str], ...]] = {
    "link_latency": ({"method": "twamp"},),
    "optics": ({"channel": "1"},),
    "isis": ({"level": "2", "peer": "changsha-r1"},),
    "event": tuple({"kind": kind, "severity": "critical"} for kind in ("link_down", "alert_firing")),
    "pair": tuple({"a": a, "z": z, "routing": "igp"} for a, z in permutations(("wuhan", "changsha"))),
    "suanlu": (
        *({"instance": "suanlu", "stage": stage} for stage in _STAGES),
        {"instance": "influxdb", "stage": "store"},
        {"instance": "wuhan-r1", "stage": "target"},
    ),
}
_OF_PAIRS = {"latency_us": 12_000, "best_us": 11_000, "reachable": 1, "route_changes": 3}
_TEXTS = {"oper_status": "UP", "link": "wuhan-changsha-1:az"}


def telemetry(start_ns: int, steps: int) -> Batch:
    """Return `steps` values of every series, ten seconds apart."""
    series = list(_series())
    points, texts = [], []
    for step in range(steps):
        time_ns = start_ns + step * STEP_NS
        for entry in series:
            if entry.kind == KIND_TEXT:
                texts.append(Text(entry.id, time_ns, _TEXTS.get(entry.field, f"a {entry.field}")))
            else:
                points.append((entry, time_ns, _value(entry, step)))
    bits = [np.array([value], DTYPES[entry.kind]).view(np.uint64)[0] for entry, _, value in points]
    return Batch(
        tuple(series),
        np.array([entry.id for entry, _, _ in points], np.uint32),
        np.array([time_ns for _, time_ns, _ in points], np.int64),
        np.array(bits, np.uint64),
        tuple(texts),
        {},
    )


def _series() -> Iterator[NewSeries]:
    book = TagBook(TAGS)
    number = 0
    for measurement in MEASUREMENTS.values():
        for tags in _tag_sets(book, measurement):
            for field, kind in measurement.fields.items():
                yield NewSeries(number, SERIES_KIND[kind], measurement.name, tags, field)
                number += 1


def _tag_sets(book: TagBook, measurement: Measurement) -> set[Tags]:
    return {
        book.tags(measurement.name, router, name, more)
        for router, name in TAGS
        for more in _MORE.get(measurement.name, ({},))
    }


def _value(entry: NewSeries, step: int) -> float:
    if entry.measurement == "pair":
        return _OF_PAIRS[entry.field] + step
    if entry.field == "oper_up":
        return int(step % 5 != 4)
    if entry.kind == KIND_F64:
        return 0.1 * (step % 9) if entry.field.endswith("_util") else -7.53
    return 1_000 * step + entry.id
