"""A link's weight moves, and a loose climb with it."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.hierarchy.climb cimport Climb


cdef void move_key(Climb climb, uint32_t link, uint64_t key) noexcept
