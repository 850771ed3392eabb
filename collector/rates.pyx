"""Counter to rate, as Python sees it; the decoder takes the inline functions of rates.pxd."""

from cython import final

OK, FIRST, LATE, RESET, JUMP = RATE_OK, RATE_FIRST, RATE_LATE, RATE_RESET, RATE_JUMP


@final
cdef class Meter:
    """One counter of octets and the rate that it yields."""

    cdef Rate rate

    def __cinit__(self, uint64_t line_bps=0):
        self.rate.line_bps = line_bps
        self.rate.primed = 0

    def advance(self, uint64_t octets, int64_t time_ns):
        """Take a sample; return (outcome, bits per second or None)."""
        cdef uint64_t bps = 0
        cdef int outcome = advance(&self.rate, octets, time_ns, &bps)
        return outcome, bps if outcome == RATE_OK else None
