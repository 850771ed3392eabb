"""A webhook receiver for the demo and for tests: verifies each signature, prints one line an alert.

What a real receiver must do as well: verify before reading, answer at once, and take the same
`webhook-id` twice for one message.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from suanlu.alerts.delivery.signing import Secret
from suanlu.alerts.text import clean

BODY_LIMIT_BYTES = 1_048_576
REMEMBERED = 1000


class _Entry(msgspec.Struct):
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    startsAt: str  # noqa: N815 (Alertmanager's names)
    endsAt: str  # noqa: N815


class _Body(msgspec.Struct):
    groupKey: str  # noqa: N815
    alerts: list[_Entry]


class Receiver:
    """`handle` is the aiohttp handler of the webhook's path; `write` gets each line, without its end."""

    def __init__(self, secret: Secret, *, write: Callable[[str], None] = print) -> None:
        self._secret = secret
        self._write = write
        self._seen: OrderedDict[str, None] = OrderedDict()

    def application(self, path: str = "/webhook") -> web.Application:
        """An aiohttp application with the handler at `path`."""
        application = web.Application(client_max_size=BODY_LIMIT_BYTES)
        application.router.add_post(path, self.handle)
        return application

    async def handle(self, request: web.Request) -> web.Response:
        """204 for an authentic message, also for one seen before; 401 for any other."""
        data = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._secret.verify(headers, data, now_s=int(time.time())):
            return web.Response(status=401, text="the signature is not valid\n")
        message_id = headers["webhook-id"]
        if message_id not in self._seen:
            try:
                received = msgspec.json.decode(data, type=_Body)
            except msgspec.DecodeError as error:
                return web.Response(status=400, text=f"not an Alertmanager body: {error}\n")
            self._remember(message_id)
            for entry in received.alerts:
                self._write(line(entry))
        return web.Response(status=204)

    def _remember(self, message_id: str) -> None:
        self._seen[message_id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)


def line(entry: Any) -> str:
    """One alert as a line: `08:15:30 FIRING critical SrlgDown: … (…)`."""
    firing = entry.status == "firing"
    moment = (entry.startsAt if firing else entry.endsAt)[11:19]
    labels, annotations = entry.labels, entry.annotations
    head = f"{moment} {entry.status.upper():8} {labels.get('severity', '')} {labels.get('alertname', '')}"
    children = annotations.get("children", "")
    tail = f" ({annotations.get('description', '')})" if firing else ""
    return clean(f"{head}: {annotations.get('summary', '')}{tail}{f' [{children}]' if children else ''}")
