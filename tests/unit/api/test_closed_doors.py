"""With tokens, nothing that the server has is open but the page without data and the way in."""

import re
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from suanlu.access import Gate, Sessions, TokenFile, create_token
from suanlu.access.scopes import PUBLIC
from suanlu.api.context import CONTEXT
from suanlu.api.server import build
from suanlu.api.settings import ApiSettings
from tests.unit.api.conftest import World


async def test_every_route_of_the_real_server_asks_who_one_is(world: World, tmp_path: Path) -> None:
    secret = create_token(tmp_path / "tokens.json", "a", "read")
    tokens = TokenFile(tmp_path / "tokens.json")
    gate = Gate(tokens, Sessions(tokens, b"k" * 32, now_ns=lambda: world.now_ns))
    assert world.client.app is not None
    app = build(world.client.app[CONTEXT], ApiSettings(), gate)
    async with TestClient(TestServer(app)) as client:
        asked = 0
        for route in app.router.routes():
            path = route.resource.canonical if route.resource else ""
            if path not in PUBLIC and route.method != "HEAD":
                asked += 1
                async with client.request(route.method, re.sub(r"[{}]", "", path)) as answer:
                    assert answer.status == 401, (route.method, path)
        assert asked > 40
        async with client.get("/v1/topology", headers={"Authorization": f"Bearer {secret}"}) as answer:
            assert answer.status == 200
        for path in ("/", "/js/main.js", "/login", "/livez"):
            async with client.get(path) as answer:
                assert answer.status == 200, path
        async with client.get("/v1/topology") as answer:
            assert "problems/unauthenticated" in await answer.text()
