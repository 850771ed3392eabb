"""A stand-in for InfluxDB that answers as it is told and keeps every line that it took."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = web.Response | None


class FakeInfluxDB:
    """`answer` decides about a request's lines: a response, or None for 204 and the lines kept."""

    def __init__(self) -> None:
        self.answer: Callable[[list[bytes]], Answer] = lambda lines: None
        self.requests: list[web.Request] = []
        self.stored: list[bytes] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        lines = (await request.read()).splitlines()
        self.requests.append(request)
        answer = self.answer(lines)
        if answer is None:
            self.stored += lines
            return web.Response(status=204)
        return answer


@asynccontextmanager
async def fake_influxdb() -> AsyncIterator[FakeInfluxDB]:
    """Serve one on a free port."""
    fake = FakeInfluxDB()
    application = web.Application(client_max_size=1 << 28)
    application.router.add_post("/{path:.*}", fake.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
