"""Reports: trends by least squares, texts that are escaped, both languages, and the call of the API."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from collector.batch import Batch, NewSeries
from collector.rollups import Roller
from collector.sinks import DuckDBSink, HistoryDatabase, HistorySettings
from collector.use import LinkUse, Uses, WeekOfUse
from suanlu.alerts import Acknowledgement, Alert, Subject
from suanlu.effects import Effects
from suanlu.reports import Report
from suanlu.reports.render import bandwidth, cell, duration, percent
from suanlu.reports.risks import WINDOWS_OF_A_WEEK, table_of_use
from suanlu.reports.words import WORDS
from suanlu.times import rfc3339
from tests.unit.api.conftest import NS, World, cold, world  # noqa: F401 -- fixtures
from topology.series import KIND_I64

G = 1_000_000_000
EVIL = '<script>alert("1")</script> | `x`'


def weeks(link: str, *values: int, windows: int = WINDOWS_OF_A_WEEK) -> list[WeekOfUse]:
    return [WeekOfUse(link, number, value * G, windows) for number, value in enumerate(values)]


def test_days_to_80_percent_are_by_a_straight_line_and_unknown_of_few_weeks() -> None:
    uses = [LinkUse(link, 60 * G, 50 * G, 70 * G, 9) for link in ("few", "flat", "full", "gaps", "rising")]
    history = [
        *weeks("few", 10, 20, 30),
        *weeks("flat", 40, 40, 40, 40),
        *weeks("full", 60, 70, 80, 90),
        *weeks("gaps", 10, 20, 30, 40, windows=100),
        *weeks("rising", 40, 50, 60, 70),
    ]
    table = {use.link: use for use in table_of_use(uses, history, dict.fromkeys(("full", "rising"), 100 * G))}
    assert {link: use.days_to_80_percent for link, use in table.items()} == {
        "few": None, "flat": None, "full": 0, "gaps": None, "rising": 7,
    }  # fmt: skip
    assert {link: use.growth_bps_per_week for link, use in table.items()} == {
        "few": None, "flat": 0, "full": 10 * G, "gaps": None, "rising": 10 * G,
    }  # fmt: skip
    assert table["rising"].p95_share == 0.6
    assert table["few"].p95_share is None


async def test_use_is_what_numpy_makes_of_means_of_five_minutes(tmp_path: Path) -> None:
    start_ns, now_ns = 490_000 * 3600 * NS, 490_002 * 3600 * NS
    kept = HistorySettings(max_age_days=1e5, max_age_5m_days=1e5, max_age_1h_days=1e5)
    database = HistoryDatabase(tmp_path / "history.duckdb", kept)
    sink = DuckDBSink(database, now_ns=lambda: now_ns)
    await sink.open("log")
    values = np.random.default_rng(1).integers(0, 100 * G, (2, 720))
    times = start_ns + np.arange(720) * 10 * NS
    new = tuple(
        NewSeries(i, KIND_I64, "ifrate", (("link", link), ("name", link), ("source", "r")), field)
        for i, (link, field) in enumerate((("x-1:az", "out_bps"), ("x-1:za", "in_bps")))
    )
    series = np.repeat(np.arange(2, dtype=np.uint32), 720)
    bits = values.reshape(-1).view(np.uint64)
    await sink.write(1, Batch(new, series, np.tile(times, 2), bits, (), {}))
    means = values.reshape(2, 24, 30).mean(axis=2).max(axis=0)
    p95 = np.quantile(means, 0.95, method="inverted_cdf")
    uses = Uses(database)
    raw = await uses.during(start_ns, now_ns)
    await Roller(database, now_ns=lambda: now_ns, ship=False).catch_up()  # all but the last window
    rolled = await uses.during(start_ns, now_ns)
    load = await uses.load(start_ns, now_ns, 3600 * NS)
    await database.close()
    database.thread.shutdown()
    assert raw == rolled
    assert raw[0].link == "x-1:az"
    assert np.allclose(raw[0][1:], (p95, means.mean(), values.max(), 24), atol=1)
    assert np.allclose([step.bps for step in load], means.reshape(2, 12).mean(axis=1))


async def test_a_report_tells_what_happened(world: World) -> None:  # noqa: F811
    start_ns = world.now_ns
    said = Acknowledgement(by=EVIL, at=rfc3339(start_ns), note=EVIL, ticket="INC-1", owner="wang.fang")
    alert = Alert(
        id="a-1", rule="circuit_down", severity="critical", state="firing", cause=EVIL, summary=EVIL,
        summary_zh=f"电路中断 {EVIL}", subject=Subject(kind="circuit", id="ab-1"), since=rfc3339(start_ns),
        acknowledged=said,
        effects=Effects(
            pairs_cut=2, pairs_slower=1, pairs_faster=0, topology_version=1,
            text="cuts 2 pairs", text_zh="中断2对",
        ),
    )  # fmt: skip
    world.recorder.on_alerts([alert], start_ns)
    world.circuit("ab-1", up=False)
    world.publish(after_s=1)
    world.publish(after_s=9)
    query = f"from={rfc3339(start_ns)}&to={rfc3339(world.now_ns)}"
    status, answer = await world.get(f"/v1/reports/week?{query}")
    assert status == 200, answer
    report = msgspec.convert(answer, Report)
    assert (report.seconds, report.watched_s, len(report.alerts)) == (10, 10, 1)
    worst = report.circuits[0]
    assert (worst.circuit, worst.up_s, worst.down_s) == ("ab-1", 1, 9)
    assert report.outages[0].to is None
    # without ab-1 everything hangs on single circuits
    assert {point.id for point in report.risks.single_points if point.kind == "circuit"} == {
        "ac-1", "bd-1", "cd-1",
    }  # fmt: skip
    assert (report.circles.pairs, report.circles.best) == (6, 6)
    for language in ("en", "zh"):
        for form in ("html", "md"):
            async with world.client.get(f"/v1/reports/week?{query}&format={form}&lang={language}") as reply:
                text = await reply.text()
                assert reply.status == 200
                assert "<script" not in text
                assert WORDS[language]["week"] in text
                assert ("cuts 2 pairs" if language == "en" else "中断2对") in text
                assert "INC-1" in text.replace("\\", "")
                assert ("wang.fang (given by" if language == "en" else "wang.fang（由") in text
                if form == "html":
                    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
                    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")  # self-contained


async def test_what_is_over_is_told_as_over_in_both_clocks(world: World) -> None:  # noqa: F811
    start_ns = world.now_ns
    over = Alert(
        id="a-1", rule="circuit_down", severity="warning", state="resolved", cause="",
        summary="circuit ab-1 is up again", summary_zh="电路 ab-1 已恢复", since=rfc3339(start_ns),
        resolved_at=rfc3339(start_ns + NS), subject=Subject(kind="circuit", id="ab-1"),
        effects=Effects(pairs_cut=0, pairs_slower=46, pairs_faster=2, topology_version=1, text="cuts 0"),
    )  # fmt: skip
    world.recorder.on_alerts([over], start_ns)
    asked = {
        "starts_at": rfc3339(start_ns), "ends_at": rfc3339(start_ns + 3600 * NS), "created_by": "li.wei",
        "subjects": [{"kind": "circuit", "id": "ab-1"}], "comment": "splicing",
    }  # fmt: skip
    async with world.client.post("/v1/maintenances", json=asked) as reply:
        assert reply.status == 200
    world.publish(after_s=9)
    utc = datetime.fromtimestamp(start_ns // NS, UTC)
    local = utc + timedelta(hours=8)
    for language, words in (
        (
            "en",
            ["circuit ab-1 is up again; it cut 0 pairs, slowed 46, sped up 2", "under way", "Beijing time"],
        ),
        ("zh", ["电路 ab-1 已恢复；曾中断0对站点，曾使46对变慢、2对变快", "进行中", "北京时间"]),
    ):
        async with world.client.get(f"/v1/reports/shift?format=md&lang={language}") as reply:
            text = await reply.text()
        for word in (*words, "ab-1", "splicing", f"{local:%Y-%m-%d %H:%M:%S}", f"{utc:%H:%M:%S} UTC"):
            assert word in text


@pytest.mark.parametrize("kind", ["shift", "capacity"])
async def test_other_kinds_render_without_any_history(world: World, kind: str) -> None:  # noqa: F811
    async with world.client.get(f"/v1/reports/{kind}?format=html") as reply:
        assert reply.status == 200
        assert WORDS["en"][kind] in await reply.text()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("year", "allowed: shift, week, capacity"),
        ("week?format=pdf", "allowed: json, md, html"),
        ("week?lang=fr", "allowed: en, zh"),
        ("week?from=2030-01-01T00:00:00Z", "earlier"),
        ("week?from=2020-01-01T00:00:00Z", "a year at most"),
    ],
)
async def test_what_is_no_report_is_refused(world: World, path: str, words: str) -> None:  # noqa: F811
    status, problem = await world.get(f"/v1/reports/{path}")
    assert (status, words in problem["detail"]) == (400, True), problem


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, text in WORDS["en"].items():
        assert sorted(_fields(text)) == sorted(_fields(WORDS["zh"][key]))


def _fields(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_quantities_are_short_and_never_better_than_they_are() -> None:
    assert [percent(x) for x in (None, 1.0, 0.99999999, 0.9991, 0.5)] == [
        "–", "100 %", "99.999 %", "99.910 %", "50.0 %",
    ]  # fmt: skip
    assert [bandwidth(x) for x in (None, 0, 1_340 * G, 648 * G)] == [
        "–", "0 bit/s", "1.34 Tbit/s", "648 Gbit/s",
    ]  # fmt: skip
    assert [duration(x) for x in (0, 60, 3_725, 90_000)] == ["0 s", "1 min", "1 h 2 min", "1 d 1 h"]
    assert cell("a|b\n<c>") == r"a\|b &lt;c&gt;"
