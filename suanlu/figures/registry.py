"""The server's own figures, in Prometheus' terms: `suanlu_<thing>_<unit>`."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric

Family = tuple[str, str, str, tuple[str, ...], Iterable[tuple[tuple[str, ...], float]]]
LAG_PERIOD_S = 0.1
_QUERY_BUCKETS_S = (5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.5)


class Metrics:
    """A registry of this app alone. Figures that others count are read when somebody asks for them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.path_query_duration = Histogram(
            "suanlu_path_query_duration_seconds",
            "Time to compute an answer, without reading and writing it",
            ("call",),
            buckets=_QUERY_BUCKETS_S,
            registry=self.registry,
        )
        self.loop_lag = Gauge(
            "suanlu_loop_lag_seconds",
            "How late the event loop ran a timer: the greatest of the last ten",
            registry=self.registry,
        )
        self.loop_lag_s = 0.0
        ProcessCollector(registry=self.registry)  # memory, processor, open files

    def read_from(self, families: Callable[[], Iterator[Family]]) -> None:
        """Have figures read at each scrape: (name, help, `counter` or `gauge`, label names, samples)."""
        self.registry.register(_Reader(families))

    def exposition(self) -> tuple[bytes, str]:
        """The text that a scrape gets, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    @staticmethod
    def exposition_of(families: Iterator[Family]) -> tuple[bytes, str]:
        """The text of other figures, read once."""
        registry = CollectorRegistry()
        registry.register(_Reader(lambda: families))
        return generate_latest(registry), CONTENT_TYPE_LATEST

    async def run(self) -> None:
        """Measure the loop's lag for ever."""
        lags = [0.0] * 10
        turn = 0
        while True:
            due = time.monotonic() + LAG_PERIOD_S
            await asyncio.sleep(LAG_PERIOD_S)
            lags[turn] = max(0.0, time.monotonic() - due)
            turn = (turn + 1) % len(lags)
            self.loop_lag_s = max(lags)
            self.loop_lag.set(self.loop_lag_s)


class _Reader:
    def __init__(self, families: Callable[[], Iterator[Family]]) -> None:
        self._families = families

    def describe(self) -> list[Metric]:
        return []  # nothing is read before the first scrape

    def collect(self) -> Iterator[Metric]:
        for name, text, kind, labels, samples in self._families():
            family = (CounterMetricFamily if kind == "counter" else GaugeMetricFamily)(
                name, text, labels=labels
            )
            for values, value in samples:
                family.add_metric(values, value)
            yield family
