"""Lower bounds of sums by the triangle inequality, sixteen sums each way in one cache line."""

from libc.stdint cimport int16_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Wiring

cdef extern from *:
    """
    #ifndef SUANLU_LINE
    #define SUANLU_LINE
    #ifdef __SSE2__
    #include <emmintrin.h>
    #endif
    typedef int16_t suanlu_eight __attribute__((vector_size(16)));
    typedef union {
        struct { suanlu_eight since[2], to[2]; } eights;
        struct { int16_t since[16], to[16]; } each;
    } suanlu_line;

    static inline suanlu_eight suanlu_larger(suanlu_eight a, suanlu_eight b) {
    #ifdef __SSE2__
        return (suanlu_eight)_mm_max_epi16((__m128i)a, (__m128i)b);
    #else
        suanlu_eight more = a > b;
        return (a & more) | (b & ~more);
    #endif
    }

    /* The largest of the 32 differences that bound a path from `start` to `line` from below; at least 0. */
    static inline uint32_t suanlu_most(const suanlu_line *line, const suanlu_line *start) {
        suanlu_eight a = suanlu_larger(line->eights.since[0] - start->eights.since[0],
                                       line->eights.since[1] - start->eights.since[1]);
        suanlu_eight b = suanlu_larger(start->eights.to[0] - line->eights.to[0],
                                       start->eights.to[1] - line->eights.to[1]);
        a = suanlu_larger(a, b);
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){4, 5, 6, 7, 0, 1, 2, 3}));
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){2, 3, 0, 1, 4, 5, 6, 7}));
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){1, 0, 3, 2, 5, 4, 7, 6}));
        return a[0] > 0 ? (uint32_t)a[0] : 0;
    }
    #endif
    """
    ctypedef struct Each:
        int16_t since[16]
        int16_t to[16]
    ctypedef struct Line "suanlu_line":
        Each each
    uint32_t suanlu_most(const Line* line, const Line* start) noexcept nogil

cdef enum:
    A_LINE = 16  # landmarks


cdef class Landmarks:
    cdef readonly uint32_t n
    cdef readonly uint32_t m
    cdef readonly int objective
    cdef readonly uint32_t n_lines  # of each router
    cdef readonly uint32_t scale  # sums are kept in steps of 1 << scale
    cdef Wiring wiring
    cdef readonly object given  # the floor as it was given
    cdef uint64_t ends  # a checksum of the links' ends
    cdef uint32_t* floor  # [m], what each link weighs at least; all ones: not used at all
    cdef void* memory
    cdef Line* lines  # [n * n_lines], each in one cache line

    cdef uint64_t least(self, uint32_t router, uint32_t target) noexcept nogil


cdef inline uint32_t in_full(uint32_t most, uint32_t scale) noexcept nogil:
    """The bound that a difference of scaled sums stands for; it may be one step too large."""
    if most == 0 or scale == 0:
        return most
    return ((most - 1) << scale) + 1
