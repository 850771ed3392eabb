"""A 4-ary heap of (key, value) over a buffer the caller owns; stale entries are left in it (lazy deletion)."""

from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t


cdef struct Item:
    uint64_t key
    uint32_t value
    uint32_t tag  # what a search wants back with it


cdef struct Heap:
    Item* items
    size_t size


cdef inline void heap_push(Heap* heap, uint64_t key, uint32_t value) noexcept nogil:
    """Add an entry; the caller has made sure that there is room."""
    heap_push_tagged(heap, key, value, 0)


cdef inline void heap_push_tagged(Heap* heap, uint64_t key, uint32_t value, uint32_t tag) noexcept nogil:
    cdef Item* items = heap.items
    cdef size_t at = heap.size, parent
    heap.size += 1
    while at > 0:
        parent = (at - 1) >> 2
        if items[parent].key <= key:
            break
        items[at] = items[parent]
        at = parent
    items[at].key = key
    items[at].value = value
    items[at].tag = tag


cdef inline Item heap_pop(Heap* heap) noexcept nogil:
    """Remove and return the entry with the least key; the heap must not be empty."""
    cdef Item* items = heap.items
    cdef Item top = items[0]
    cdef Item last
    cdef size_t at = 0, child, best, end, size
    heap.size -= 1
    size = heap.size
    last = items[size]
    while True:
        child = (at << 2) + 1
        if child >= size:
            break
        best = child
        end = child + 4
        if end > size:
            end = size
        child += 1
        while child < end:
            if items[child].key < items[best].key:
                best = child
            child += 1
        if items[best].key >= last.key:
            break
        items[at] = items[best]
        at = best
    items[at] = last
    return top
