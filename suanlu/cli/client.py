"""How the commands ask a running server: `SUANLU_URL`, `SUANLU_TOKEN`, JSON, problems as one sentence."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from topology.errors import SuanluError

DEFAULT_URL = "http://127.0.0.1:8437"
DEADLINE_S = 30


class ServerError(SuanluError):
    """The server cannot be reached, or refuses; `problem` is its problem document where it sent one."""

    def __init__(self, message: str, problem: dict[str, Any] | None = None) -> None:
        self.problem = problem or {}
        super().__init__(message)


def server_url() -> str:
    """The server that commands talk to."""
    return os.environ.get("SUANLU_URL", DEFAULT_URL).rstrip("/")


def get(path: str) -> Any:
    """GET a resource; raises ServerError."""
    return _ask(path, None)


def get_text(path: str) -> str:
    """GET a resource that is a text; raises ServerError."""
    return str(_ask(path, None, read=lambda response: response.read().decode()))


def post(path: str, body: Any) -> Any:
    """POST JSON; raises ServerError."""
    return _ask(path, json.dumps(body).encode())


def delete(path: str) -> None:
    """DELETE a resource; raises ServerError."""
    _ask(path, None, "DELETE")


def post_batch(queries: list[Any]) -> list[Any]:
    """Path queries on one snapshot, their answers in order; raises ServerError for the first refused."""
    answers: list[Any] = post("/v1/paths:batch", {"queries": queries})["answers"]
    for answer in answers:
        if "type" in answer:
            raise _refused(answer, "")
    return answers


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """With `as_json`, print a ServerError within as its problem document, and end the command with 1."""
    try:
        yield
    except ServerError as error:
        if not as_json:
            raise
        write_json(error.problem or {"type": "about:blank", "title": "No answer", "detail": str(error)})
        raise typer.Exit(1) from error


def _ask(
    path: str, body: bytes | None, method: str | None = None, read: Callable[[Any], Any] = json.load
) -> Any:
    if not server_url().startswith(("http://", "https://")):
        raise ServerError(f"SUANLU_URL must begin with http:// or https://, not {server_url()!r}")
    headers = {} if body is None else {"Content-Type": "application/json"}
    if token := os.environ.get("SUANLU_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(  # noqa: S310
        server_url() + path, data=body, headers=headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as response:  # noqa: S310 -- http(s) alone
            return read(response) if method != "DELETE" else None
    except urllib.error.HTTPError as error:
        raise _refusal(error) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ServerError(
            f"no Suanlu answers at {server_url()} ({reason}): start `suanlu demo` or `suanlu serve`, "
            "or set SUANLU_URL"
        ) from error


def _refusal(error: urllib.error.HTTPError) -> ServerError:
    try:
        problem = json.load(error)
    except ValueError:
        return ServerError(f"{server_url()} answered {error.code} {error.reason}")
    return _refused(problem, error.reason)


def _refused(problem: dict[str, Any], fallback: str) -> ServerError:
    detail = problem.get("detail", fallback)
    near = problem.get("near")
    hint = f"; did you mean {', '.join(near)}?" if near and "did you mean" not in detail else ""
    return ServerError(f"{detail}{hint}", problem)


def write_json(document: Any) -> None:
    """Print JSON for programs."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
