"""The event ring: positions, ids, what is kept."""

from suanlu.api.ring import EventRing
from topology.event import Event


def change(version: int, name: str = "link_up") -> Event:
    return Event(type=name, id="x", at="2026-01-01T00:00:00Z", version=version)  # type: ignore[arg-type]


def ids(ring: EventRing, position: int) -> list[str]:
    read = ring.read(position)
    assert read is not None
    return [frame.split(b"\n")[0].decode().removeprefix("id: ") for frame in read[0]]


def test_ids_count_within_a_version() -> None:
    ring = EventRing("E", 10)
    ring.extend([change(2), change(2)])
    ring.extend([change(2), change(3)])
    assert ids(ring, 0) == ["E/2/0", "E/2/1", "E/2/2", "E/3/0"]


def test_reader_goes_on_after_its_last_event() -> None:
    ring = EventRing("E", 10)
    assert ring.after(ring.newest_id) == 0
    ring.extend([change(2), change(3), change(4)])
    position = ring.after("E/3/0")
    assert position == 2
    assert ids(ring, position) == ["E/4/0"]


def test_what_left_the_ring_is_known_to_be_gone() -> None:
    ring = EventRing("E", 2)
    origin = ring.newest_id
    ring.extend([change(version) for version in range(2, 7)])
    assert ring.read(0) is None
    assert ring.after("E/2/0") is None
    assert ring.after(origin) is None
    assert ids(ring, ring.start) == ["E/5/0", "E/6/0"]
    assert ids(ring, ring.end) == []


def test_frame_is_one_block_with_one_line_of_data() -> None:
    ring = EventRing("E", 2)
    ring.extend([Event(type="link_down", id="", at="t", version=2, cause="two\nlines")])
    read = ring.read(0)
    assert read is not None
    assert read[0][0].count(b"\n") == 4
    assert read[0][0].endswith(b"\n\n")
