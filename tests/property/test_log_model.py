"""The accepted log against a model: whatever the disk does, what was appended is read, in order and once."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.log import LogSettings
from collector.log.reader import LogReader
from collector.log.recovery import recover
from collector.log.writer import SegmentWriter
from tests.kit.batches import interface_series, make_batch
from tests.kit.faulty_disk import FaultyDisk

SERIES = tuple(interface_series(i, f"field_{i}") for i in range(4))
STEPS = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 4)),
    st.tuples(st.just("fail_write"), st.integers(1, 2)),
    st.tuples(st.just("fail_sync"), st.integers(1, 2)),
    st.tuples(st.just("read"), st.integers(1, 6)),
    st.tuples(st.just("kill"), st.just(0)),
    st.tuples(st.just("power_cut"), st.integers(0, 300)),
)


class _World:
    """A log whose process and machine die; `durable` is what `write` said was appended."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.disk = FaultyDisk()
        self.durable: list[int] = []
        self.read: list[int] = []
        self.position = 0  # a sink's cursor, durable with its rows
        self.start()

    def start(self) -> None:
        self.disk.fail_writes = self.disk.fail_syncs = 0
        index = recover(self.directory, self.disk)
        self.writer = SegmentWriter(
            self.directory,
            LogSettings(segment_bytes=400, commit_bytes=40, max_bytes=1 << 20),
            index,
            disk=self.disk,
            now_ns=lambda: 0,
            next_seq=index.last_seq + 1,
        )
        self.reader = LogReader("sink")
        self.reader.attach(index, self.position)
        self.writer.write(
            [make_batch(SERIES)]
        )  # the definitions are learnt; a record comes with the first value

    def append(self, count: int) -> None:
        first = len(self.durable)
        group = [make_batch((), [(value % 4, value, value)]) for value in range(first, first + count)]
        for _ in range(6):  # more often than the disk is told to fail
            try:
                self.writer.write(group)
            except OSError:
                continue
            self.durable += range(first, first + count)
            return
        raise AssertionError("the writer does not recover")

    def take(self, max_values: int) -> None:
        for record in self.reader.read_nowait(max_values):
            self.read += record.batch.bits.tolist()
            self.position = record.seq

    def take_all(self) -> None:
        position = None
        while position != self.position:
            position = self.position
            self.take(10**9)

    def stop(self) -> None:
        self.writer.close()
        self.reader.close()


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_what_was_appended_is_read_once_and_in_order(steps):
    with tempfile.TemporaryDirectory() as name:
        world = _World(Path(name))
        for action, argument in steps:
            if action == "append":
                world.append(argument)
            elif action == "fail_write":
                world.disk.fail_writes = argument
            elif action == "fail_sync":
                world.disk.fail_syncs = argument
            elif action == "read":
                world.take(argument)
            else:
                world.stop()
                if action == "power_cut":
                    world.disk.cut_power(world.directory, argument)
                world.start()
        world.take_all()
        world.stop()
        assert world.read == world.durable
        assert world.reader.undefined_values == 0
        assert world.disk.syncs_after_failure == 0
