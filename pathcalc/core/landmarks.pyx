"""Lower bounds of sums between any two routers, from the sums to and from a few landmarks (ALT).

By the triangle inequality no path from v to t has less than d(v, l) - d(t, l) or d(l, t) - d(l, v) for a
landmark l; under filters there are only fewer paths (Goldberg and Harrelson 2005). Each landmark is the
router farthest from those before it. O(landmarks x (m + n log n)) to make, O(landmarks) to ask.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.string cimport memset

from pathcalc.core.graph cimport Graph, Layer, Scratch, allocate
from pathcalc.core.search cimport reach_all

cdef enum:
    NOT_REACHED = 0xFFFFFFFF


@final
cdef class Landmarks:
    def __cinit__(self, Graph graph not None, int which, int allow):
        cdef Layer layer = graph.layer(which, allow)
        cdef uint64_t* nearest
        cdef uint32_t number, v, chosen = 0
        self.n = graph.n
        self.which = which
        self.allow = allow
        self.to = <uint32_t*>allocate(<size_t>graph.n * N_LANDMARKS, sizeof(uint32_t))
        self.since = <uint32_t*>allocate(<size_t>graph.n * N_LANDMARKS, sizeof(uint32_t))
        nearest = <uint64_t*>allocate(graph.n, sizeof(uint64_t))
        memset(nearest, 0xFF, graph.n * sizeof(uint64_t))
        try:
            for number in range(N_LANDMARKS if graph.n > 0 else 0):
                self.fill(graph, layer, chosen, number)
                for v in range(graph.n):  # what no landmark reaches is farthest of all
                    nearest[v] = min(nearest[v], <uint64_t>self.since[v * N_LANDMARKS + number])
                for v in range(graph.n):
                    if nearest[v] > nearest[chosen]:
                        chosen = v
        finally:
            PyMem_RawFree(nearest)

    def __dealloc__(self):
        PyMem_RawFree(self.to)
        PyMem_RawFree(self.since)

    cdef int fill(self, Graph graph, Layer layer, uint32_t landmark, uint32_t number) except -1:
        """Two searches: to the landmark and from it."""
        cdef Scratch scratch = graph.take()
        cdef uint32_t v, value
        cdef uint32_t* out
        cdef bint backwards, fits = True
        for backwards in range(2):
            out = self.to if backwards else self.since
            reach_all(graph, layer, scratch, landmark, backwards)
            for v in range(graph.n):
                value = NOT_REACHED
                if scratch.mark[v] == scratch.stamp:
                    fits = fits and scratch.dist[v] >> graph.shift < NOT_REACHED
                    value = <uint32_t>(scratch.dist[v] >> graph.shift)
                out[<size_t>v * N_LANDMARKS + number] = value
        graph.give(scratch)
        if not fits:
            raise OverflowError("a sum to a landmark exceeds 32 bits")
        return 0

    cdef uint64_t least(self, uint32_t router, uint32_t target) noexcept nogil:
        """A lower bound of the sum from the router to the target."""
        cdef const uint32_t* to = self.to + <size_t>router * N_LANDMARKS
        cdef const uint32_t* target_to = self.to + <size_t>target * N_LANDMARKS
        cdef const uint32_t* since = self.since + <size_t>router * N_LANDMARKS
        cdef const uint32_t* target_since = self.since + <size_t>target * N_LANDMARKS
        cdef uint32_t most = 0
        cdef int i
        for i in range(N_LANDMARKS):
            if to[i] != NOT_REACHED and target_to[i] != NOT_REACHED and to[i] > target_to[i]:
                most = max(most, to[i] - target_to[i])
            if target_since[i] != NOT_REACHED and since[i] != NOT_REACHED and target_since[i] > since[i]:
                most = max(most, target_since[i] - since[i])
        return most
