"""How long the live graph takes: 500 routers, 4,000 links, 100,000 series. `python -m bench.live_graph`

Medians of rounds on the loop's thread; the bar is 200 µs for a publication.
"""

import random
import statistics
import time
from collections.abc import Callable

import numpy as np

from tests.kit.telemetry import S, Telemetry, backbone, circuit
from topology.measures import FIELDS
from topology.series import DIRTY, KIND_I64, SeriesKey

ROUTERS, CIRCUITS, SERIES, DIRTY_ROWS = 500, 2000, 100_000, 10_000
ROUNDS = 200
TICK_NS = S // 10


def median_us(act: Callable[[], object], before: Callable[[], object]) -> float:
    """The median duration of `act`, each time after `before`, in µs."""
    times = []
    for _ in range(ROUNDS):
        before()
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


class Load:
    """A backbone in full sync, and ten thousand series that change each tick."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        names = [f"r{i}" for i in range(ROUTERS)]
        self.circuits = [circuit(f"c{i}", *self.random.sample(names, 2)) for i in range(CIRCUITS)]
        self.world = Telemetry(backbone(*self.circuits))
        start = time.perf_counter()
        self.world.all_up()
        self.sync_us = (time.perf_counter() - start) * 1e6 / (ROUTERS + 2 * CIRCUITS)
        self.graph, self.table = self.world.graph, self.world.table
        for c in self.circuits:
            for router, interface in ((c.a, c.a_interface), (c.z, c.z_interface)):
                for measurement, field in FIELDS:
                    self.table.add(SeriesKey(router, measurement, interface, field), KIND_I64)
        while self.table.count < SERIES:
            i = self.table.count
            self.table.add(SeriesKey(names[i % ROUTERS], "optics", str(i), "temp_c"), KIND_I64)
        self.rng = np.random.default_rng(1)
        self.write()
        self.read()

    def write(self) -> None:
        """A tick passes, in which the decoder writes."""
        self.world.now_ns += TICK_NS
        rows = self.rng.permutation(SERIES)[:DIRTY_ROWS].astype(np.uint32)
        self.table.bits[rows] = self.rng.integers(1, 90 * S, DIRTY_ROWS).astype(np.uint64)
        self.table.received_at_ns[rows] = self.world.now_ns
        self.table.flags[rows] |= DIRTY
        self.table.dirty[:DIRTY_ROWS] = rows
        self.table.dirty_count[0] = DIRTY_ROWS

    def read(self) -> None:
        self.graph.read_series(self.table, self.world.now_ns)

    def write_and_read(self) -> None:
        self.write()
        self.read()

    def write_and_advance(self) -> None:
        self.write_and_read()
        self.advance()

    def advance(self) -> None:
        self.graph.advance(self.world.now_ns)

    def publish(self) -> None:
        self.graph.publish(self.world.now_ns)

    def fail(self) -> None:
        """An end of some circuit goes down."""
        c = self.random.choice(self.circuits)
        self.world.oper(c.a, c.a_interface, "DOWN")


def main() -> None:
    """Print the figures."""
    load = Load()
    figures = {
        "observation, at first sync": load.sync_us,
        f"read_series, {DIRTY_ROWS:,} rows written": median_us(load.read, load.write),
        "advance": median_us(load.advance, load.write_and_read),
        "publication, metrics": median_us(load.publish, load.write_and_advance),
        "publication, structural": median_us(load.publish, load.fail),
        "observation, a circuit fails": median_us(load.fail, load.publish),
        "nothing to publish": median_us(load.publish, load.publish),
        "next_due_ns": median_us(load.graph.next_due_ns, load.publish),
    }
    for name, us in figures.items():
        print(f"{name:40} {us:8.1f} µs")


if __name__ == "__main__":
    main()
