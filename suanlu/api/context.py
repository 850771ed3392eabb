"""What the handlers of the API work with; the app makes one and the server hands it to every request."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from aiohttp import web

from collector.history import History
from suanlu.alerts import Acknowledgement, Alert, Silences
from suanlu.api.describe import Describer
from suanlu.api.endpoints import Endpoints
from suanlu.api.ring import EventRing
from suanlu.figures import Family, Metrics
from suanlu.maintenance import Maintenances
from suanlu.past import Past
from suanlu.published import Published, View
from suanlu.readiness import Readiness
from suanlu.reports import Reporter
from topology.graph import LiveGraph

ForwardFault = Callable[[bytes], Awaitable[tuple[int, bytes]]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Context:
    """Read by handlers, changed by none of them.

    `forward_fault` is there in the demo only and passes a fault to the simulated backbone. `now_ns` is
    the wall clock. `receivers` are the names of those who are told of alerts.
    """

    graph: LiveGraph
    published: Published
    describer: Describer
    endpoints: Endpoints
    ring: EventRing
    history: History
    past: Past
    reporter: Reporter
    alerts: Callable[[], tuple[Alert, ...]]
    acknowledge: Callable[[str, Acknowledgement], Alert | None]
    silences: Silences
    maintenances: Maintenances
    receivers: tuple[str, ...]
    external_url: str
    metrics: Metrics
    network_figures: Callable[[], Iterator[Family]]
    readiness: Readiness
    now_ns: Callable[[], int]
    forward_fault: ForwardFault | None = None

    @property
    def view(self) -> View:
        """The current snapshot with its engine and stamp."""
        return self.published.view


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)


def context_of(request: web.Request) -> Context:
    """The context of the app that serves this request."""
    return request.app[CONTEXT]
