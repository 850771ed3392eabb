"""Maximum flow from the sources to the targets of a query (Dinic 1970), exact, and its least cut.

A link is its own arc of the residual graph, and backwards the arc that takes its flow back: the graph's
links by tail and the layer's arcs by head are all the structure there is. Sums of flow stay below the sum of
all capacities, which the caller keeps below 2^63.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

import numpy as np

from pathcalc.core.graph cimport SOURCE, TARGET, Graph, Layer, Query, Scratch, passes

cdef enum:
    UNSEEN = 0xFFFFFFFF


cdef struct Residual:
    uint32_t n
    const uint32_t* first
    const uint32_t* tail
    const uint32_t* head
    uint64_t* room  # [m] what a link can still take
    uint64_t* flow  # [m]
    uint32_t* level  # [n] links from the sources
    uint32_t* at  # [n] the next arc to try: links by tail first, then arcs by head
    uint32_t* stack  # [n] links of the walk, or the queue of the levels
    uint8_t* back  # [n] whether the walk takes the link back


def maximum(Query query not None, uint64_t[::1] capacity not None):
    """Return (flow of each link, links of the cut). `capacity`: bit/s, 0 where a link carries nothing."""
    cdef Graph graph = query.graph
    cdef Scratch scratch = graph.take()
    cdef uint64_t[::1] room = np.zeros(graph.m + 1, dtype=np.uint64)
    cdef uint64_t[::1] flow = np.zeros(graph.m + 1, dtype=np.uint64)
    cdef uint32_t[:, ::1] words = np.zeros((3, graph.n + 1), dtype=np.uint32)
    cdef uint8_t[::1] back = np.zeros(graph.n + 1, dtype=np.uint8)
    cdef uint32_t i
    cdef Residual residual = Residual(
        graph.n, graph.first, graph.tail, graph.head, &room[0], &flow[0],
        &words[0, 0], &words[1, 0], &words[2, 0], &back[0]
    )
    scratch.set_roles(query)
    for i in range(graph.m):
        if query.layer.key[i] != 0 and passes(&query.filter, i):
            if not scratch.role[graph.head[i]] & SOURCE and not scratch.role[graph.tail[i]] & TARGET:
                room[i] = capacity[i]
    while levels(query, &residual, scratch.role):
        for i in range(query.n_sources):
            while augment(query.layer, &residual, scratch.role, query.sources[i]):
                pass
    scratch.clear_roles(query)
    graph.give(scratch)
    cut = [
        i for i in range(graph.m)
        if flow[i] > 0 and words[0, graph.tail[i]] != UNSEEN and words[0, graph.head[i]] == UNSEEN
    ]
    return [flow[i] for i in range(graph.m)], cut


cdef bint levels(Query query, Residual* residual, const uint8_t* role) noexcept:
    """Number the routers by links from the sources; return whether a target is among them."""
    cdef uint32_t i, v, u, link, done = 0, count = 0
    cdef bint reached = False
    cdef Layer layer = query.layer
    for v in range(residual.n):
        residual.level[v] = UNSEEN
        residual.at[v] = 0
    for i in range(query.n_sources):
        residual.level[query.sources[i]] = 0
        residual.stack[count] = query.sources[i]
        count += 1
    while done < count:
        v = residual.stack[done]
        done += 1
        if role[v] & TARGET:
            reached = True
            continue
        for link in range(residual.first[v], residual.first[v + 1]):
            u = residual.head[link]
            if residual.room[link] and residual.level[u] == UNSEEN:
                residual.level[u] = residual.level[v] + 1
                residual.stack[count] = u
                count += 1
        for i in range(layer.first[v], layer.first[v + 1]):
            u = layer.arcs[i].tail
            if residual.flow[layer.arcs[i].link] and residual.level[u] == UNSEEN:
                residual.level[u] = residual.level[v] + 1
                residual.stack[count] = u
                count += 1
    return reached


cdef bint augment(Layer layer, Residual* residual, const uint8_t* role, uint32_t source) noexcept:
    """Send what fits along one walk of rising levels; return whether there was one."""
    cdef uint32_t v = source, depth = 0, i, link
    cdef uint64_t least = 0xFFFFFFFFFFFFFFFF, fits
    while not role[v] & TARGET:
        if advance(layer, residual, v, &residual.stack[depth], &residual.back[depth]):
            link = residual.stack[depth]
            v = residual.tail[link] if residual.back[depth] else residual.head[link]
            depth += 1
            continue
        if depth == 0:
            return False
        depth -= 1
        link = residual.stack[depth]
        v = residual.head[link] if residual.back[depth] else residual.tail[link]
        residual.at[v] += 1
    for i in range(depth):
        link = residual.stack[i]
        fits = residual.flow[link] if residual.back[i] else residual.room[link]
        least = min(least, fits)
    for i in range(depth):
        link = residual.stack[i]
        if residual.back[i]:
            residual.flow[link] -= least
            residual.room[link] += least
        else:
            residual.flow[link] += least
            residual.room[link] -= least
    return True


cdef bint advance(Layer layer, Residual* residual, uint32_t v, uint32_t* link, uint8_t* back) noexcept:
    """Find the next arc that leads one level on."""
    cdef uint32_t out = residual.first[v + 1] - residual.first[v]
    cdef uint32_t every = out + layer.first[v + 1] - layer.first[v]
    cdef uint32_t onward = residual.level[v] + 1, at
    while residual.at[v] < every:
        at = residual.at[v]
        back[0] = at >= out
        if at < out:
            link[0] = residual.first[v] + at
            if residual.room[link[0]] and residual.level[residual.head[link[0]]] == onward:
                return True
        else:
            link[0] = layer.arcs[layer.first[v] + at - out].link
            if residual.flow[link[0]] and residual.level[residual.tail[link[0]]] == onward:
                return True
        residual.at[v] += 1
    return False
