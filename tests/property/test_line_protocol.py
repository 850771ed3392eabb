"""Line protocol: whatever the names and values are, an independent reader gets back what went in."""

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collector.batch import Batch, NewSeries, Text
from collector.lines import field_key, line_prefix, unquote
from collector.sinks.encoding import Encoder
from tests.kit.batches import DTYPES
from tests.oracles.line_protocol import parse
from topology.series import KIND_F64, KIND_I64, KIND_U64

NASTY = st.text(st.sampled_from('\\%=, "\n\r\t#-0A5Cai网\x00\x7f'), min_size=1, max_size=6)
NAMES = NASTY | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
TIMES = st.integers(-(2**63), 2**63 - 1)
VALUES = {
    KIND_I64: st.integers(-(2**63), 2**63 - 1),
    KIND_U64: st.integers(0, 2**64 - 1),
    KIND_F64: st.floats(),
}


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    tag_keys = draw(st.lists(NAMES, max_size=3, unique=True))
    series = []
    for log_id in range(draw(st.integers(1, 4))):
        tags = tuple(sorted((key, draw(NAMES)) for key in tag_keys))
        series.append(NewSeries(log_id, draw(st.sampled_from(list(VALUES))), draw(NAMES), tags, draw(NAMES)))
    names = {(one.measurement, one.tags, one.field) for one in series}
    assume(len(names) == len(series))  # a segment of the log numbers a series once
    ids = draw(st.lists(st.integers(0, len(series) - 1), max_size=12))
    times = [draw(st.sampled_from([0, 1, -1]) | TIMES) for _ in ids]
    bits = [
        int(np.array([draw(VALUES[series[i].kind])], DTYPES[series[i].kind]).view(np.uint64)[0]) for i in ids
    ]
    texts = tuple(Text(0, draw(TIMES), draw(NAMES)) for _ in range(draw(st.integers(0, 2))))
    return Batch(
        tuple(series),
        np.array(ids, np.uint32),
        np.array(times, np.int64),
        np.array(bits, np.uint64),
        texts,
        {},
    )


def values_of(batch: Batch) -> list[tuple]:
    """(measurement, tags, field, time, value) of every value that line protocol can hold."""
    values = []
    for log_id, time_ns, bits in zip(batch.series, batch.time_ns, batch.bits, strict=True):
        entry = batch.new_series[log_id]
        value = np.array([bits]).view(DTYPES[entry.kind])[0].item()
        if (entry.kind == KIND_U64 and value > 2**63 - 1) or (
            entry.kind == KIND_F64 and not math.isfinite(value)
        ):
            continue
        values.append((entry.measurement, entry.tags, entry.field, int(time_ns), value))
    for text in batch.texts:
        entry = batch.new_series[text.series]
        values.append((entry.measurement, entry.tags, entry.field, text.time_ns, text.value))
    return values


@settings(max_examples=500, deadline=None)
@given(batches())
def test_an_independent_reader_gets_every_value_back(batch):
    encoded = Encoder().encode(batch)
    points = parse(encoded.lines.data)
    read = [
        (
            unquote(point.measurement),
            tuple((unquote(key), unquote(value)) for key, value in point.tags.items()),
            unquote(field),
            point.time_ns,
            value,
        )
        for point in points
        for field, value in point.fields.items()
    ]
    assert read == values_of(batch)
    assert [len(point.fields) for point in points] == encoded.lines.values.tolist()
    assert len(read) + encoded.not_finite + encoded.too_large == len(batch)
    assert all(encoded.lines.part(i, i + 1).data.endswith(b"\n") for i in range(len(encoded.lines)))


@settings(max_examples=500, deadline=None)
@given(NAMES, NAMES)
def test_different_names_stay_different(one, other):
    if one != other:
        assert field_key(one) != field_key(other)
        assert line_prefix("m", (("k", one),)) != line_prefix("m", (("k", other),))


@settings(max_examples=200, deadline=None)
@given(batches(), st.integers(1, 4), st.integers(1, 60))
def test_requests_together_are_the_lines(batch, max_lines, max_bytes):
    lines = Encoder().encode(batch).lines
    parts = lines.split(max_lines, max_bytes)
    assert b"".join(part.data for part in parts) == lines.data
    assert sum(part.value_count for part in parts) == lines.value_count
    assert all(len(part) == 1 or (len(part) <= max_lines and len(part.data) <= max_bytes) for part in parts)
