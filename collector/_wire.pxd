"""Protobuf's wire format: readers that stay inside [at, end) and return NULL where the bytes are none."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

ctypedef const uint8_t* Bytes

cdef enum WireType:
    VARINT = 0
    FIXED64 = 1
    LENGTH = 2
    FIXED32 = 5

cdef struct Span:
    Bytes data
    size_t size

cdef struct Field:
    uint32_t number
    uint32_t wire_type
    uint64_t value       # of a number; the size of a LENGTH field
    Bytes data           # of a LENGTH field


cdef inline Span whole(bytes data):
    """All the bytes of an object, which has to outlive the span."""
    cdef Span span
    span.data = <Bytes>PyBytes_AS_STRING(data)
    span.size = PyBytes_GET_SIZE(data)
    return span


cdef inline Bytes read_varint(Bytes at, Bytes end, uint64_t* value) noexcept nogil:
    cdef uint64_t result = 0
    cdef int shift = 0
    while at < end:
        result |= <uint64_t>(at[0] & 0x7F) << shift
        if at[0] < 0x80:
            value[0] = result
            return at + 1
        at += 1
        shift += 7
        if shift > 63:
            return NULL
    return NULL


cdef inline Bytes read_field(Bytes at, Bytes end, Field* field) noexcept nogil:
    """Read one field that starts at `at` < `end`; return where the next one starts."""
    cdef uint64_t tag
    if at[0] < 0x80:
        tag = at[0]
        at += 1
    else:
        at = read_varint(at, end, &tag)
        if at == NULL:
            return NULL
    if tag < 8 or tag >> 32:
        return NULL
    field.number = <uint32_t>(tag >> 3)
    field.wire_type = tag & 7
    field.data = NULL
    if field.wire_type == LENGTH:
        if at < end and at[0] < 0x80:
            field.value = at[0]
            at += 1
        else:
            at = read_varint(at, end, &field.value)
            if at == NULL:
                return NULL
        if <uint64_t>(end - at) < field.value:
            return NULL
        field.data = at
        return at + field.value
    if field.wire_type == VARINT:
        return read_varint(at, end, &field.value)
    if field.wire_type == FIXED64:
        if end - at < 8:
            return NULL
        memcpy(&field.value, at, 8)
        return at + 8
    if field.wire_type == FIXED32:
        if end - at < 4:
            return NULL
        field.value = 0
        memcpy(&field.value, at, 4)
        return at + 4
    return NULL


cdef inline uint64_t hash_bytes(Bytes data, size_t size, uint64_t seed) noexcept nogil:
    """Multiply and fold, eight bytes at a time."""
    cdef uint64_t state = seed ^ (size * <uint64_t>0x9E3779B97F4A7C15)
    cdef uint64_t word
    while size >= 8:
        memcpy(&word, data, 8)
        state = (state ^ word) * <uint64_t>0xBF58476D1CE4E5B9
        state ^= state >> 32
        data += 8
        size -= 8
    if size:
        word = 0
        memcpy(&word, data, size)
        state = (state ^ word) * <uint64_t>0xBF58476D1CE4E5B9
        state ^= state >> 32
    return state * <uint64_t>0x94D049BB133111EB
