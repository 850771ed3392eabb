"""The links of one path: numbers until their ids are asked for, so that an answer costs next to nothing."""

from cpython.mem cimport PyMem_RawFree
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cython cimport no_gc
from libc.string cimport memcpy

from pathcalc.core.graph cimport allocate, as_tuple


cdef class Later:
    cdef object made_tables(self):
        raise TypeError(f"{type(self).__name__} does not say how its tables are made")


@no_gc  # nothing that it holds leads back to it
cdef class LinkList:
    """See `linklist.pyi`."""

    def __init__(
        self, tables, tuple indexes not None, str bandwidth_basis, str status="optimal", *, bound=None,
        str bound_of="",
    ):
        cdef uint32_t i
        if self.numbers != NULL:
            raise TypeError("a path is made once")
        self.source = tables
        self.ids = tables.link_ids
        self.bandwidth_basis = bandwidth_basis
        self.status = status
        self.bound = bound
        self.bound_of = bound_of
        self.numbers = <uint32_t*>allocate(len(indexes), sizeof(uint32_t))
        self.count = <uint32_t>len(indexes)
        for i in range(self.count):
            self.numbers[i] = indexes[i]
            if self.numbers[i] >= <size_t>len(self.ids):
                raise IndexError(f"there is no link with index {indexes[i]}")

    def __dealloc__(self):
        PyMem_RawFree(self.numbers)

    cdef int fill(self, object tables, tuple ids, const uint32_t* numbers, uint32_t count, str basis) except -1:
        """What the constructor does, for the best path of a search; all numbers are of links."""
        self.source = tables
        self.ids = ids
        self.bandwidth_basis = basis
        self.status = "optimal"
        self.bound_of = ""
        self.numbers = <uint32_t*>allocate(count, sizeof(uint32_t))
        self.count = count
        memcpy(self.numbers, numbers, count * sizeof(uint32_t))
        return 0

    @property
    def _tables(self):
        if isinstance(self.source, Later):
            return (<Later>self.source).made_tables()
        return self.source

    def __len__(self):
        return self.count

    @property
    def indexes(self):
        """Link indexes from source to target."""
        return as_tuple(self.numbers, self.count)

    @property
    def links(self):
        """Link ids from source to target."""
        cdef uint32_t i
        cdef tuple made
        if self.made is None:
            made = PyTuple_New(self.count)
            for i in range(self.count):
                name = self.ids[self.numbers[i]]
                Py_INCREF(name)  # the tuple takes a reference of its own
                PyTuple_SET_ITEM(made, i, name)
            self.made = made
        return self.made

    def _sum(self, list column not None):
        """The sum of a column over the links, None where a value is unknown."""
        cdef uint32_t i
        total = 0
        for i in range(self.count):
            value = column[self.numbers[i]]
            if value is None:
                return None
            total += value
        return total

    def _least(self, list column not None):
        """The least value of a column over the links, None where one is unknown."""
        cdef uint32_t i
        least = None
        for i in range(self.count):
            value = column[self.numbers[i]]
            if value is None:
                return None
            if least is None or value < least:
                least = value
        return least
