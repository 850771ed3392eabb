"""The columns as the decoder writes them: inline, for this is done for every update."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

cdef enum:
    U64 = 1    # KIND_U64, KIND_F64 of topology.series
    F64 = 2
    FLAG_DIRTY = 1
    FLAG_REMOVED = 2


cdef void* grown(void* memory, size_t size) except NULL


cdef class Columns:
    cdef uint32_t* series
    cdef int64_t* time_ns
    cdef uint64_t* bits
    cdef size_t count, capacity
    cdef readonly object table
    cdef readonly list texts
    cdef list new_series
    cdef set announced
    cdef object generation
    cdef uint64_t* last_bits
    cdef uint64_t* prev_bits
    cdef int64_t* observed_at_ns
    cdef int64_t* prev_observed_at_ns
    cdef int64_t* received_at_ns
    cdef uint8_t* flags
    cdef uint32_t* dirty
    cdef uint32_t* dirty_count

    cdef int reserve(self) except -1
    cdef int bind(self) except -1

    cdef inline int point(self, uint32_t row, uint64_t bits, int64_t time_ns) except -1:
        if self.count == self.capacity:
            self.reserve()
        self.series[self.count] = row
        self.time_ns[self.count] = time_ns
        self.bits[self.count] = bits
        self.count += 1
        return 0

    cdef inline void latest(self, uint32_t row, uint64_t bits, int64_t observed, int64_t received) noexcept:
        self.prev_bits[row] = self.last_bits[row]
        self.prev_observed_at_ns[row] = self.observed_at_ns[row]
        self.last_bits[row] = bits
        self.observed_at_ns[row] = observed
        self.touch(row, received)

    cdef inline void touch(self, uint32_t row, int64_t received) noexcept:
        cdef uint8_t flags = self.flags[row]
        self.received_at_ns[row] = received
        self.flags[row] = FLAG_DIRTY
        if not flags & FLAG_DIRTY:
            self.dirty[self.dirty_count[0]] = row
            self.dirty_count[0] += 1
