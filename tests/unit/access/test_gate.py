"""Every route × every scope, sessions, and what the pages of other sites may do: nothing."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from suanlu.access import SCOPES, Gate, Scope, Sessions, TokenFile, create_token, revoke_token
from suanlu.access.scopes import PUBLIC, scope_of
from suanlu.access.sessions import COOKIE, KIOSK_S, PERSON_S
from suanlu.api import login
from suanlu.api.server import PAGE, ROUTES, problems
from suanlu.api.simulator import ROUTES as SIMULATOR_ROUTES

KEY = b"k" * 32
Client = TestClient[web.Request, web.Application]
WALKED = sorted({(route.method, route.path) for route in (*ROUTES, *SIMULATOR_ROUTES)})


class Clock:
    now_ns = 1_772_352_000 * 1_000_000_000


class Door:
    """An application of all routes that only says that it was reached, behind a gate with four tokens."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "tokens.json"
        self.clock = Clock()
        self.secrets = {scope: create_token(self.file, scope, scope) for scope in SCOPES}
        self.kiosk = create_token(self.file, "wall", "read", kiosk=True)
        tokens = TokenFile(self.file)
        self.gate = Gate(
            tokens, Sessions(tokens, KEY, now_ns=lambda: self.clock.now_ns), "https://noc.example"
        )
        self.client: Client

    def application(self) -> web.Application:
        async def reached(_request: web.Request) -> web.Response:
            return web.Response(text="reached")

        app = web.Application(middlewares=[problems, self.gate.middleware])
        for method, path in WALKED:
            app.router.add_route(method, path, reached)
        login.install(app, self.gate, PAGE)
        app.router.add_get("/", reached)
        return app

    async def status(self, method: str, path: str, secret: str | None = None, **headers: str) -> int:
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        async with self.client.request(
            method, path.replace("{", "").replace("}", ""), headers=headers
        ) as answer:
            return answer.status

    async def enter(self, secret: str) -> SimpleCookie:
        """The cookies that a login gets."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.client.post("/login", json={"token": secret}, headers=headers) as answer:
            assert answer.status == 200
            return answer.cookies


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    made = Door(tmp_path)
    async with TestClient(TestServer(made.application())) as client:
        made.client = client
        yield made


async def test_each_route_lets_in_the_scopes_that_it_needs_and_no_other(door: Door) -> None:
    assert len(WALKED) > 40
    for method, path in WALKED:
        needed = scope_of(method, path)
        for scope in SCOPES:
            allowed = needed is None or SCOPES.index(scope) >= SCOPES.index(needed)
            assert await door.status(method, path, door.secrets[scope]) == (200 if allowed else 403), (
                path,
                scope,
            )
        for nobody in (None, "", "suanlu_wrong"):
            assert await door.status(method, path, nobody) == (200 if needed is None else 401), (path, nobody)


def test_what_changes_something_needs_more_than_to_read_and_only_the_way_in_is_open() -> None:
    for method, path in WALKED:
        needed = scope_of(method, path)
        assert (needed is None) == (path in ("/livez", "/readyz")), path
        if method != "GET":
            assert needed in ("query", "operate", "admin"), path
            if path != "/simulator/faults":
                assert needed != "admin", f"{path} is not in the table of scopes"
    assert scope_of("POST", "/v1/something/new") == "admin"
    assert scope_of("GET", "") == "read"
    assert {path for path in PUBLIC if path.startswith("/v1")} == set()


async def test_what_is_not_there_is_told_to_those_alone_who_may_know(door: Door) -> None:
    assert await door.status("GET", "/nothing") == 401
    assert await door.status("GET", "/nothing", door.secrets["read"]) == 404
    assert await door.status("GET", "/v1/../v1/topology") == 401


@pytest.mark.parametrize("shown", ["Basic abc", "Bearer", "Bearer ", "bearer suanlu_", "Bearer \u00e9"])
async def test_what_is_no_token_opens_nothing(door: Door, shown: str) -> None:
    assert await door.status("GET", "/v1/topology", Authorization=shown) == 401


async def test_a_session_does_what_its_token_may_until_it_ends_or_the_token_is_revoked(door: Door) -> None:
    cookie = (await door.enter(door.secrets["operate"]))[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", True)
    assert int(cookie["max-age"]) == PERSON_S
    ours = {"Cookie": f"{COOKIE}={cookie.value}"}
    ours_post = {**ours, "Sec-Fetch-Site": "same-origin"}
    assert door.secrets["operate"] not in cookie.value
    assert await door.status("GET", "/v1/topology", **ours) == 200
    assert await door.status("POST", "/v1/alerts/{id}:ack", **ours_post) == 200
    assert await door.status("POST", "/simulator/faults", **ours_post) == 403
    door.clock.now_ns += (PERSON_S + 1) * 1_000_000_000
    assert await door.status("GET", "/v1/topology", **ours) == 401
    door.clock.now_ns -= (PERSON_S + 1) * 1_000_000_000
    revoke_token(door.file, "operate")
    assert await door.status("GET", "/v1/topology", **ours) == 401
    create_token(door.file, "operate", "admin")  # another token of the same name
    assert await door.status("GET", "/v1/topology", **ours) == 401


async def test_a_cookie_that_was_changed_is_none(door: Door) -> None:
    value = (await door.enter(door.secrets["read"]))[COOKIE].value
    name, ends, signature = value.split(".")
    forged = [
        f"{name}.{int(ends) + 1}.{signature}", f"{name}.{ends}.{signature[:-1]}", f"{name}..{signature}",
        f"YWRtaW4.{ends}.{signature}", f"{name}.{ends}.", "", "..", "a.b.c",
        "%ff.1.1", f"{name}.٣.{signature}",
    ]  # fmt: skip
    for cookie in forged:
        headers = {"Cookie": f"{COOKIE}={cookie}".encode().decode("latin-1")}
        assert await door.status("GET", "/v1/topology", **headers) == 401, cookie


async def test_a_wall_reads_for_a_year_and_does_nothing_else(door: Door) -> None:
    cookie = (await door.enter(door.kiosk))[COOKIE]
    assert int(cookie["max-age"]) == KIOSK_S
    headers = {"Cookie": f"{COOKIE}={cookie.value}", "Sec-Fetch-Site": "same-origin"}
    assert await door.status("GET", "/v1/topology", **headers) == 200
    assert await door.status("POST", "/v1/paths", **headers) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://noc.example"}, 200),
        ({"Origin": "https://noc.example:443"}, 200),
        ({"Origin": "https://noc.example.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_the_page_of_another_site_uses_no_session(
    door: Door, headers: dict[str, str], status: int
) -> None:
    cookie = (await door.enter(door.secrets["admin"]))[COOKIE].value
    all_of_it = {"Cookie": f"{COOKIE}={cookie}", **headers}
    assert await door.status("POST", "/v1/alerts/{id}:ack", **all_of_it) == status
    assert await door.status("DELETE", "/api/v2/silence/{id}", **all_of_it) == status


async def test_a_login_is_json_of_ours_with_a_token_that_is(door: Door) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    for body, status in (({"token": "suanlu_x"}, 401), ({"token": ""}, 400), ({}, 400), ({"token": 1}, 400)):
        async with door.client.post("/login", json=body, headers=ours) as answer:
            assert (answer.status, COOKIE in answer.cookies) == (status, False), body
    secret = {"token": door.secrets["read"]}
    async with door.client.post("/login", json=secret, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    async with door.client.post("/login", data=secret, headers=ours) as answer:
        assert answer.status == 400
    async with door.client.post("/login?token=x", json=secret, headers=ours) as answer:
        assert answer.status == 400


async def test_who_logs_out_leaves_no_cookie(door: Door) -> None:
    async with door.client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        assert (answer.status, answer.cookies[COOKIE].value) == (204, "")


async def test_without_tokens_all_is_open_but_to_other_sites_pages() -> None:
    async def reached(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application(middlewares=[problems, Gate().middleware])
    app.router.add_post("/v1/alerts/{id}:ack", reached)
    login.install(app, Gate(), PAGE)
    async with TestClient(TestServer(app)) as client:
        for headers, status in (
            ({}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": "http://evil.example"}, 403),
        ):
            async with client.post("/v1/alerts/a:ack", headers=headers) as answer:
                assert answer.status == status, headers
        async with client.get("/login", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "./")
        async with client.post("/login", json={"token": "x"}) as answer:
            assert answer.status == 404


def test_scopes_are_in_order() -> None:
    order: tuple[Scope, ...] = ("read", "query", "operate", "admin")
    assert order == SCOPES
