"""POST /v1/matrix: all pairs of two lists at once."""

import asyncio
import math
import time

import msgspec
import numpy as np
from aiohttp import web

from pathcalc.any.matrix import Metric
from pathcalc.errors import PathError
from suanlu.api.answering import Answerer, filters_of
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.path_documents import ComputeTiming
from suanlu.api.path_problems import problem_of
from suanlu.api.problems import Problem
from suanlu.api.requests import Endpoint, MatrixQuery, Routing
from suanlu.api.route import Route
from suanlu.api.turns import is_small
from suanlu.published import Stamp

MAX_CELLS = 4_000_000
MOST_CELLS_ON_THE_LOOP = 500  # about 10 ms at most in a small network


class MatrixAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`values[i][j]` is from `sources[i]` to `targets[j]`; null where there is no path.

    Under `igp` it is the mean over the traffic (bandwidth: of the narrowest link used). From a place to
    itself it is 0, and null for bandwidth, which nothing limits there.
    """

    metric: Metric
    routing: Routing
    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]
    values: tuple[tuple[int | None, ...], ...]
    timing: ComputeTiming
    topology: Stamp


_decoder: msgspec.json.Decoder[MatrixQuery] = msgspec.json.Decoder(MatrixQuery)


async def post_matrix(request: web.Request) -> web.StreamResponse:
    """All pairs; integers in the unit of the metric."""
    context = context_of(request)
    query = await read_body(request, _decoder)
    cells = len(query.sources) * len(query.targets)
    if cells > MAX_CELLS:
        raise Problem("too-large", f"that is {cells:,} cells, more than {MAX_CELLS:,}: ask in parts")
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("matrix").time():
        if cells > MOST_CELLS_ON_THE_LOOP or not is_small(answerer):
            return await asyncio.to_thread(_answer, query, answerer)
        return _answer(query, answerer)


def _answer(query: MatrixQuery, answerer: Answerer) -> web.Response:
    view = answerer.under(query.overlay).view
    sources = [answerer.resolve(name, f"/sources/{i}") for i, name in enumerate(query.sources)]
    targets = [answerer.resolve(name, f"/targets/{i}") for i, name in enumerate(query.targets)]
    started_ns = time.perf_counter_ns()
    try:
        values = view.engine.matrix(
            sources, targets, metric=query.metric, routing=query.routing, **filters_of(query.constraints)
        )
    except PathError as error:
        raise problem_of(error) from error
    document = MatrixAnswer(
        metric=query.metric,
        routing=query.routing,
        sources=query.sources,
        targets=query.targets,
        values=_rows(values),
        timing=ComputeTiming.since(started_ns),
        topology=view.stamp,
    )
    return answer(document)


def _rows(values: np.ndarray) -> tuple[tuple[int | None, ...], ...]:
    """JSON has neither NaN nor infinity: what is unreachable or unlimited is null."""
    return tuple(
        tuple(round(value) if math.isfinite(value) else None for value in row) for row in values.tolist()
    )


ROUTES = (
    Route(
        "POST",
        "/v1/matrix",
        post_matrix,
        "All pairs at once",
        "paths",
        body=MatrixQuery,
        answer=MatrixAnswer,
        problems=("invalid-request", "unknown-endpoint", "no-feasible-path", "too-large"),
        example={"sources": ["shenzhen", "wuhan"], "targets": ["chengdu", "shanghai"], "metric": "latency"},
    ),
)
