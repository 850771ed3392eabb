"""POST /v1/paths: the best possible path with the forwarded one beside it, or where packets go now."""

import msgspec
from aiohttp import web

from suanlu.api.answering import Answerer
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_body
from suanlu.api.path_documents import ForwardingDocument, PathsDocument
from suanlu.api.requests import PathQuery
from suanlu.api.route import Route
from suanlu.api.turns import answered

PROBLEMS = (
    "invalid-request",
    "unknown-endpoint",
    "same-endpoint",
    "no-connectivity",
    "no-feasible-path",
    "budget-exhausted",
    "too-large",
)
EXAMPLE = {
    "from": "shenzhen",
    "to": "wuhan",
    "objective": "latency",
    "constraints": {"min_bandwidth_bps": 100_000_000_000, "max_latency_us": 20_000},
    "k": 3,
}
_decoder: msgspec.json.Decoder[PathQuery] = msgspec.json.Decoder(PathQuery)


async def post_paths(request: web.Request) -> web.StreamResponse:
    """Answer one query on the current snapshot."""
    context = context_of(request)
    query = await read_body(request, _decoder)
    answerer = Answerer(context.view, context.endpoints, context.now_ns)
    with context.metrics.path_query_duration.labels("paths").time():
        document = await answered(answerer, query)
    return answer(document)


ROUTES = (
    Route(
        "POST",
        "/v1/paths",
        post_paths,
        "The best path, and the one that packets take",
        "paths",
        body=PathQuery,
        answer=PathsDocument | ForwardingDocument,
        problems=PROBLEMS,
        example=EXAMPLE,
    ),
)
