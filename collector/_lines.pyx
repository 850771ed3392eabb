"""Line protocol from columns: series ids, times and bits in, finished bytes out.

A line holds the fields of one measurement and tag set at one time that stand next to each other in the
batch. Strings are escaped once, when a series is defined; the loop over the values copies bytes.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.math cimport isfinite
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset, strlen

import numpy as np

from collector.lines import field_key, line_prefix

cdef extern from "Python.h":
    char *PyOS_double_to_string(double value, char code, int precision, int flags, int *kind) except NULL

cdef enum:
    NUMBER_BYTES = 40  # the longest integer has 20 digits, the longest double 24 characters
    I64 = 0
    U64 = 1
    F64 = 2
    UNDEFINED = 255
cdef uint64_t LARGEST_I64 = 0x7FFFFFFFFFFFFFFF


cdef inline double _double_of(uint64_t bits) noexcept nogil:
    cdef double value
    memcpy(&value, &bits, sizeof(value))
    return value


cdef struct Series:
    const char *prefix  # measurement and tags, escaped
    const char *field  # with its equals sign
    Py_ssize_t prefix_bytes
    Py_ssize_t field_bytes
    uint64_t line  # the last line that it stands in: a field stands in a line once
    uint32_t group  # one number for each prefix
    uint8_t kind


@cython.final
cdef class LineEncoder:
    """Series by their log ids, and a buffer that is used again. One thread owns an encoder."""

    cdef Series *_series
    cdef Py_ssize_t _series_room
    cdef char *_buffer
    cdef Py_ssize_t _used
    cdef Py_ssize_t _room
    cdef uint64_t _line  # of all that this encoder has made
    cdef dict _prefixes  # escaped prefix -> (itself, group): keeps the bytes alive
    cdef dict _fields

    def __cinit__(self):
        self._series_room = 0
        self._series = NULL
        self._room = 1 << 16
        self._buffer = <char *> PyMem_Malloc(self._room)
        if self._buffer == NULL:
            raise MemoryError
        self._prefixes = {}
        self._fields = {}

    def __dealloc__(self):
        PyMem_Free(self._series)
        PyMem_Free(self._buffer)

    def define(self, Py_ssize_t log_id, str measurement, tuple tags, str field, uint8_t kind):
        """Say what a log id stands for, from now on."""
        cdef bytes prefix = line_prefix(measurement, tags)
        cdef bytes key = field_key(field) + b"="
        cdef Series *series
        prefix, group = self._prefixes.setdefault(prefix, (prefix, len(self._prefixes)))
        key = self._fields.setdefault(key, key)
        if log_id >= self._series_room:
            self._grow(log_id + 1)
        series = &self._series[log_id]
        series.prefix, series.prefix_bytes = PyBytes_AS_STRING(prefix), PyBytes_GET_SIZE(prefix)
        series.field, series.field_bytes = PyBytes_AS_STRING(key), PyBytes_GET_SIZE(key)
        series.group, series.kind, series.line = group, kind, 0

    def prefix_of(self, Py_ssize_t log_id):
        """Return measurement and tags of a series as they stand in a line."""
        cdef Series *series = &self._series[log_id]
        return PyBytes_FromStringAndSize(series.prefix, series.prefix_bytes)

    def field_of(self, Py_ssize_t log_id):
        """Return the field of a series as it stands in a line, with its equals sign."""
        cdef Series *series = &self._series[log_id]
        return PyBytes_FromStringAndSize(series.field, series.field_bytes)

    def encode(self, const uint32_t[::1] ids, const int64_t[::1] times, const uint64_t[::1] bits):
        """Return (bytes, end of each line u4, values in each line u4, not finite, above 2^63-1).

        The last two count values that no line holds. Lines end with a newline. The ids must be defined.
        """
        cdef Py_ssize_t count = ids.shape[0], i
        cdef Py_ssize_t lines = 0, not_finite = 0, too_large = 0
        cdef uint32_t group = 0
        cdef int64_t time_ns = 0
        cdef Series *series
        ends_array, values_array = np.zeros(count, np.uint32), np.zeros(count, np.uint32)
        cdef uint32_t[::1] ends = ends_array, values = values_array
        self._used = 0
        for i in range(count):
            series = self._at(ids[i])
            if series.kind == U64 and bits[i] > LARGEST_I64:
                too_large += 1
                continue
            if series.kind == F64 and not isfinite(_double_of(bits[i])):
                not_finite += 1
                continue
            self._reserve(series.prefix_bytes + series.field_bytes + 2 * NUMBER_BYTES)
            if lines and series.group == group and times[i] == time_ns and series.line != self._line:
                self._put_byte(c",")
            else:
                if lines:
                    self._end_line(time_ns)
                    ends[lines - 1] = <uint32_t> self._used
                    self._reserve(series.prefix_bytes + series.field_bytes + 2 * NUMBER_BYTES)
                lines += 1
                self._line += 1
                group, time_ns = series.group, times[i]
                self._put(series.prefix, series.prefix_bytes)
                self._put_byte(c" ")
            series.line = self._line
            values[lines - 1] += 1
            self._put(series.field, series.field_bytes)
            self._put_value(series.kind, bits[i])
        if lines:
            self._reserve(NUMBER_BYTES)
            self._end_line(time_ns)
            ends[lines - 1] = <uint32_t> self._used
        data = PyBytes_FromStringAndSize(self._buffer, self._used)
        return data, ends_array[:lines], values_array[:lines], not_finite, too_large

    cdef Series *_at(self, uint32_t log_id) except NULL:
        if log_id >= self._series_room or self._series[log_id].kind == UNDEFINED:
            raise LookupError(f"series {log_id} has no definition")
        return &self._series[log_id]

    cdef int _grow(self, Py_ssize_t size) except -1:
        cdef Py_ssize_t room = max(size, 2 * self._series_room, 1024), i
        cdef Series *wider = <Series *> PyMem_Realloc(self._series, room * sizeof(Series))
        if wider == NULL:
            raise MemoryError
        memset(wider + self._series_room, 0, (room - self._series_room) * sizeof(Series))
        for i in range(self._series_room, room):
            wider[i].kind = UNDEFINED
        self._series, self._series_room = wider, room
        return 0

    cdef int _reserve(self, Py_ssize_t size) except -1:
        cdef char *wider
        if self._used + size > self._room:
            self._room = 2 * self._room + size
            wider = <char *> PyMem_Realloc(self._buffer, self._room)
            if wider == NULL:
                raise MemoryError
            self._buffer = wider
        return 0

    cdef inline void _put(self, const char *data, Py_ssize_t size) noexcept:
        memcpy(self._buffer + self._used, data, size)
        self._used += size

    cdef inline void _put_byte(self, char byte) noexcept:
        self._buffer[self._used] = byte
        self._used += 1

    cdef int _put_value(self, uint8_t kind, uint64_t bits) except -1:
        cdef char *text
        if kind == F64:
            text = PyOS_double_to_string(_double_of(bits), c"r", 0, 0, NULL)
            self._put(text, <Py_ssize_t> strlen(text))
            PyMem_Free(text)
            return 0
        if kind == I64 and <int64_t> bits < 0:
            self._put_byte(c"-")
            bits = ~bits + 1
        self._put_digits(bits)
        self._put_byte(c"i")
        return 0

    cdef inline void _end_line(self, int64_t time_ns) noexcept:
        cdef uint64_t digits = <uint64_t> time_ns
        self._put_byte(c" ")
        if time_ns < 0:
            self._put_byte(c"-")
            digits = ~digits + 1
        self._put_digits(digits)
        self._put_byte(c"\n")

    cdef inline void _put_digits(self, uint64_t value) noexcept:
        cdef char[20] digits
        cdef Py_ssize_t place = 20
        while True:
            place -= 1
            digits[place] = <char> (48 + value % 10)
            value //= 10
            if value == 0:
                break
        self._put(digits + place, 20 - place)
