"""A server that answers commands as a test decides, and keeps what they asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typer.testing import CliRunner, Result

from suanlu.cli.commands import app

CIRCUITS = [
    {"id": name, "a": {"router": a}, "z": {"router": z}}
    for name, a, z in (("am-1", "a", "m"), ("am-2", "m", "a"), ("mz-1", "m", "z"))
]
"""Two circuits join a and m."""


class Server:
    """`answers` by path: status and document; `asked`: path and body of what came."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answers: dict[str, tuple[int, Any]] = {"/v1/topology/circuits": (200, {"circuits": CIRCUITS})}
        self.url = ""

    def run(self, *arguments: str, text: str | None = None) -> Result:
        """Run a command against it, `text` as its standard input."""
        return CliRunner().invoke(app, arguments, input=text, env={"SUANLU_URL": self.url, "NO_COLOR": "1"})


@contextmanager
def asked_server() -> Iterator[Server]:
    """The server on a socket of this machine."""
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.asked.append((self.path, json.loads(body or "null")))
            status, document = found.answers[self.path]
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 -- names of the library

        def log_message(self, *_: Any) -> None:
            """Nothing: a test is quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        found.url = f"http://127.0.0.1:{listening.server_port}"
        try:
            yield found
        finally:
            listening.shutdown()
            thread.join()
