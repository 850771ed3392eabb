"""Points in growing columns, and the latest of each series in the series table: one `Columns` a process."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from cython import final

import numpy as np

from collector.batch import NewSeries, Text


cdef void* grown(void* memory, size_t size) except NULL:
    """Return the memory at its new size; MemoryError where there is none."""
    cdef void* moved = PyMem_Realloc(memory, size)
    if moved == NULL:
        raise MemoryError
    return moved


@final
cdef class Columns:
    """The points since the last `take`, in growing columns, and the series table that they also went to."""

    def __cinit__(self, table):
        self.table = table
        self.texts = []
        self.new_series = []
        self.announced = set()
        self.generation = None
        self.capacity = 0
        self.reserve()
        self.bind()

    def __dealloc__(self):
        PyMem_Free(self.series)
        PyMem_Free(self.time_ns)
        PyMem_Free(self.bits)

    def __len__(self):
        return self.count + len(self.texts)

    cdef int reserve(self) except -1:
        cdef size_t capacity = self.capacity * 2 if self.capacity else 4096
        self.series = <uint32_t*>grown(self.series, capacity * sizeof(uint32_t))
        self.time_ns = <int64_t*>grown(self.time_ns, capacity * sizeof(int64_t))
        self.bits = <uint64_t*>grown(self.bits, capacity * sizeof(uint64_t))
        self.capacity = capacity
        return 0

    cdef int bind(self) except -1:
        """Take the pointers anew where the table has grown."""
        table = self.table
        if self.generation == table.generation:
            return 0
        self.last_bits = <uint64_t*><size_t>table.bits.ctypes.data
        self.prev_bits = <uint64_t*><size_t>table.prev_bits.ctypes.data
        self.observed_at_ns = <int64_t*><size_t>table.observed_at_ns.ctypes.data
        self.prev_observed_at_ns = <int64_t*><size_t>table.prev_observed_at_ns.ctypes.data
        self.received_at_ns = <int64_t*><size_t>table.received_at_ns.ctypes.data
        self.flags = <uint8_t*><size_t>table.flags.ctypes.data
        self.dirty = <uint32_t*><size_t>table.dirty.ctypes.data
        self.dirty_count = <uint32_t*><size_t>table.dirty_count.ctypes.data
        self.generation = table.generation
        return 0

    def add_series(self, key, int kind, tuple tags):
        """Return the row of a series, new or known; the next batch announces it with its tags."""
        row = self.table.add(key, kind)
        self.bind()
        if row not in self.announced:
            self.announced.add(row)
            self.new_series.append(NewSeries(row, kind, key.measurement, tags, key.field))
        return row

    def add_text(self, uint32_t row, int64_t time_ns, str value):
        """Add a point that is a string."""
        self.texts.append(Text(row, time_ns, value))

    def add_number(self, uint32_t row, value, int64_t observed_at_ns, int64_t received_at_ns):
        """Add a point from Python, converted to its row's pinned kind; OverflowError where it cannot be."""
        cdef uint64_t bits
        cdef double real_value
        kind = self.table.kind[row]
        if kind == F64:
            real_value = value
            memcpy(&bits, &real_value, 8)
        elif kind == U64:
            bits = value
        else:
            bits = <uint64_t><int64_t>value
        self.bind()
        self.point(row, bits, observed_at_ns)
        self.latest(row, bits, observed_at_ns, received_at_ns)

    def take(self):
        """Return (new series, series u4[n], time i8[n], bits u8[n], texts) since the last call, copied."""
        cdef size_t n = self.count
        taken = (
            tuple(self.new_series),
            np.frombuffer(PyBytes_FromStringAndSize(<char*>self.series, n * sizeof(uint32_t)), np.uint32),
            np.frombuffer(PyBytes_FromStringAndSize(<char*>self.time_ns, n * sizeof(int64_t)), np.int64),
            np.frombuffer(PyBytes_FromStringAndSize(<char*>self.bits, n * sizeof(uint64_t)), np.uint64),
            tuple(self.texts),
        )
        self.count = 0
        self.new_series = []
        self.texts = []
        return taken
