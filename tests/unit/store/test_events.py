"""Events among the telemetry: stored with their tags, each of a moment's events by itself."""

from collector.batch import Batch
from collector.events import EventRecorder
from suanlu.recorded import StoredEvents
from tests.kit.simulated import inventory_of
from topology.event import Event
from topology.series import SeriesTable


def stored(*events: Event) -> list[tuple]:
    """(time, field, value, tags) of what these events add to the log."""
    batches: list[Batch] = []
    series = SeriesTable()
    keeper = StoredEvents(inventory_of("a-b"), EventRecorder(series, batches.append))
    keeper.extend(events, 1000)
    entries = {entry.id: entry for batch in batches for entry in batch.new_series}
    return [
        (text.time_ns, entries[text.series].field, text.value, dict(entries[text.series].tags))
        for batch in batches
        for text in batch.texts
    ]


def event(type_: str, **fields) -> Event:
    return Event(type=type_, id="e/1/1", at="2026-01-01T00:00:00Z", version=1, **fields)


def test_a_link_that_falls_is_stored_with_its_sender():
    tags = {"kind": "link_down", "severity": "critical", "source": "a", "site": "site-a"}
    assert stored(event("link_down", link="a-b:az", cause="no light")) == [
        (1000, "text", "a-b:az: no light", tags),
        (1000, "link", "a-b:az", tags),
    ]


def test_events_of_one_moment_do_not_overwrite_each_other():
    one, other = (
        event("link_down", link="a-b:az"),
        event("link_down", link="a-b:az", before="up", after="down"),
    )
    rows = stored(one, event("metric_changed", links=("a-b:az",)), other)
    assert [row[0] for row in rows if row[1] == "text"] == [1000, 1002]
    assert rows[2][2] == "a-b:az: up → down"
    assert rows[0][3] == rows[2][3]
