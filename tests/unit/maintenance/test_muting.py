"""Which alerts a window mutes: those about its subjects alone, and only while it lasts."""

from pathlib import Path

from suanlu.alerts import Alert
from suanlu.maintenance import Asked, Maintenances, MaintenanceStore, Places, Subject, SubjectKind
from tests.kit.alerting import World, small_inventory

MIN_NS = 60_000_000_000
MIN_MS = 60_000


class Night:
    """A backbone that fails at a word, with windows over it."""

    def __init__(self, tmp_path: Path) -> None:
        self._path = tmp_path / "maintenances.sqlite"
        self._now_ns = 0
        self.world = World(small_inventory(), maintained_by=self._muting)
        self.maintenances = Maintenances(
            MaintenanceStore(self._path), Places(self.world.inventory), now_ns=lambda: self.world.now_ns
        )

    def _muting(self, alert: Alert) -> str | None:
        return self.maintenances.muting(alert)

    async def window(self, kind: SubjectKind, *names: str, minutes: int = 30) -> str:
        now_ns = self.world.now_ns
        window = await self.maintenances.add(
            Asked(
                starts_at_ns=now_ns,
                ends_at_ns=now_ns + minutes * MIN_NS,
                subjects=tuple(Subject(kind=kind, id=name) for name in names),
                comment="",
                created_by="li.wei",
            )
        )
        self.wait(0)
        return window.id

    def wait(self, minutes: float) -> None:
        self.maintenances.advance(self.world.now_ns + int(minutes * MIN_MS) * 1_000_000)
        self.world.wait(int(minutes * MIN_MS))

    def messages(self) -> list[str]:
        """What the receiver was told."""
        return [
            f"{record.alert.state} {record.alert.subject.id}"
            for record, bodies in zip(self.world.outbox.put_records, self.world.outbox.bodies, strict=True)
            if bodies
        ]

    def muted_by(self, name: str) -> str | None:
        return self.world.firing()[name].maintenance


async def test_a_cut_under_a_window_is_shown_and_not_told(tmp_path: Path) -> None:
    night = Night(tmp_path)
    window = await night.window("circuit", "b-c-1")
    night.world.set("b-c-1")
    night.wait(5)
    assert night.muted_by("circuit_down b-c-1") == window
    assert night.messages() == []


async def test_what_is_still_down_when_it_ends_is_told(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "b-c-1", minutes=30)
    night.world.set("b-c-1")
    night.wait(29)
    assert night.messages() == []
    night.wait(2)
    assert night.messages() == ["firing b-c-1"]
    assert night.muted_by("circuit_down b-c-1") is None
    night.world.set("b-c-1", state="up")
    assert night.messages() == ["firing b-c-1", "resolved b-c-1"]


async def test_what_is_up_again_before_it_ends_is_never_told(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "b-c-1")
    night.world.set("b-c-1")
    night.wait(5)
    night.world.set("b-c-1", state="drained")
    night.wait(60)
    assert night.messages() == []


async def test_a_restart_under_a_window_tells_neither_an_end_nor_a_beginning(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.world.set("b-c-1")
    night.wait(1)
    (before,) = night.world.firing().values()
    await night.window("circuit", "b-c-1")
    night.world.restart(state="drained")
    (after,) = night.world.firing().values()
    assert after.id == before.id
    night.world.set("b-c-1", state="up")
    assert night.messages() == ["resolved b-c-1"]  # the outbox of the new process


async def test_something_else_that_falls_meanwhile_is_told(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "b-c-1")
    night.world.set("c-d-1")
    night.wait(1)
    assert night.messages() == ["firing c-d-1"]


async def test_a_cut_that_is_wider_than_the_window_is_told(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "a-b-1", "a-b-2")
    night.world.set("a-b-1", "a-b-2")
    night.wait(1)
    assert night.messages() == []
    night.world.set("a-c-1")
    night.wait(1)
    assert night.muted_by("srlg_down duct:north") is None
    assert "firing duct:north" in night.messages()


async def test_a_window_on_a_site_mutes_its_router_and_that_it_is_cut_off(tmp_path: Path) -> None:
    night = Night(tmp_path)
    window = await night.window("site", "d")
    night.world.phase("d-r1", "unreachable")
    night.world.set("c-d-1", "c-d-2")
    night.wait(1)
    assert {alert.maintenance for alert in night.world.firing().values()} == {window}
    assert night.messages() == []


async def test_a_site_that_the_work_cuts_off_is_told_unless_it_is_worked_on(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "c-d-1", "c-d-2")
    night.world.set("c-d-1", "c-d-2")
    night.wait(1)
    assert night.messages() == ["firing d"]


async def test_two_windows_together_mute_what_falls_in_both(tmp_path: Path) -> None:
    night = Night(tmp_path)
    windows = {
        await night.window("circuit", "a-b-1", "a-b-2"),
        await night.window("circuit", "a-c-1"),
    }
    night.world.set("a-b-1", "a-b-2", "a-c-1")
    night.wait(1)
    assert night.muted_by("srlg_down duct:north") in windows


async def test_nothing_is_due_all_the_time_while_an_alert_is_muted(tmp_path: Path) -> None:
    night = Night(tmp_path)
    await night.window("circuit", "b-c-1")
    night.world.set("b-c-1")
    night.wait(1)
    assert night.world.manager.next_due_ns() != 0
