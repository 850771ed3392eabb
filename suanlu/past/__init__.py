"""The past: what was so at a moment, from a journal of states and from the store of numbers.

recorder = Recorder(path, settings, graph, now_ns=time.time_ns)   # run() writes what is noted
past = Past(inventory, topology_settings, recorder, Moments(database), now=lambda: graph.snapshot)
then = await past.at(at_ns)                                       # then.view, then.states
"""

from suanlu.past.errors import BeforeJournal, JournalError, PastError
from suanlu.past.past import Past, PastStates, Then
from suanlu.past.recorder import Recorder
from suanlu.past.settings import JournalSettings

__all__ = [
    "BeforeJournal",
    "JournalError",
    "JournalSettings",
    "Past",
    "PastError",
    "PastStates",
    "Recorder",
    "Then",
]
