"""A long search's look at the clock, at which others may have their turn."""

from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

cdef enum:
    NO_GLANCE = -1  # a deadline: nobody looks at the clock, and no other thread has its turn


cdef inline bint is_past(double deadline_s) noexcept:
    """Whether a time of time.monotonic is past; never for 0, which is none.

    Releases the GIL for a moment, so that no other thread waits for the whole of a search: call it every
    millisecond or so.
    """
    cdef timespec now
    with nogil:
        clock_gettime(CLOCK_MONOTONIC, &now)
    return deadline_s > 0 and <double>now.tv_sec + 1e-9 * <double>now.tv_nsec > deadline_s
