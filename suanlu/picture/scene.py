"""What a picture shows."""

from dataclasses import dataclass

from suanlu.alerts import Alert
from suanlu.api.documents import LinkDocument, SiteDocument


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The network at a moment, in ns since the epoch; `alerts` are those that fired then.

    Names and texts come from inventories and routers: they may hold anything.
    """

    name: str
    at_ns: int
    health: str
    sites: tuple[SiteDocument, ...]
    links: tuple[LinkDocument, ...]
    alerts: tuple[Alert, ...]
