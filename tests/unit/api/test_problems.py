"""Whatever is wrong is an RFC 9457 document that names the field."""

from io import BytesIO
from typing import Any

import pytest

from pathcalc import ConstraintFields
from tests.unit.api.conftest import World


async def post(world: World, body: BytesIO | str, path: str = "/v1/paths") -> tuple[int, dict[str, Any], str]:
    async with world.client.post(path, data=body) as answer:
        return answer.status, await answer.json(content_type=None), answer.content_type


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/paths"),
        ("POST", "/v1/paths:batch"),
        ("POST", "/v1/matrix"),
        ("POST", "/v1/whatif"),
        ("GET", "/metrics"),
    ],
)
async def test_unknown_parameter_is_refused(world: World, method: str, path: str) -> None:
    async with world.client.request(method, f"{path}?x=1", data="{}" if method == "POST" else None) as answer:
        problem = await answer.json(content_type=None)
    assert answer.status == 400
    assert problem["detail"] == "`x` is an unknown parameter; allowed here: none"


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ("{", "", "not JSON"),
        ("[]", "", "expected `object`"),
        ('{"from": "a"}', "/to", "`to` is required"),
        ('{"from": "a", "to": 3}', "/to", "expected `str | object`, got `int`"),
        (
            '{"from": "a", "to": "d", "include": []}',
            "/include",
            "`include` is an unknown field; allowed here: from,",
        ),
        (
            '{"from": "a", "to": "d", "constraints": {"max_delay_us": 1}}',
            "/constraints/max_delay_us",
            f"allowed here: {', '.join(list(ConstraintFields.__annotations__)[:5])}",
        ),
        (
            '{"from": "a", "to": "d", "constraints": {"exclude": {"link": []}}}',
            "/constraints/exclude/link",
            "did you mean `links`?",
        ),
        ('{"from": "a", "to": "d", "objective": "loss"}', "/objective", "allowed: hops, igp_metric, latency"),
        ('{"from": "a", "to": "d", "k": 0}', "/k", "expected `int` >= 1"),
        (
            '{"from": "a", "to": "d", "constraints": {"max_hops": 1.5}}',
            "/constraints/max_hops",
            "got `float`",
        ),
        ('{"from": {"any_of": []}, "to": "d"}', "/from/any_of", "expected `array` of length >= 1"),
        ('{"from": {"anyof": ["a"]}, "to": "d"}', "/from/anyof", "did you mean `any_of`?"),
        (
            '{"from": "a", "to": "d", "constraints": {"max_latency_us": 99999999999999999999}}',
            "/constraints/max_latency_us",
            "max_latency_us",
        ),
    ],
)
async def test_bad_field_is_named(world: World, body: str, pointer: str, words: str) -> None:
    status, problem, content_type = await post(world, body)
    assert (status, content_type) == (400, "application/problem+json"), problem
    assert problem["type"] == "/problems/invalid-request"
    assert problem["pointer"] == pointer
    assert words in problem["detail"]


async def test_unknown_endpoint_shows_near_names(world: World) -> None:
    status, problem, _ = await post(world, '{"from": "a1", "to": "b11"}')
    assert (status, problem["type"], problem["pointer"]) == (422, "/problems/unknown-endpoint", "/to")
    assert "b1" in problem["near"]


async def test_unknown_excluded_name_is_a_bad_field(world: World) -> None:
    status, problem, _ = await post(
        world, '{"from": "a", "to": "d", "constraints": {"exclude": {"circuits": ["zz-9"]}}}'
    )
    assert status == 400
    assert problem["pointer"].startswith("/constraints/exclude/circuits")


async def test_same_endpoint_is_told(world: World) -> None:
    for target in ("a", "a1", "198.18.1.9"):
        status, problem, _ = await post(world, f'{{"from": "a", "to": "{target}"}}')
        assert (status, problem["type"]) == (422, "/problems/same-endpoint"), target


async def test_body_above_the_limit_is_too_large(world: World) -> None:
    status, problem, _ = await post(world, BytesIO(b" " * ((1 << 20) + 1)))
    assert (status, problem["type"]) == (413, "/problems/too-large")


async def test_unknown_url_and_method_are_problems(world: World) -> None:
    async with world.client.get("/v1/nothing") as answer:
        assert (answer.status, answer.content_type) == (404, "application/problem+json")
        assert (await answer.json())["type"] == "/problems/not-found"
    async with world.client.get("/v1/paths") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert (await answer.json())["type"] == "about:blank"


async def test_problem_type_is_a_page(world: World) -> None:
    async with world.client.get("/problems/no-feasible-path") as answer:
        assert "No path satisfies every constraint" in await answer.text()


@pytest.mark.parametrize("depth", [100, 100_000])
async def test_deep_nesting_is_refused(world: World, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    status, problem, _ = await post(world, f'{{"from": "a", "to": "d", "constraints": {nested}}}')
    assert (status, problem["type"]) == (400, "/problems/invalid-request")


async def test_serve_has_no_simulator(world: World) -> None:
    status, problem, _ = await post(world, '{"action": "cut", "id": "ab-1"}', "/simulator/faults")
    assert (status, problem["type"]) == (404, "/problems/not-found")
