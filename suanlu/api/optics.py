"""GET /v1/optics: the light that every receiver gets, for the map that shows what fades."""

import msgspec
from aiohttp import web

from collector.history import HistoryError
from collector.sinks import SinkError
from suanlu.api.context import context_of
from suanlu.api.documents import Moment
from suanlu.api.exchange import aging, read_query
from suanlu.api.history import unreadable
from suanlu.api.route import Route
from suanlu.published import Stamp
from suanlu.times import rfc3339


class LightDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What the interface that sends this link receives. Of several channels the weakest counts.

    `rx_power_dbm_before`: the mean from a day to an hour ago; null where nothing was stored then.
    """

    link: str
    rx_power_dbm: float
    observed_at: Moment
    rx_power_dbm_before: float | None


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
    links = tuple(
        LightDocument(
            link=row.link,
            rx_power_dbm=row.rx_power_dbm,
            observed_at=rfc3339(row.observed_at_ns),
            rx_power_dbm_before=row.rx_power_dbm_before,
        )
        for row in rows
        if row.link in known
    )
    return aging(OpticsAnswer(topology=context.view.stamp, links=links))


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
