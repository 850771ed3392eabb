"""The journal: frames make the graph of any moment; what nobody watched is unknown; old things go."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import zstandard

from suanlu.alerts import Alert, Subject
from suanlu.past import JournalError, JournalSettings, Recorder
from suanlu.past.past import _frame_at
from suanlu.past.store import JournalStore
from tests.kit.wait import eventually
from tests.unit.api.backbone import SQUARE
from topology.graph import LiveGraph
from topology.inventory import Inventory
from topology.journal import Frame, Journal, replayed
from topology.observation import InterfaceState, TargetState
from topology.settings import TopologySettings
from topology.snapshot import LinkState

NS = 1_000_000_000
START_NS = 1_772_352_000 * NS


class Network:
    """A live graph with a clock, whose publications go to whoever wants them."""

    def __init__(self, start_ns: int = START_NS) -> None:
        self.inventory = Inventory.from_json(SQUARE)
        settings = TopologySettings(hold_s=0.001, hold_max_s=1)
        self.graph = LiveGraph(self.inventory, settings, epoch=f"e{start_ns}", now_ns=start_ns)
        self.now_ns = start_ns
        self.seq = 0

    def say(self, circuit: str, *, up: bool) -> None:
        found = next(c for c in self.inventory.circuits if c.id == circuit)
        for router, interface in ((found.a, found.a_interface), (found.z, found.z_interface)):
            self.seq += 1
            status = "UP" if up else "DOWN"
            self.graph.observe(
                InterfaceState(
                    router=router, session=1, seq=self.seq, observed_at_ns=self.now_ns,
                    received_at_ns=self.now_ns, interface=interface, oper_status=status, admin_status="UP",
                )
            )  # fmt: skip

    def sync(self) -> None:
        for router in self.inventory.routers:
            self.graph.observe(
                TargetState(
                    router=router.id, session=1, seq=0, observed_at_ns=self.now_ns,
                    received_at_ns=self.now_ns, state="synced",
                )
            )  # fmt: skip
        for circuit in self.inventory.circuits:
            self.say(circuit.id, up=True)

    def publish(self, to: Callable, *, after_s: float = 1.0) -> None:
        self.now_ns += int(after_s * NS)
        self.graph.advance(self.now_ns)
        if (publication := self.graph.publish(self.now_ns)) is not None:
            to(publication)


def state_of(frame: Frame) -> dict[str, LinkState]:
    return {name: record.state for name, record in frame.circuits.items()}


def test_changes_replayed_on_a_full_frame_are_the_graph() -> None:
    network = Network()
    journal, frames = Journal(network.graph), []
    frames.append(journal.whole(network.now_ns))

    def note(publication) -> None:
        if (frame := journal.on_publication(publication, network.now_ns)) is not None:
            frames.append(frame)

    network.sync()
    network.publish(note)
    for circuit, up in (("ab-1", False), ("cd-1", False), ("ab-1", True), ("cd-1", True), ("bd-1", False)):
        network.say(circuit, up=up)
        network.publish(note)
        network.publish(note, after_s=3)
        whole = Journal(network.graph).whole(network.now_ns)
        made = replayed(frames)
        assert made.circuits == whole.circuits
        assert made.routers == whole.routers
        assert made.structure_version == whole.structure_version
    assert all(len(frame.circuits) <= 2 for frame in frames[2:])  # what changed, not all there is


def test_numbers_alone_leave_no_frame() -> None:
    network = Network()
    journal = Journal(network.graph)
    network.sync()
    network.publish(lambda _: None)
    journal.whole(network.now_ns)
    assert journal.changed(network.now_ns) is None


async def test_while_nobody_watched_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first = Network()
    recorder = Recorder(path, JournalSettings(), first.graph, now_ns=lambda: first.now_ns)
    first.sync()
    first.publish(recorder.on_publication)
    first.publish(recorder.on_publication, after_s=600)
    await recorder.read(lambda _: None)
    recorder.close()
    second = Network(START_NS + 7200 * NS)
    again = Recorder(path, JournalSettings(), second.graph, now_ns=lambda: second.now_ns)
    watched, unwatched = await again.read(
        lambda store: (_frame_at(store, START_NS + 300 * NS), _frame_at(store, START_NS + 3600 * NS))
    )
    again.close()
    assert set(state_of(watched).values()) == {LinkState.UP}
    assert set(state_of(unwatched).values()) == {LinkState.STALE}
    assert unwatched.health.state == "blind"
    assert unwatched.health.blind_since_ns == first.now_ns
    assert "did not run" in unwatched.circuits["ab-1"].cause


async def test_old_frames_go_and_a_full_one_stays_first(tmp_path: Path) -> None:
    network = Network()
    settings = JournalSettings(max_age_days=1, full_every_s=1)
    recorder = Recorder(tmp_path / "journal.sqlite", settings, network.graph, now_ns=lambda: network.now_ns)
    network.sync()
    for day in range(4):
        network.say("ab-1", up=bool(day % 2))
        network.publish(recorder.on_publication, after_s=86_400 / 2)
        recorder._advance(network.now_ns)
    now_ns = network.now_ns

    def forget(store: JournalStore) -> list[Frame]:
        store.forget(settings, now_ns)
        return store.frames(0, now_ns)

    frames = await recorder.read(forget)
    recorder.close()
    assert frames[0].full
    assert START_NS < frames[0].at_ns <= now_ns - 86_400 * NS


async def test_a_journal_that_grew_too_large_gets_smaller(tmp_path: Path) -> None:
    network = Network()
    path = tmp_path / "journal.sqlite"
    recorder = Recorder(path, JournalSettings(), network.graph, now_ns=lambda: network.now_ns)
    network.sync()
    for _ in range(400):
        network.publish(recorder.on_publication, after_s=3600)
        recorder._advance(network.now_ns)

    def forget(store: JournalStore) -> tuple[int, int, int]:
        before = store._size_bytes()
        gone = store.forget(JournalSettings(max_bytes=before // 2), network.now_ns)
        return before, store._size_bytes(), gone

    before, after, gone = await recorder.read(forget)
    recorder.close()
    assert gone > 0
    assert after <= before // 2


def test_a_file_that_is_no_journal_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(JournalError, match=r"journal\.sqlite cannot be opened"):
        JournalStore(path)


async def test_what_is_noted_is_written_while_it_runs_and_the_rest_at_its_end(tmp_path: Path) -> None:
    network, path = Network(), tmp_path / "journal.sqlite"
    recorder = Recorder(path, JournalSettings(), network.graph, now_ns=lambda: network.now_ns)

    def down_in_the_file() -> bool:
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT frame FROM frames ORDER BY seq").fetchall()
        frames = [msgspec.json.decode(zstandard.decompress(row), type=Frame) for (row,) in rows]
        return bool(frames) and replayed(frames).circuits["ab-1"].state == LinkState.DOWN

    running = asyncio.create_task(recorder.run())
    network.sync()
    network.publish(recorder.on_publication)
    network.say("ab-1", up=False)
    network.publish(recorder.on_publication)
    await eventually(down_in_the_file)
    network.say("ab-1", up=True)
    network.publish(recorder.on_publication, after_s=0.1)
    network.publish(recorder.on_publication)
    running.cancel()
    await asyncio.wait([running])
    assert not down_in_the_file()
    with closing(sqlite3.connect(path)) as connection:
        ((alive_ns,),) = connection.execute("SELECT alive_ns FROM runs").fetchall()
    assert alive_ns == network.now_ns


async def test_a_disk_that_refuses_costs_the_past_alone(tmp_path: Path, monkeypatch) -> None:
    network = Network()
    recorder = Recorder(
        tmp_path / "journal.sqlite", JournalSettings(), network.graph, now_ns=lambda: network.now_ns
    )

    def refuse(_self, _statements) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(JournalStore, "commit", refuse)
        assert await recorder.read(JournalStore.begins_ns) is None
    assert recorder.errors == 1
    recorder._advance(network.now_ns)
    assert [run.epoch for run in await recorder.read(JournalStore.runs)] == [network.graph.snapshot.epoch]
    recorder.close()


async def test_an_alert_of_a_rule_that_is_no_more_costs_only_itself(tmp_path: Path) -> None:
    network, path = Network(), tmp_path / "journal.sqlite"
    recorder = Recorder(path, JournalSettings(), network.graph, now_ns=lambda: network.now_ns)
    subject = Subject(kind="link", id="ab-1:az")
    known = Alert(
        id="one", rule="link_down", severity="critical", state="firing", subject=subject, summary="",
        cause="", since="2026-03-01T08:00:00.000Z",
    )  # fmt: skip
    recorder.on_alerts([known], START_NS)
    await recorder.read(lambda _: None)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO alerts (at_ns, id, state, alert) SELECT at_ns, 'two', state, "
            "CAST(replace(CAST(alert AS TEXT), 'link_down', 'sun_spots') AS BLOB) FROM alerts"
        )
    found = await recorder.read(lambda store: store.alerts_at(START_NS))
    recorder.close()
    assert found == [known]
