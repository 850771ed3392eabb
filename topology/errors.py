"""The errors of Suanlu, one hierarchy.

    SuanluError
    ├── TokenError                       (suanlu.access.tokens)
    ├── AlertsError                      (suanlu.alerts.errors)
    │   ├── OutboxError                  (suanlu.alerts.errors)
    │   ├── RefusedAddress               (suanlu.alerts.errors)
    │   ├── SecretError                  (suanlu.alerts.errors)              also ValueError
    │   └── SilenceError                 (suanlu.alerts.errors)              also ValueError
    ├── ServerError                      (suanlu.cli.client)
    ├── ConfigError                      (suanlu.config)                     also ValueError
    ├── DataDirectoryError               (suanlu.data_directory)             also OSError
    │   └── DataInUse                    (suanlu.data_directory)
    ├── MaintenanceError                 (suanlu.maintenance.errors)         also ValueError
    │   └── UnknownSubject               (suanlu.maintenance.errors)
    ├── MaintenanceNotStored             (suanlu.maintenance.errors)         also OSError
    ├── PastError                        (suanlu.past.errors)
    │   ├── BeforeJournal                (suanlu.past.errors)                also LookupError
    │   └── JournalError                 (suanlu.past.errors)
    ├── PortInUse                        (suanlu.ports)                      also OSError
    ├── FaultError                       (suanlu.simulator.errors)           also ValueError
    │   ├── UnknownActionError           (suanlu.simulator.errors)
    │   ├── UnknownSubjectError          (suanlu.simulator.errors)           also LookupError
    │   └── WrongSubjectError            (suanlu.simulator.errors)
    ├── SimulatorError                   (suanlu.simulator_process)
    ├── TargetError                      (collector.errors)
    │   ├── StreamEnded                  (collector.errors)
    │   ├── TargetSilent                 (collector.errors)
    │   ├── Unauthenticated              (collector.errors)
    │   └── Unreachable                  (collector.errors)
    ├── WireError                        (collector.errors)                  also ValueError
    ├── HistoryError                     (collector.history)
    │   ├── RangeError                   (collector.history)                 also ValueError
    │   ├── UnknownLink                  (collector.history)                 also LookupError
    │   └── UnknownMetric                (collector.history)                 also ValueError
    ├── LogError                         (collector.log.errors)
    │   ├── DamagedRecord                (collector.log.errors)              also ValueError
    │   └── LogInUse                     (collector.log.errors)
    ├── SinkError                        (collector.sinks.sink)
    ├── SubscriptionError                (collector.subscriptions)           also ValueError
    ├── TopologyError                    (topology.errors)
    │   ├── GraphError                   (topology.errors)                   also ValueError
    │   ├── InventoryError               (topology.errors)                   also ValueError
    │   ├── StaleTopology                (topology.errors)
    │   └── UnknownNode                  (topology.errors)                   also LookupError
    └── PathError                        (pathcalc.errors)
        ├── BudgetExhausted              (pathcalc.errors)
        ├── GraphTooLarge                (pathcalc.errors)                   also OverflowError
        ├── InvalidQuery                 (pathcalc.errors)                   also ValueError
        │   └── SameEndpoint             (pathcalc.errors)
        ├── NoConnectivity               (pathcalc.errors)
        └── NoFeasiblePath               (pathcalc.errors)
            └── NoDisjointPaths          (pathcalc.errors)

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
    """Nothing of what may be named here has this name. `near` lists similar names, best first."""

    def __init__(
        self, name: str, near: tuple[str, ...] = (), kinds: str = "site, router, interface or prefix"
    ) -> None:
        self.name = name
        self.near = near
        hint = f"; did you mean {', '.join(near)}?" if near else "; GET /v1/topology lists what there is"
        super().__init__(f"no {kinds} is called {name!r}{hint}")


class StaleTopology(TopologyError):
    """The graph is older than the query allows."""


class GraphError(TopologyError, ValueError):
    """A given graph is not one that a snapshot can be made of."""
