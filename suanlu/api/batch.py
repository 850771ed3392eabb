"""POST /v1/paths:batch: up to 1,000 queries, one snapshot; each gets its answer or its problem."""

import asyncio
import time
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from suanlu.api.answering import Answerer
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.path_documents import ComputeTiming, ForwardingDocument, PathsDocument
from suanlu.api.paths import EXAMPLE
from suanlu.api.problems import Problem, ProblemDocument, invalid
from suanlu.api.requests import Batch, BatchDocument, PathQuery
from suanlu.api.route import Route
from suanlu.api.turns import answered
from suanlu.published import Stamp

BREATH_S = 0.005  # between two turns of the event loop, so that a batch delays nobody for long


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answers in the order of the queries."""

    topology: Stamp
    timing: ComputeTiming
    answers: tuple[PathsDocument | ForwardingDocument | ProblemDocument, ...]


_Item = Annotated[
    dict[str, Any],
    Meta(
        extra_json_schema={
            "anyOf": [
                {"$ref": f"#/components/schemas/{kind.__name__}"}
                for kind in (PathsDocument, ForwardingDocument, ProblemDocument)
            ]
        }
    ),
]


class BatchAnswerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """As `BatchAnswer`, for the OpenAPI document: an item is an answer or a problem."""

    topology: Stamp
    timing: ComputeTiming
    answers: tuple[_Item, ...]


_decoder: msgspec.json.Decoder[Batch] = msgspec.json.Decoder(Batch)
_query_decoder: msgspec.json.Decoder[PathQuery] = msgspec.json.Decoder(PathQuery)


async def post_batch(request: web.Request) -> web.StreamResponse:
    """Answer many queries on one snapshot; a query that is refused costs only itself."""
    context = context_of(request)
    batch = await read_body(request, _decoder)
    view = context.view
    answerer = Answerer(view, context.endpoints, context.now_ns)
    answers = []
    started_ns = time.perf_counter_ns()
    breath_s = time.monotonic() + BREATH_S
    for index, raw in enumerate(batch.queries):
        with context.metrics.path_query_duration.labels("batch").time():
            answers.append(await _answer(answerer, raw, index))
        if time.monotonic() > breath_s:
            await asyncio.sleep(0)
            breath_s = time.monotonic() + BREATH_S
    return answer(
        BatchAnswer(topology=view.stamp, timing=ComputeTiming.since(started_ns), answers=tuple(answers))
    )


async def _answer(
    answerer: Answerer, raw: msgspec.Raw, index: int
) -> PathsDocument | ForwardingDocument | ProblemDocument:
    try:
        try:
            return await answered(answerer, _query_decoder.decode(raw))
        except msgspec.DecodeError as error:
            raise invalid(error, PathQuery) from error
    except Problem as problem:
        return problem.within(f"/queries/{index}").document


ROUTES = (
    Route(
        "POST",
        "/v1/paths:batch",
        post_batch,
        "Many path queries on one snapshot",
        "paths",
        body=BatchDocument,
        answer=BatchAnswerDocument,
        problems=("invalid-request", "too-large"),
        example={"queries": [EXAMPLE, {"from": "chengdu", "to": "shanghai", "routing": "igp"}]},
    ),
)
