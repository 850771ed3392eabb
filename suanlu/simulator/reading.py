"""One router at one instant: its counters, delays and optics, read once for all its leaves."""

import math
from functools import cached_property

from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.traffic import Traffic

QUEUE_US = 14.0
QUEUE_LIMIT_US = 30_000.0
DEGRADED_DELAY_US = 1_500.0
DEGRADED_LOSS_DB = 8.0
NO_LIGHT_DBM = -40.0
SPAN_OSNR_DB = 7.0
_MASK = 0xFFFF_FFFF_FFFF_FFFF


class World:
    """What every reading needs: the traffic, the seed, and when the world began."""

    def __init__(self, traffic: Traffic, *, seed: int, started_ns: int) -> None:
        self.traffic = traffic
        self.seed = seed
        self.started_ns = started_ns

    def noise(self, row: int, what: int, step: int) -> float:
        """A number of mean 0 and deviation 1, the same for the same seed, port, quantity and second."""
        state = (self.seed << 48 ^ row << 32 ^ what << 24 ^ step) & _MASK
        total = 0.0
        for _ in range(3):
            state = (state + 0x9E37_79B9_7F4A_7C15) & _MASK
            mixed = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
            mixed = (mixed ^ mixed >> 27) * 0x94D0_49BB_1331_11EB & _MASK
            total += (mixed ^ mixed >> 31) / _MASK
        return (total - 1.5) * 2.0


class Reading:
    """A router's values at `at_ns`. Cheap to make; what is not asked for is not computed."""

    def __init__(self, world: World, router: RouterNode, at_ns: int) -> None:
        self.at_ns = at_ns
        self.router = router
        self._world = world
        self._second = max(0, at_ns - world.started_ns) // 1_000_000_000

    @cached_property
    def counters(self) -> list[list[int]]:
        """Counters of `router.ports`, each in the order of `traffic.COUNTERS`."""
        return self._world.traffic.counters(self.router, self.at_ns)

    def delay_us(self, port: Port) -> float:
        """One-way delay of the link that leaves this port: propagation, queueing and a little noise."""
        circuit = port.circuit
        use = min(self._world.traffic.use(port), 0.9999)
        queue = min(QUEUE_US * use / (1 - use), QUEUE_LIMIT_US)
        detour = DEGRADED_DELAY_US if circuit.is_degraded else 0.0
        noise = abs(self._world.noise(port.row, 1, self._second)) * 1.5
        return circuit.propagation_us + detour + queue + noise

    def round_trip_us(self, port: Port) -> float:
        """Both directions of the circuit."""
        return self.delay_us(port) + self.delay_us(port.peer)

    def jitter_us(self, port: Port) -> float:
        """Mean variation of the delay: grows with the queue."""
        use = min(self._world.traffic.use(port), 0.9999)
        return min(0.25 * QUEUE_US * use / (1 - use), 5_000.0) + abs(
            self._world.noise(port.row, 2, self._second)
        )

    def loss(self, port: Port) -> float:
        """The share of packets lost on the link that leaves this port: 0 … 1."""
        return self._world.traffic.loss(port)

    def round_trip_loss(self, port: Port) -> float:
        """The share of packets lost on the way there or back."""
        return 1 - (1 - self.loss(port)) * (1 - self.loss(port.peer))

    def rx_power_dbm(self, port: Port) -> float:
        """Received light: falls with the span, with a degraded circuit, and to nothing when cut."""
        if not port.is_up:
            return NO_LIGHT_DBM
        span_db = 3.0 + 4.0 * math.fabs(self._world.noise(port.row, 3, 0)) / 3
        lost = port.dimmed_db + (DEGRADED_LOSS_DB if port.circuit.is_degraded else 0.0)
        return round(-span_db - lost + 0.04 * self._world.noise(port.row, 4, self._second), 2)

    def tx_power_dbm(self, port: Port) -> float:
        """Launched light: near +1 dBm, whatever the far end does."""
        steady = 1.0 + 0.3 * self._world.noise(port.row, 5, 0)
        return round(steady + 0.02 * self._world.noise(port.row, 6, self._second), 2)

    def osnr_db(self, port: Port) -> float | None:
        """Signal over noise of a coherent port: falls with the span and with its light; None in the dark."""
        if not port.is_up:
            return None
        span_db = SPAN_OSNR_DB * math.log10(max(1.0, port.circuit.propagation_us / 500))
        lost = port.dimmed_db + (DEGRADED_LOSS_DB if port.circuit.is_degraded else 0.0)
        return round(30.0 - span_db - 0.7 * lost + 0.05 * self._world.noise(port.row, 9, self._second), 2)

    def prefec_ber(self, port: Port) -> float | None:
        """Errors before correction over bits: ten times as many with each 3 dB of OSNR less."""
        osnr_db = self.osnr_db(port)
        return None if osnr_db is None else min(0.5, 10.0 ** (-2 - (osnr_db - 15) / 3))

    def temperature_c(self, port: Port) -> float:
        """Of the transceiver."""
        steady = 41.0 + 2.5 * self._world.noise(port.row, 7, 0)
        return round(steady + 0.2 * self._world.noise(port.row, 8, self._second // 30), 1)
