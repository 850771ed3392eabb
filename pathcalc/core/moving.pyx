"""Weights that move from version to version.

A version is one change to its parent, so making one costs nothing. A single graph beside the base weighs what
one version says; for another it goes back to where the two part, and from there on: over as many changes as
lie between them, one where versions are asked in turn. What searches need follows in place: the layer's keys,
the sum of what is below the landmarks' floor, and the arcs of the hierarchy. So a search knows nothing of
versions, and is as fast as in the base.

All of it happens under the GIL, moves and search in one piece, so readers on other threads are not disturbed.
"""

from cpython.ref cimport PyObject
from cython cimport final, freelist, no_gc
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport (
    COSTED_OUT_BY, N_ALLOW, N_BANDWIDTHS, N_OBJECTIVES, NO_WEIGHT, Graph, Layer, Query, key_of,
)
from pathcalc.core.hierarchy.climb cimport Climb
from pathcalc.core.hierarchy.moves cimport change_key
from pathcalc.core.landmarks cimport Landmarks

cdef enum:
    MOST_BITS = 62  # of a key
    LEAST_CHANGES = 4096  # that versions may be from the base; more where there are more links


cdef extern from "Python.h":
    Py_ssize_t references "Py_REFCNT"(PyObject* found)


@final
@no_gc
@freelist(64)
cdef class Version:
    """See `moving.pyi`."""

    def __dealloc__(self):
        """Let go of those before, one after the other: a long line of them would be too deep to recurse."""
        cdef Version here = self.parent, before
        self.parent = None
        while here is not None and references(<PyObject*>here) == 1:
            before = here.parent
            here.parent = None
            here = before


@final
cdef class Moving:
    """See `moving.pyi`."""

    def __init__(self, Graph base not None):
        cdef uint64_t largest
        self.base = base
        self.graph = Graph(
            base.wiring, state=None, weights=(None,) * (N_OBJECTIVES - 1), bandwidths=(None,) * N_BANDWIDTHS,
            like=base,
        )
        largest = ((<uint64_t>1 << (MOST_BITS - base.shift)) - 1) // max(base.n, <uint32_t>1) - 1
        self.largest = <uint32_t>min(largest - min(largest, <uint64_t>COSTED_OUT_BY), <uint64_t>NO_WEIGHT - 1)
        self.most = max(base.m, <uint32_t>LEAST_CHANGES)

    cdef Version changed(self, Version version, uint32_t which, uint32_t link, uint32_t weight):
        """Return the version after one more change; None where it would be too far from the base."""
        cdef Version after
        if version is not None and version.depth >= self.most:
            return None
        after = Version.__new__(Version)
        after.parent = version
        after.depth = 1 if version is None else version.depth + 1
        after.which = which
        after.link = link
        after.weight = weight
        return after

    cdef int move(self, Version version) except -1:
        """Let the graph weigh what the version says."""
        cdef Version here = self.at
        if here is version:
            return 0
        if version is not None and version.parent is here:  # the usual case
            self.apply(version)
        else:
            self.move_far(version)
        self.at = version
        return 0

    cdef int apply(self, Version version) except -1:
        version.before = self.graph.weight[version.which][version.link]
        return self.set_weight(version.which, version.link, version.weight)

    cdef int move_far(self, Version version) except -1:
        """Undo back to where the versions part, and go on from there. Makes no object, so nobody cuts in."""
        cdef Version here = self.at, ahead = version
        cdef void* onward = NULL
        while here is not ahead:
            if ahead is None or (here is not None and here.depth >= ahead.depth):
                self.set_weight(here.which, here.link, here.before)
                here = here.parent
            else:
                ahead.onward = onward
                onward = <void*>ahead
                ahead = ahead.parent
        while onward != NULL:
            self.apply(<Version>onward)
            onward = (<Version>onward).onward
        return 0

    cdef int set_weight(self, uint32_t which, uint32_t link, uint32_t weight) except -1:
        """Let a link weigh something else, in all that was made of the graph."""
        cdef Graph graph = self.graph
        cdef uint32_t before = graph.weight[which][link]
        cdef int allow
        if before == weight:
            return 0
        if not self.moved[which]:
            graph.own(which)
            self.moved[which] = True
        graph.weight[which][link] = weight
        for allow in range(N_ALLOW):
            found = graph.layers[which * N_ALLOW + allow]
            if found is not None:
                move_layer(graph, <Layer>found, which, allow, link, before)
        return 0

    cdef int follow(self, Query query) except -1:
        """Take over what was prepared for the base since; `query` is of the graph."""
        cdef Version version
        cdef Layer layer = query.layer
        cdef Layer source = self.base.layer(query.objective, query.allow)
        cdef Climb climb = None
        if source.climb is not None:
            climb = <Climb>source.climb
            climb.hierarchy.look_below()
            climb = Climb(
                climb.hierarchy, Query(self.graph, (), (), query.objective, query.allow, 0, None, None), climb
            )
        version = self.at  # from here on no object is made, so nobody cuts in
        self.move(None)
        layer.landmarks = source.landmarks
        layer.slack = 0
        layer.climb = climb
        self.move(version)
        return 0


cdef void move_layer(Graph graph, Layer layer, uint32_t which, int allow, uint32_t link, uint32_t before) noexcept:
    cdef uint64_t key = key_of(graph, graph.weight[which], link, allow)
    cdef Landmarks landmarks
    cdef uint32_t i = layer.first[graph.head[link]], floor
    if key == layer.key[link]:  # not usable
        return
    layer.key[link] = key
    while layer.arcs[i].link != link:
        i += 1
    layer.arcs[i].key = key
    if layer.step != key:
        layer.step = 0
    if layer.landmarks is not None:
        landmarks = <Landmarks>layer.landmarks
        floor = landmarks.floor[link]
        layer.slack -= floor - min(before, floor)
        layer.slack += floor - min(graph.weight[which][link], floor)
    if layer.climb is not None:
        change_key(<Climb>layer.climb, link, key)
