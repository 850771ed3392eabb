"""SubscribeResponses for tests, made with the generated messages."""

from collections.abc import Iterable, Mapping

from pygnmi.spec.v080 import gnmi_pb2

from tests.kit.gnmi import gnmi_path
from tests.kit.readers import START_NS

Plain = int | float | str | bool | bytes | gnmi_pb2.TypedValue


def typed(value: Plain) -> gnmi_pb2.TypedValue:
    """Return a plain value in the field that PROTO encoding uses for it."""
    if isinstance(value, gnmi_pb2.TypedValue):
        return value
    field = {bool: "bool_val", str: "string_val", float: "double_val", bytes: "bytes_val"}.get(
        type(value), "int_val" if isinstance(value, int) and value < 0 else "uint_val"
    )
    return gnmi_pb2.TypedValue(**{field: value})


def update(
    values: Mapping[str, Plain],
    *,
    prefix: str = "",
    deletes: Iterable[str] = (),
    at_ns: int = START_NS,
    atomic: bool = False,
) -> bytes:
    """Return one SubscribeResponse with these values by path, and these deletes."""
    response = gnmi_pb2.SubscribeResponse()
    notification = response.update
    notification.timestamp = at_ns
    notification.atomic = atomic
    if prefix:
        notification.prefix.CopyFrom(gnmi_path(prefix))
    for path, value in values.items():
        notification.update.add(path=gnmi_path(path), val=typed(value))
    notification.delete.extend(gnmi_path(path) for path in deletes)
    data: bytes = response.SerializeToString()
    return data


def json_ietf(text: str) -> gnmi_pb2.TypedValue:
    """Return a JSON_IETF value."""
    return gnmi_pb2.TypedValue(json_ietf_val=text.encode())


SYNC: bytes = gnmi_pb2.SubscribeResponse(sync_response=True).SerializeToString()
