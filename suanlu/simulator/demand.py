"""Who sends how much to whom: a gravity matrix between sites, over a simulated day.

A site's mass is what its compute can send, or at an exchange what its users bring. Interactive traffic
peaks by day, bulk transfers to the hubs of the west by night. The matrix is drawn from the seed, then
fitted so that the links' use at the day's peak is spread as on a real backbone: most between a fifth
and three fifths, the busiest at `peak_use`.
"""

import math
import random

import numpy as np

from suanlu.simulator.forwarding import Fabric, Floats, Routes, carry
from suanlu.simulator.settings import SimulatorSettings

FIT_ROUNDS = 40
DAY_SAMPLES = 48
EXCHANGE_BPS = 800_000_000_000
"""The mass of an exchange, which has no compute of its own."""


class Demand:
    """The matrix [target site, source router] at any moment of the simulated day, in bit/s."""

    def __init__(self, fabric: Fabric, settings: SimulatorSettings) -> None:
        self._fabric = fabric
        self._settings = settings
        sites = fabric.network.inventory.sites
        chance = random.Random(settings.seed * 7919 + 1)  # noqa: S311 - a world, not a secret
        count = len(sites)
        mass = np.array(
            [(site.access_bps or EXCHANGE_BPS * (site.kind == "exchange")) / 1e12 for site in sites]
        )
        spread = np.array([[chance.lognormvariate(0, 0.5) for _ in sites] for _ in sites])
        self.base = np.outer(mass, mass) * spread * (1 - np.eye(count))
        self.night = np.array(
            [[_night_share(source.kind, target.kind) for source in sites] for target in sites]
        )
        self._phase = np.array([[chance.uniform(0, 2 * math.pi) for _ in sites] for _ in sites])
        self._fit(chance)

    def hour(self, elapsed_s: float) -> float:
        """The hour of the simulated day after so many real seconds."""
        return (self._settings.start_hour + 24 * elapsed_s / self._settings.day_s) % 24

    def between_sites(self, hour: float) -> Floats:
        """Return [target site, source site] in bit/s at an hour of the day."""
        day = _bump(hour, peak=15.5, floor=0.45)
        night = _bump(hour, peak=3.0, floor=0.35)
        ripple = 1 + 0.04 * np.sin(2 * math.pi * hour / 24 * 5 + self._phase)
        result: Floats = self.base * (day * (1 - self.night) + night * self.night) * ripple
        return result

    def entering(self, hour: float, routes: Routes) -> Floats:
        """Return [target site, router] in bit/s: what enters where, by the doors of the routes."""
        found: Floats = self.between_sites(hour)[:, self._fabric.router_site] * routes.doors
        return found

    def _fit(self, chance: random.Random) -> None:
        """Multiply the demands of under-used links up and of over-used ones down (MART), then scale."""
        fabric = self._fabric
        routes, capacity = fabric.routes(), fabric.capacity_bps()
        target = np.array([chance.uniform(0.30, 0.55) for _ in range(fabric.links)])
        usable = np.maximum(capacity, 1.0)
        crossing = self._crossing(routes)
        for _ in range(FIT_ROUNDS):
            use = np.tensordot(crossing, self.base, axes=2) / usable
            weight = np.clip(target / np.maximum(use, 1e-9), 0.25, 4.0)
            pull = np.tensordot(np.log(weight), crossing, axes=1)
            self.base *= np.exp(0.5 * pull / np.maximum(crossing.sum(axis=0), 1e-9))
        unlimited = np.full(fabric.links, np.inf)
        busiest = 0.0
        for step in range(DAY_SAMPLES):
            entering = self.entering(24 * step / DAY_SAMPLES, routes)
            flows = carry(fabric, routes, entering, unlimited, np.zeros(fabric.links))
            busiest = max(busiest, float((flows.offered_bps / usable).max()))
        if busiest:
            self.base *= self._settings.peak_use / busiest

    def _crossing(self, routes: Routes) -> Floats:
        """Return [link, target site, source site]: the share of a demand that crosses the link."""
        fabric = self._fabric
        count = len(fabric.site_routers)
        found = np.zeros((fabric.links, count, count))
        for site, routers in enumerate(fabric.site_routers):
            held = np.zeros((count, fabric.routers))
            held[:, routers] = routes.doors[:, routers]
            total = np.zeros_like(held)
            for _ in range(fabric.routers):
                total += held
                held = (held[:, fabric.tail] * routes.splits) @ fabric.into
                if held.sum() < 1e-9:
                    break
            found[:, :, site] = (total[:, fabric.tail] * routes.splits).T
        return found


def _bump(hour: float, *, peak: float, floor: float) -> float:
    """A day's curve: 1 at the peak, `floor` twelve hours away."""
    height = 0.5 + 0.5 * math.cos(2 * math.pi * (hour - peak) / 24)
    return floor + (1 - floor) * height * math.sqrt(height)


def _night_share(source: str, target: str) -> float:
    """How much of a demand is bulk that waits for the night."""
    if "hub" in (source, target):
        return 0.5
    return 0.3 if "supercomputing" in (source, target) else 0.1
