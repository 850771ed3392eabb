"""Values in each encoding."""

import pytest
from pygnmi.spec.v080 import gnmi_pb2

from suanlu.simulator import wire
from suanlu.simulator.values import Kind, Value, typed_value
from tests.kit.gnmi import value_of


@pytest.mark.parametrize(
    ("value", "kind", "proto", "json_ietf"),
    [
        (2**64 - 1, Kind.UINT64, 2**64 - 1, b'"18446744073709551615"'),
        (7, Kind.UINT32, 7, b"7"),
        ("UP", Kind.TEXT, "UP", b'"UP"'),
        ("SPEED_400GB", Kind.IDENTITY, "SPEED_400GB", b'"openconfig-if-ethernet:SPEED_400GB"'),
        (-7.53, Kind.DECIMAL, -7.53, b'"-7.53"'),
        (41.0, Kind.DECIMAL, 41.0, b'"41.0"'),
        (True, Kind.BOOL, True, b"true"),
        (("a", "b"), Kind.TEXTS, ("a", "b"), b'["a","b"]'),
        ((), Kind.TEXTS, (), b"[]"),
    ],
)
def test_a_value_is_typed_as_its_yang_says(value: Value, kind: Kind, proto: object, json_ietf: bytes) -> None:
    def read(encoding: int) -> object:
        typed = typed_value(value, kind, encoding, "openconfig-if-ethernet")
        return value_of(gnmi_pb2.TypedValue.FromString(typed))

    assert read(wire.PROTO) == proto
    assert read(wire.JSON_IETF) == json_ietf


def test_plain_json_has_numbers_as_numbers() -> None:
    typed = gnmi_pb2.TypedValue.FromString(typed_value(2**60, Kind.UINT64, wire.JSON))
    assert typed.json_val == b"1152921504606846976"
