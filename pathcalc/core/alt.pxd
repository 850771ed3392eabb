"""One best path, guided by landmarks."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Query, Scratch


cdef uint64_t best_path(Query query, Scratch scratch, uint32_t* count) noexcept
