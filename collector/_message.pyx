"""Messages as Python objects: for paths met the first time, state, and whatever else is rare."""

from cpython.bytes cimport PyBytes_FromStringAndSize

from collector._wire cimport LENGTH, Bytes, Field, Span, read_field, whole

from collector.errors import WireError


cdef inline str to_text(Bytes data, size_t size):
    return PyBytes_FromStringAndSize(<const char*>data, size).decode("utf-8", "backslashreplace")


cdef tuple _element(Bytes at, Bytes end):
    cdef Field field, half
    cdef Bytes inner, inner_end
    cdef str name = "", key, value
    cdef dict keys = {}
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            raise WireError("the path ends inside an element")
        if field.wire_type != LENGTH:
            continue
        if field.number == 1:
            name = to_text(field.data, field.value)
        elif field.number == 2:
            inner, inner_end = field.data, field.data + field.value
            key = value = ""
            while inner < inner_end:
                inner = read_field(inner, inner_end, &half)
                if inner == NULL:
                    raise WireError("the path ends inside a key")
                if half.wire_type == LENGTH and half.number == 1:
                    key = to_text(half.data, half.value)
                elif half.wire_type == LENGTH and half.number == 2:
                    value = to_text(half.data, half.value)
            keys[key] = value
    return name, keys


def parse_path(bytes path not None):
    """Return (origin, target, ((name, {key: value}), …), deprecated element strings) of a gnmi.Path."""
    cdef Span span = whole(path)
    cdef Bytes at = span.data
    cdef Bytes end = at + span.size
    cdef Field field
    origin = target = ""
    elements = []
    deprecated = []
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            raise WireError("the path ends inside a field")
        if field.wire_type != LENGTH:
            continue
        if field.number == 3:
            elements.append(_element(field.data, field.data + field.value))
        elif field.number == 1:
            deprecated.append(to_text(field.data, field.value))
        elif field.number == 2:
            origin = to_text(field.data, field.value)
        elif field.number == 4:
            target = to_text(field.data, field.value)
    return origin, target, tuple(elements), tuple(deprecated)


def parse_fields(bytes message not None):
    """Return [(field number, wire type, int or bytes)] of any message, in wire order."""
    cdef Span span = whole(message)
    cdef Bytes at = span.data
    cdef Bytes end = at + span.size
    cdef Field field
    fields = []
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            raise WireError("the message ends inside a field")
        if field.wire_type == LENGTH:
            fields.append((field.number, LENGTH, PyBytes_FromStringAndSize(<const char*>field.data, field.value)))
        else:
            fields.append((field.number, field.wire_type, field.value))
    return fields
