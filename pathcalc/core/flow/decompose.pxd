"""From what is left of the arcs' room to links and paths."""

from pathcalc.core.graph cimport Query
from pathcalc.core.flow.network cimport Arc, Network


cdef tuple settled(Network network, Query query, Arc* arcs)

cdef tuple taken_apart(Network network, Query query, tuple links)
