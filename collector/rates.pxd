"""Counter to rate: the one owner of how octets become bits per second."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #define SUANLU_SHORTEST_NS 1000000LL          /* closer samples are one */
    #define SUANLU_LONGEST_NS 900000000000LL      /* past 15 min an average says nothing of now */
    #define SUANLU_CLOCK_STEP_NS 60000000000LL    /* further back is a stepped clock, not disorder */
    #define SUANLU_UNKNOWN_LINE_BPS 10000000000000ULL
    #define SUANLU_UINT32_SPAN 4294967296ULL
    /* Bits per second, rounded, exact: octets x 8e9 needs 128 bits above 2.3 GB. A division of 128 bits
       costs more than decoding the update, so a double guesses the quotient and the remainder corrects it. */
    static inline uint64_t suanlu_bits_per_second(uint64_t octets, uint64_t elapsed_ns) {
        unsigned __int128 scaled = (unsigned __int128)octets * 8000000000ULL + elapsed_ns / 2;
        double guess = (double)octets * 8e9 / (double)elapsed_ns;
        if (guess > 1e15) {
            scaled /= elapsed_ns;
            return scaled > INT64_MAX ? INT64_MAX : (uint64_t)scaled;
        }
        uint64_t found = (uint64_t)guess;
        int64_t rest = (int64_t)(uint64_t)(scaled - (unsigned __int128)found * elapsed_ns);
        while (rest < 0) { rest += elapsed_ns; found--; }
        while (rest >= (int64_t)elapsed_ns) { rest -= elapsed_ns; found++; }
        return found;
    }
    """
    uint64_t suanlu_bits_per_second(uint64_t octets, uint64_t elapsed_ns) noexcept nogil
    const int64_t SHORTEST_NS "SUANLU_SHORTEST_NS"
    const int64_t LONGEST_NS "SUANLU_LONGEST_NS"
    const int64_t CLOCK_STEP_NS "SUANLU_CLOCK_STEP_NS"
    const uint64_t UNKNOWN_LINE_BPS "SUANLU_UNKNOWN_LINE_BPS"
    const uint64_t UINT32_SPAN "SUANLU_UINT32_SPAN"

cdef enum Outcome:
    RATE_OK = 0      # a rate was made
    RATE_FIRST = 1   # the first sample, or the first after a long gap or a step of the router's clock
    RATE_LATE = 2    # older than, or as good as simultaneous with, the sample before: not used
    RATE_RESET = 3   # the counter started anew: no rate for this interval
    RATE_JUMP = 4    # more than the line can carry: no rate for this interval

cdef struct Rate:
    int64_t time_ns
    uint64_t octets
    uint64_t line_bps    # 0: not known
    uint32_t bps_row
    uint32_t util_row
    uint8_t primed


cdef inline uint64_t ceiling_bps(uint64_t line_bps) noexcept nogil:
    """What a line can seem to carry while both clocks jitter: a quarter above its speed."""
    return line_bps + line_bps // 4


cdef inline int advance(Rate* rate, uint64_t octets, int64_t time_ns, uint64_t* bps) noexcept nogil:
    """Take one sample; on RATE_OK `bps` is the rate since the sample before, never above the line's."""
    cdef int64_t elapsed_ns = time_ns - rate.time_ns
    cdef uint64_t line_bps = rate.line_bps if rate.line_bps else UNKNOWN_LINE_BPS
    cdef uint64_t before = rate.octets
    cdef uint64_t moved = octets - before    # modulo 2^64: right across a wrap too
    cdef uint64_t found
    if rate.primed and -CLOCK_STEP_NS < elapsed_ns < SHORTEST_NS:
        return RATE_LATE
    rate.time_ns = time_ns
    rate.octets = octets
    if not rate.primed or elapsed_ns < 0 or elapsed_ns > LONGEST_NS:
        rate.primed = 1
        return RATE_FIRST
    found = suanlu_bits_per_second(moved, <uint64_t>elapsed_ns)
    if octets < before and found > ceiling_bps(line_bps):
        # Not a wrap of 64 bits. Of 32 only where such a counter can measure this line at all.
        if before >= UINT32_SPAN or suanlu_bits_per_second(UINT32_SPAN // 2, <uint64_t>elapsed_ns) < line_bps:
            return RATE_RESET
        found = suanlu_bits_per_second(moved % UINT32_SPAN, <uint64_t>elapsed_ns)
        if found > ceiling_bps(line_bps):
            return RATE_RESET
    if found > ceiling_bps(line_bps):
        return RATE_JUMP
    bps[0] = found if found < line_bps else line_bps
    return RATE_OK
