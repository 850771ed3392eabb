"""Links' keys move, and a loose climb with them."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Query
from pathcalc.core.hierarchy.climb cimport Climb


cdef void change_key(Climb climb, uint32_t link, uint64_t key) noexcept

cdef uint64_t moved_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept
