"""POST /v1/whatif: what breaks if a circuit, a router or a shared risk fails."""

import asyncio
import time
from typing import Any

import msgspec
from aiohttp import web

import pathcalc
from pathcalc.errors import PathError
from suanlu.api.answering import Answerer, filters_of
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.path_documents import ComputeTiming
from suanlu.api.path_problems import problem_of
from suanlu.api.problems import Problem
from suanlu.api.requests import AnyOf, Endpoint, Routing, WhatIfQuery
from suanlu.api.route import Route
from suanlu.published import Stamp

MAX_PAIRS = 100_000


class PairDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Two places."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")


class ChangeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A pair's latency before and after, µs one way; under `igp` the mean over the traffic."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    before_us: int
    after_us: int


class PairCountsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How many pairs: both directions between two places are one, counted where the worse of them is."""

    cut: int
    slower: int
    faster: int
    unknown: int


class EffectDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What one failure does. `pairs` counts; the lists have each direction by itself.

    `unknown`: pairs that use a link of unknown latency, before or after.

    `already_down`: links of it that are down now. Asked for by its id, it is compared with the network in
    which they are up; in a sweep it has no effect any more.
    """

    kind: str
    id: str
    latency_added_us: int
    pairs: PairCountsDocument
    cut_off: tuple[PairDocument, ...]
    slower: tuple[ChangeDocument, ...]
    faster: tuple[ChangeDocument, ...]
    unknown: tuple[PairDocument, ...]
    already_down: tuple[str, ...] = ()


class WhatIfAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Each failure alone, in order of ids; the greatest change first in each list of pairs."""

    routing: Routing
    failures: tuple[EffectDocument, ...]
    timing: ComputeTiming
    topology: Stamp


_decoder: msgspec.json.Decoder[WhatIfQuery] = msgspec.json.Decoder(WhatIfQuery)


async def post_whatif(request: web.Request) -> web.StreamResponse:
    """Fail one thing after the other and compare; without `pairs`, for all pairs of sites."""
    context = context_of(request)
    query = await read_body(request, _decoder)
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("whatif").time():
        # A sweep takes long enough to be felt by others on the loop.
        return await asyncio.to_thread(_answer, query, answerer)


def _answer(query: WhatIfQuery, given: Answerer) -> web.Response:
    answerer = given.under(query.overlay)
    view = answerer.view
    pairs = None
    if query.pairs is not None:
        if len(query.pairs) > MAX_PAIRS:
            raise Problem("too-large", f"that is {len(query.pairs):,} pairs, more than {MAX_PAIRS:,}")
        pairs = [
            (
                answerer.resolve(pair.source, f"/pairs/{i}/from"),
                answerer.resolve(pair.target, f"/pairs/{i}/to"),
            )
            for i, pair in enumerate(query.pairs)
        ]
    started_ns = time.perf_counter_ns()
    try:
        effects = view.engine.whatif(
            query.failures, pairs=pairs, routing=query.routing, **filters_of(query.constraints)
        )
    except PathError as error:
        raise problem_of(error) from error
    return answer(
        WhatIfAnswer(
            routing=query.routing,
            failures=tuple(_document(effect) for effect in effects),
            timing=ComputeTiming.since(started_ns),
            topology=view.stamp,
        )
    )


def _document(effect: pathcalc.Effect) -> EffectDocument:
    return EffectDocument(
        kind=effect.kind,
        id=effect.id,
        latency_added_us=effect.latency_added_us,
        pairs=PairCountsDocument(**effect.pairs._asdict()),
        cut_off=tuple(_pair(a, b) for a, b in effect.cut_off),
        slower=tuple(_change(change) for change in effect.slower),
        faster=tuple(_change(change) for change in effect.faster),
        unknown=tuple(_pair(a, b) for a, b in effect.unknown),
        already_down=effect.already_down,
    )


def _pair(source: str, target: str) -> PairDocument:
    return PairDocument(source=_endpoint(source), target=_endpoint(target))


def _endpoint(name: str) -> Endpoint:
    """The place as a query names it; ids hold no spaces, so `a or b` is any of two."""
    places = tuple(name.split(" or "))
    return name if len(places) == 1 else AnyOf(any_of=places)


def _change(change: pathcalc.Change) -> ChangeDocument:
    return ChangeDocument(
        source=_endpoint(change.source),
        target=_endpoint(change.target),
        before_us=round(change.before_us),
        after_us=round(change.after_us),
    )


_EXAMPLE: dict[str, Any] = {
    "failures": ["wuhan-changsha-1", "wuhan-r1"],
    "pairs": [{"from": "shenzhen", "to": "wuhan"}],
}

ROUTES = (
    Route(
        "POST",
        "/v1/whatif",
        post_whatif,
        "What breaks if something fails",
        "paths",
        body=WhatIfQuery,
        answer=WhatIfAnswer,
        problems=("invalid-request", "unknown-endpoint", "same-endpoint", "budget-exhausted", "too-large"),
        example=_EXAMPLE,
    ),
)
