"""GET /v1/optics: the light that every receiver gets, for the map that shows what fades."""

import msgspec
from aiohttp import web

from collector.history import HistoryError
from collector.received_light import PortLight, ReceivedLight
from collector.sinks import SinkError
from suanlu.api.context import context_of
from suanlu.api.documents import Moment
from suanlu.api.exchange import aging, read_query
from suanlu.api.history import unreadable
from suanlu.api.route import Route
from suanlu.published import Stamp
from suanlu.times import rfc3339


class PortLightDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver in one port gets: of several channels the weakest, null where it does not tell.

    `rx_power_dbm_before`: the mean from a day to an hour ago; null where nothing was stored then.
    """

    interface: str
    rx_power_dbm: float | None
    observed_at: Moment | None
    rx_power_dbm_before: float | None


class LightDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What the router that sends this link receives on it: the weakest of its ports, and each of them.

    `ports`: the members of a bundle, or the one port; weakest first, those that do not tell last.
    """

    link: str
    rx_power_dbm: float
    observed_at: Moment
    rx_power_dbm_before: float | None
    ports: tuple[PortLightDocument, ...]


class OpticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Links whose receiver has told its power within the last ten minutes, by id."""

    topology: Stamp
    links: tuple[LightDocument, ...]


async def get_optics(request: web.Request) -> web.StreamResponse:
    """Received power of every link that tells it."""
    context = context_of(request)
    read_query(request, ())
    try:
        rows = await context.history.received_light(context.now_ns())
    except (HistoryError, SinkError) as error:
        return unreadable(error)
    known = context.view.snapshot.link_index
    links = tuple(_link(row) for row in rows if row.link in known)
    return aging(OpticsAnswer(topology=context.view.stamp, links=links))


def _link(row: ReceivedLight) -> LightDocument:
    return LightDocument(
        link=row.link,
        rx_power_dbm=row.rx_power_dbm,
        observed_at=rfc3339(row.observed_at_ns),
        rx_power_dbm_before=row.rx_power_dbm_before,
        ports=tuple(_port(port) for port in row.ports),
    )


def _port(port: PortLight) -> PortLightDocument:
    return PortLightDocument(
        interface=port.interface,
        rx_power_dbm=port.rx_power_dbm,
        observed_at=None if port.observed_at_ns is None else rfc3339(port.observed_at_ns),
        rx_power_dbm_before=port.rx_power_dbm_before,
    )


ROUTES = (
    Route(
        "GET",
        "/v1/optics",
        get_optics,
        "The light that every receiver gets",
        "history",
        answer=OpticsAnswer,
        problems=("invalid-request",),
        statuses=((503, "The store cannot be read"),),
    ),
)
