"""Maintenance windows: what is taken out of use for a while, on purpose, and what that would do.

store = MaintenanceStore(path)
maintenances = Maintenances(store, Places(inventory), now_ns=time.time_ns)   # run() writes what is told
await maintenances.add(asked)
turn = maintenances.advance(now_ns)       # on every tick: drains for the graph, events for everybody
maintenances.muting(alert)                # the window that an alert is part of
"""

from suanlu.maintenance.check import check
from suanlu.maintenance.desk import Maintenances, Turn
from suanlu.maintenance.errors import MaintenanceError, MaintenanceNotStored, UnknownSubject
from suanlu.maintenance.impact import Circuit80, Impact, NextCut
from suanlu.maintenance.schedule import Schedule
from suanlu.maintenance.scope import Places, Scope
from suanlu.maintenance.store import MaintenanceStore
from suanlu.maintenance.window import Asked, Subject, SubjectKind, Window, WindowState

__all__ = [
    "Asked",
    "Circuit80",
    "Impact",
    "MaintenanceError",
    "MaintenanceNotStored",
    "MaintenanceStore",
    "Maintenances",
    "NextCut",
    "Places",
    "Schedule",
    "Scope",
    "Subject",
    "SubjectKind",
    "Turn",
    "UnknownSubject",
    "Window",
    "WindowState",
    "check",
]
