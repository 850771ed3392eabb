"""Windows by a clock that is passed in: what may be entered, when it begins and ends, and restarts."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from suanlu.maintenance import (
    Asked,
    MaintenanceError,
    MaintenanceNotStored,
    Maintenances,
    MaintenanceStore,
    Places,
    Scope,
    Subject,
    Turn,
    UnknownSubject,
)
from tests.kit.alerting import START_NS, small_inventory

MIN_NS = 60_000_000_000
PLACES = Places(small_inventory())


def subject(text: str) -> Subject:
    kind, _, name = text.partition(" ")
    return Subject(kind=kind, id=name)  # type: ignore[arg-type]


class Desk:
    """Maintenance with a clock that moves by hand; `drained` is what the graph would be told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now_ns = START_NS
        self.drained: dict[str, str] = {}
        self.told: list[str] = []
        self.restart()

    def restart(self) -> None:
        """A new process over the same file; its graph knows of no drain."""
        self.drained = {}
        self.maintenances = Maintenances(MaintenanceStore(self.path), PLACES, now_ns=lambda: self.now_ns)

    def wait(self, minutes: float) -> None:
        self.now_ns += int(minutes * MIN_NS)
        turn = self.maintenances.advance(self.now_ns)
        self._observe(turn)
        for event in self.maintenances.events(turn.changes, 7, self.now_ns):
            self.told.append(f"{event.type} {event.before}")

    def _observe(self, turn: Turn) -> None:
        for drain in turn.drains:
            if drain.drained:
                self.drained[drain.id] = drain.by
            elif self.drained.get(drain.id) == drain.by:
                del self.drained[drain.id]

    def asked(self, *subjects: str, start: float = 10, end: float = 70) -> Asked:
        return Asked(
            starts_at_ns=self.now_ns + int(start * MIN_NS),
            ends_at_ns=self.now_ns + int(end * MIN_NS),
            subjects=tuple(subject(one) for one in subjects),
            comment="splicing",
            created_by="li.wei",
        )

    async def add(self, *subjects: str, **times: float) -> str:
        return (await self.maintenances.add(self.asked(*subjects, **times))).id

    def states(self) -> list[str]:
        return [window.state(self.now_ns) for window in self.maintenances.schedule.all(self.now_ns)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "maintenances.sqlite")


async def test_a_window_begins_and_ends_by_the_clock(desk: Desk) -> None:
    window = await desk.add("circuit b-c-1")
    desk.wait(9)
    assert (desk.states(), desk.drained, desk.told) == (["planned"], {}, [])
    desk.wait(1)
    assert (desk.states(), desk.drained) == (["active"], {"b-c-1": f"maintenance {window}"})
    assert desk.maintenances.of_circuit("b-c-1") == window
    desk.wait(60)
    assert (desk.states(), desk.drained) == (["ended"], {})
    assert desk.maintenances.of_circuit("b-c-1") is None
    assert desk.told == ["maintenance_started planned", "maintenance_ended active"]
    assert desk.maintenances.at(START_NS + 30 * MIN_NS)("b-c-1") == window
    assert desk.maintenances.at(START_NS + 9 * MIN_NS)("b-c-1") is None
    assert desk.maintenances.at(START_NS + 70 * MIN_NS)("b-c-1") is None


async def test_an_active_window_goes_on_after_a_restart(desk: Desk) -> None:
    window = await desk.add("router b-r1")
    desk.wait(10)
    desk.restart()
    desk.wait(1)
    assert desk.drained == {"b-r1": f"maintenance {window}"}


async def test_what_was_told_is_not_told_again_after_a_restart(desk: Desk) -> None:
    await desk.add("circuit b-c-1", start=0)
    desk.wait(1)
    await desk.maintenances._write()
    desk.restart()
    desk.wait(1)
    assert desk.told == ["maintenance_started planned"]


async def test_a_window_that_ended_while_nobody_looked_ends_at_the_start(desk: Desk) -> None:
    await desk.add("circuit b-c-1")
    desk.wait(10)
    await desk.maintenances._write()
    desk.now_ns += 100 * MIN_NS
    desk.restart()
    desk.wait(0)
    assert (desk.states(), desk.drained) == (["ended"], {})
    assert desk.told == ["maintenance_started planned", "maintenance_ended active"]


async def test_ending_early_gives_the_links_back(desk: Desk) -> None:
    window = await desk.add("circuit b-c-1")
    desk.wait(10)
    ended = await desk.maintenances.end(window, "zhang.min")
    assert ended is not None
    assert ended.ended_by == "zhang.min"
    desk.wait(0)
    assert (desk.states(), desk.drained) == (["ended"], {})
    with pytest.raises(MaintenanceError, match="ended already"):
        await desk.maintenances.end(window, "zhang.min")
    assert await desk.maintenances.end("m-none", "zhang.min") is None


async def test_a_planned_window_that_is_called_off_never_begins(desk: Desk) -> None:
    window = await desk.add("circuit b-c-1")
    await desk.maintenances.end(window, "li.wei")
    desk.wait(20)
    assert (desk.drained, desk.told) == ({}, ["maintenance_ended planned"])


async def test_what_two_windows_drain_stays_drained_until_both_end(desk: Desk) -> None:
    first = await desk.add("circuit b-c-1", start=0, end=30)
    second = await desk.add("srlg duct:south", start=5, end=60)
    desk.wait(1)
    assert desk.drained == {"b-c-1": f"maintenance {first}"}
    desk.wait(9)
    desk.wait(25)
    assert desk.drained == {"b-c-1": f"maintenance {second}"}
    desk.wait(30)
    assert desk.drained == {}


async def test_overlapping_windows_are_found(desk: Desk) -> None:
    window = await desk.add("circuit b-c-1", start=10, end=20)
    found = desk.maintenances.schedule.overlapping

    def at(start: int, end: int) -> list[str]:
        times = desk.now_ns + start * MIN_NS, desk.now_ns + end * MIN_NS
        return [one.id for one in found(*times, desk.now_ns)]

    assert at(0, 10) == at(20, 30) == []
    assert at(0, 11) == at(15, 16) == at(19, 30) == [window]


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"subjects": ()}, "subjects", "without subjects"),
        (
            {"ends_at_ns": START_NS + MIN_NS, "starts_at_ns": START_NS + MIN_NS},
            "ends_at",
            "not after its start",
        ),
        ({"starts_at_ns": START_NS - 2 * MIN_NS}, "starts_at", "is past"),
        (
            {"starts_at_ns": START_NS - MIN_NS // 2, "ends_at_ns": START_NS - MIN_NS // 4},
            "ends_at",
            "is past: it is",
        ),
        ({"ends_at_ns": START_NS + 31 * 1440 * MIN_NS}, "ends_at", "31.0 days are longer"),
    ],
)
async def test_what_cannot_be_entered_is_refused(desk: Desk, wrong: Any, field: str, said: str) -> None:
    asked = structs.replace(desk.asked("circuit b-c-1", start=0), **wrong)
    with pytest.raises(MaintenanceError, match=said) as refused:
        await desk.maintenances.add(asked)
    assert refused.value.field == field


async def test_an_unknown_subject_is_refused_with_names_like_it(desk: Desk) -> None:
    with pytest.raises(UnknownSubject, match=r"no circuit 'b-c-9': did you mean b-c-") as refused:
        await desk.add("router a-r1", "circuit b-c-9")
    assert refused.value.field == "subjects/1/id"
    assert "b-c-1" in refused.value.near


async def test_a_start_that_has_just_passed_is_now(desk: Desk) -> None:
    await desk.add("circuit b-c-1", start=-0.5, end=10)
    (window,) = desk.maintenances.schedule.all(desk.now_ns)
    assert window.starts_at_ns == desk.now_ns


def test_a_link_stands_for_its_circuit_and_a_site_for_its_routers() -> None:
    assert PLACES.scope([subject("link b-c-1:za")]).links == ("b-c-1:az", "b-c-1:za")
    site = PLACES.scope([subject("site d")])
    assert (site.routers, site.sites) == ({"d-r1"}, {"d"})
    assert (site.circuits, site.drains) == ({"c-d-1", "c-d-2"}, {"d-r1"})
    both = PLACES.scope([subject("router d-r1"), subject("circuit c-d-1"), subject("circuit b-c-1")])
    assert both.drains == {"d-r1", "b-c-1"}


def test_what_the_inventory_no_longer_has_is_left_out() -> None:
    assert PLACES.known_scope([subject("circuit gone-1")]) == Scope()


async def test_a_disk_that_cannot_be_written_changes_nothing(desk: Desk) -> None:
    desk.maintenances._store.close()
    with pytest.raises(MaintenanceNotStored, match="could not be written"):
        await desk.add("circuit b-c-1")
    assert desk.states() == []


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "maintenances.sqlite"
    path.write_bytes(b"no database, but as long as the header of one would be" * 4)
    with pytest.raises(MaintenanceNotStored, match=r"cannot be opened"):
        MaintenanceStore(path)
