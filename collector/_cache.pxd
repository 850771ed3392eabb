"""The path cache: bytes of a prefix and of a path under it to what they mean, without a Python object.

A router says the same paths in the same order over and over: what followed last time is compared first, and
only what does not match is looked for by its hash. Entries are never taken away; their owner bounds them.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from collector._columns cimport grown
from collector._wire cimport Span, hash_bytes

cdef extern from *:
    """
    #define SUANLU_NOWHERE 0xFFFFFFFFU
    #define suanlu_prefetch(key) (__builtin_prefetch(key), __builtin_prefetch((const char*)(key) + 64))
    """
    void prefetch "suanlu_prefetch"(const void* key) noexcept nogil
    const uint32_t NOWHERE "SUANLU_NOWHERE"

cdef struct Entry:
    uint64_t hash
    uint8_t* key
    uint32_t size
    uint32_t parent      # the entry of the prefix; NOWHERE for a prefix itself
    uint32_t next        # what followed last time
    int32_t leaf         # what the owner made of it

cdef struct Cache:
    Entry* entries
    uint32_t count, capacity
    uint32_t* slots
    uint32_t slot_mask
    uint32_t previous    # the entry found last


cdef inline int cache_open(Cache* cache) except -1:
    """Make an empty cache out of zeroed memory."""
    cache.previous = NOWHERE
    return cache_rehash(cache, 1024)


cdef inline void cache_close(Cache* cache) noexcept:
    cdef uint32_t i
    for i in range(cache.count):
        PyMem_Free(cache.entries[i].key)
    PyMem_Free(cache.entries)
    PyMem_Free(cache.slots)


cdef inline uint32_t cache_follow(Cache* cache, uint32_t index) noexcept nogil:
    if cache.previous != NOWHERE:
        cache.entries[cache.previous].next = index
    cache.previous = index
    return index


cdef inline bint is_key(const Entry* entry, Span key) noexcept nogil:
    """Whether these are its bytes; an empty one (no prefix) may have no address, which C lets nobody compare."""
    return entry.size == key.size and (key.size == 0 or memcmp(entry.key, key.data, key.size) == 0)


cdef inline uint32_t cache_guess(Cache* cache, uint32_t parent, Span key) noexcept nogil:
    """Return the entry that followed last time, if this is it; else NOWHERE."""
    cdef Entry* entry
    cdef uint32_t index
    if cache.previous == NOWHERE:
        return NOWHERE
    index = cache.entries[cache.previous].next
    if index == NOWHERE:
        return NOWHERE
    entry = &cache.entries[index]
    if entry.parent != parent or not is_key(entry, key):
        return NOWHERE
    cache.previous = index
    if entry.next != NOWHERE:    # its key is needed next, and is seldom in the nearest cache
        prefetch(cache.entries[entry.next].key)
    return index


cdef inline uint32_t cache_find(Cache* cache, uint32_t parent, Span key, uint64_t hash_) noexcept nogil:
    """Return the entry of a prefix (parent NOWHERE) or of a path under it; NOWHERE where there is none."""
    cdef Entry* entry
    cdef uint32_t slot = <uint32_t>hash_ & cache.slot_mask
    while cache.slots[slot] != NOWHERE:
        entry = &cache.entries[cache.slots[slot]]
        if entry.hash == hash_ and entry.parent == parent and is_key(entry, key):
            return cache_follow(cache, cache.slots[slot])
        slot = (slot + 1) & cache.slot_mask
    return NOWHERE


cdef inline uint64_t cache_hash(uint32_t parent, Span key) noexcept nogil:
    return hash_bytes(key.data, key.size, <uint64_t>parent + 1)


cdef inline uint32_t cache_add(
    Cache* cache, uint32_t parent, Span key, uint64_t hash_, int32_t leaf
) except? 0xFFFFFFFE:
    """Remember the bytes of a prefix or path that is not there yet; return its entry."""
    cdef Entry* entry
    cdef uint8_t* copied
    if cache.count == cache.capacity:
        cache.capacity = cache.capacity * 2 if cache.capacity else 512
        cache.entries = <Entry*>grown(cache.entries, cache.capacity * sizeof(Entry))
    copied = <uint8_t*>PyMem_Malloc(key.size + 1)
    if copied == NULL:
        raise MemoryError
    if key.size:
        memcpy(copied, key.data, key.size)
    entry = &cache.entries[cache.count]
    entry.hash = hash_
    entry.key = copied
    entry.size = key.size
    entry.parent = parent
    entry.next = NOWHERE
    entry.leaf = leaf
    cache.count += 1
    if cache.count * 2 > cache.slot_mask:
        cache_rehash(cache, (cache.slot_mask + 1) * 2)
    else:
        cache_place(cache, cache.count - 1)
    return cache_follow(cache, cache.count - 1)


cdef inline void cache_place(Cache* cache, uint32_t index) noexcept nogil:
    cdef uint32_t slot = <uint32_t>cache.entries[index].hash & cache.slot_mask
    while cache.slots[slot] != NOWHERE:
        slot = (slot + 1) & cache.slot_mask
    cache.slots[slot] = index


cdef inline int cache_rehash(Cache* cache, uint32_t size) except -1:
    cdef uint32_t i
    cache.slots = <uint32_t*>grown(cache.slots, size * sizeof(uint32_t))
    memset(cache.slots, 0xFF, size * sizeof(uint32_t))
    cache.slot_mask = size - 1
    for i in range(cache.count):
        cache_place(cache, i)
    return 0
