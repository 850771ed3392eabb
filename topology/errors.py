"""The errors of Suanlu, one hierarchy.

    SuanluError
    ├── ConfigError             (suanlu.config)    also ValueError
    ├── TargetError             (collector)        one router cannot be read
    ├── LogError, SinkError     (collector)        the accepted log, a store
    ├── TopologyError           (here)
    │   ├── InventoryError                         also ValueError
    │   ├── GraphError                             also ValueError
    │   ├── UnknownNode                            also LookupError
    │   └── StaleTopology
    └── PathError               (pathcalc)
        ├── InvalidQuery                           also ValueError
        ├── NoFeasiblePath
        └── BudgetExhausted

The root stands here because topology is the one package that all others may import.
Each error is one sentence: what, where, remedy.
"""


class SuanluError(Exception):
    """Whatever Suanlu itself refuses or cannot do; the message is one sentence for a person."""


class TopologyError(SuanluError):
    """The graph cannot answer."""


class InventoryError(TopologyError, ValueError):
    """The inventory is not one that a graph can be made of."""


class UnknownNode(TopologyError, LookupError):
    """No site, router, interface or prefix has this name. `near` lists similar names, best first."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        self.name = name
        self.near = near
        hint = f"; did you mean {', '.join(near)}?" if near else "; GET /v1/topology lists what there is"
        super().__init__(f"no site, router, interface or prefix is called {name!r}{hint}")


class StaleTopology(TopologyError):
    """The graph is older than the query allows."""


class GraphError(TopologyError, ValueError):
    """A given graph is not one that a snapshot can be made of."""
