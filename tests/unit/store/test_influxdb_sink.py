"""The InfluxDB sink against scripted answers: nothing lost, nothing blocked, everything counted."""

import asyncio
import time
from email.utils import formatdate

import pytest
from aiohttp import web

from collector.log import AcceptedLog, LogSettings
from collector.sinks import (
    Accepted,
    InfluxDBSettings,
    InfluxDBSink,
    PumpSettings,
    Rejected,
    SinkError,
    SinkPump,
    Unavailable,
)
from tests.kit.batches import interface_series, make_batch
from tests.kit.fake_influxdb import fake_influxdb
from tests.kit.servers import free_port
from tests.kit.wait import eventually
from topology.series import KIND_F64, KIND_U64

SERIES = (
    interface_series(0, "in_bps"),
    interface_series(1, "in_util", kind=KIND_F64),
    interface_series(2, "in_octets", measurement="ifcounters", kind=KIND_U64),
)


@pytest.fixture
async def fake():
    async with fake_influxdb() as server:
        yield server


@pytest.fixture
async def sink(fake):
    sink = InfluxDBSink(InfluxDBSettings(url=fake.url, max_lines=8))
    await sink.open("log")
    yield sink
    await sink.close()


def twenty_lines():
    return make_batch(SERIES, [(0, second, second) for second in range(20)])


async def test_lines_go_to_the_v2_endpoint_with_their_precision(fake, tmp_path):
    token = tmp_path / "token"
    token.write_text("secret\n")
    sink = InfluxDBSink(
        InfluxDBSettings(url=fake.url, org="o", bucket="db/rp", token_file=str(token), gzip=True)
    )
    await sink.open("log")
    assert await sink.write(1, make_batch(SERIES, [(0, 5, -7), (1, 5, 0.25), (2, 5, 9)])) == Accepted(3)
    await sink.close()
    (request,) = fake.requests
    assert request.path == "/api/v2/write"
    assert dict(request.query) == {"org": "o", "bucket": "db/rp", "precision": "ns"}
    assert request.headers["Authorization"] == "Token secret"
    tags = b",link=-,name=Ethernet1,site=wuhan,source=wuhan-r1 "
    assert fake.stored == [
        b"ifrate" + tags + b"in_bps=-7i,in_util=0.25 5",
        b"ifcounters" + tags + b"in_octets=9i 5",
    ]


async def test_v1_has_its_own_endpoint_and_credentials(fake, tmp_path):
    password = tmp_path / "password"
    password.write_text("p")
    settings = InfluxDBSettings(
        url=fake.url, api="v1", database="d", retention_policy="r", username="u", password_file=str(password)
    )
    sink = InfluxDBSink(settings)
    await sink.open("log")
    await sink.write(1, twenty_lines())
    await sink.close()
    assert fake.requests[0].path == "/write"
    assert dict(fake.requests[0].query) == {"db": "d", "rp": "r", "precision": "ns"}
    assert fake.requests[0].headers["Authorization"] == "Basic dTpw"


async def test_a_missing_secret_is_an_error_at_the_start():
    with pytest.raises(SinkError, match="/nowhere"):
        await InfluxDBSink(InfluxDBSettings(token_file="/nowhere/token")).open("log")  # noqa: S106


async def test_a_bad_line_costs_only_itself(fake, sink):
    def refuse_seven(lines):
        if any(line.endswith((b" 7", b" 13")) for line in lines):
            return web.json_response(
                {"code": "invalid", "message": f"unable to parse {lines[0]!r}"}, status=400
            )
        return None

    fake.answer = refuse_seven
    outcome = await sink.write(1, twenty_lines())
    assert isinstance(outcome, Rejected)
    assert (outcome.stored, outcome.rejected) == (18, 2)
    assert outcome.first_error.startswith("unable to parse")
    assert len(fake.stored) == 18


async def test_a_partial_write_that_names_no_line_is_counted_exactly(fake, sink):
    def drop_odd(lines):
        bad = [line for line in lines if int(line[-1:]) % 2]
        fake.stored += [line for line in lines if line not in bad]
        if bad:
            text = f"partial write: field type conflict dropped={len(bad)}"
            return web.json_response({"error": text}, status=422)
        return web.Response(status=204)

    fake.answer = drop_odd
    outcome = await sink.write(1, twenty_lines())
    assert isinstance(outcome, Rejected)
    assert (outcome.stored, outcome.rejected) == (10, 10)
    assert len(set(fake.stored)) == 10


@pytest.mark.parametrize("claimed", [0, 1_000_000])
async def test_how_many_lines_the_answer_says_were_dropped_decides_nothing(fake, sink, claimed):
    def drop_one(lines):
        bad = [line for line in lines if line.endswith(b" 7")]
        fake.stored += [line for line in lines if line not in bad]
        text = f"partial write: field type conflict dropped={claimed}"
        return web.json_response({"error": text}, status=400) if bad else web.Response(status=204)

    fake.answer = drop_one
    outcome = await sink.write(1, twenty_lines())
    assert isinstance(outcome, Rejected)
    assert (outcome.stored, outcome.rejected) == (19, 1)
    assert len(set(fake.stored)) == 19


async def test_too_large_a_request_is_halved(fake, sink):
    fake.answer = lambda lines: web.Response(status=413, text="<html>") if len(lines) > 3 else None
    assert await sink.write(1, twenty_lines()) == Accepted(20)
    assert len(fake.stored) == 20


async def test_what_no_integer_or_float_can_be_is_counted(sink, fake):
    points = [(2, 1, 2**63), (2, 2, 2**63 - 1), (1, 3, float("nan")), (1, 4, float("inf")), (1, 5, -7.53)]
    outcome = await sink.write(1, make_batch(SERIES, points))
    assert isinstance(outcome, Rejected)
    assert (outcome.stored, outcome.rejected, dict(outcome.dropped)) == (2, 1, {"not_finite": 2})
    assert "2^63" in outcome.first_error
    assert [line.split(b" ")[1:] for line in fake.stored] == [
        [b"in_octets=9223372036854775807i", b"2"],
        [b"in_util=-7.53", b"5"],
    ]


@pytest.mark.parametrize(
    ("status", "headers", "retry_after_s"),
    [
        (429, {"Retry-After": "7"}, 7),
        (503, {"Retry-After": "nonsense"}, None),
        (503, {}, None),
        (500, {}, None),
        (401, {}, 30),
        (403, {}, 30),
        (404, {}, 30),
    ],
)
async def test_what_is_wrong_for_now_keeps_the_batch(fake, sink, status, headers, retry_after_s):
    fake.answer = lambda lines: web.json_response({"error": "no"}, status=status, headers=headers)
    outcome = await sink.write(1, twenty_lines())
    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after_s == retry_after_s
    assert f"{status} no" in outcome.reason
    fake.answer = lambda lines: None
    assert await sink.write(1, twenty_lines()) == Accepted(20)


async def test_retry_after_may_be_a_date(fake, sink):
    later = formatdate(time.time() + 60, usegmt=True)
    fake.answer = lambda lines: web.Response(status=503, headers={"Retry-After": later})
    outcome = await sink.write(1, twenty_lines())
    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after_s == pytest.approx(60, abs=3)


async def test_after_an_outage_it_goes_on_where_it_was(fake, sink):
    fake.answer = lambda lines: web.Response(status=503) if len(fake.requests) == 2 else None
    assert isinstance(await sink.write(1, twenty_lines()), Unavailable)
    assert await sink.write(1, twenty_lines()) == Accepted(20)
    assert len(fake.stored) == 20


async def test_nobody_there_is_no_answer():
    sink = InfluxDBSink(InfluxDBSettings(url=f"http://127.0.0.1:{free_port()}"))
    await sink.open("log")
    assert isinstance(await sink.write(1, twenty_lines()), Unavailable)
    await sink.close()


async def test_the_books_balance_through_an_outage(fake, tmp_path):
    waits = []
    fake.answer = lambda lines: web.Response(status=503, headers={"Retry-After": "0.01"})
    log = AcceptedLog(tmp_path, LogSettings(commit_interval_ms=5, cursor_interval_ms=5))
    pump = SinkPump(
        log,
        InfluxDBSink(InfluxDBSettings(url=fake.url)),
        PumpSettings(linger_ms=1, backoff_min_ms=2),
        uniform=lambda low, high: waits.append(high) or low,
    )
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pump.run()), tasks.create_task(log.run())]
        log.append(make_batch(SERIES, [(0, i, i) for i in range(50)] + [(2, 1, 2**63), (1, 1, float("nan"))]))
        await eventually(lambda: pump.statistics().retries >= 3)
        books = pump.statistics()
        assert (books.received, books.buffered, books.available) == (52, 52, False)
        assert "503" in (books.last_error or "")
        fake.answer = lambda lines: None
        await eventually(lambda: pump.statistics().buffered == 0)
        books = pump.statistics()
        assert (books.received, books.stored, books.quarantined) == (52, 50, 1)
        assert books.dropped == {"not_finite": 1}
        assert books.available
        assert waits[:3] == [0.002 * 1000, 0.004 * 1000, 0.008 * 1000]
        for task in running:
            task.cancel()
