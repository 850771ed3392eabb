"""Where circuits run in the picture: parallel ones apart, and none through a site that it does not serve."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

CLEARANCE = 15
_BOWS = (0, 16, -16, 26, -26, 38, -38, 52, -52, 68, -68)
_SAMPLES = np.linspace(0.08, 0.92, 22)[:, None]

Place = tuple[float, float]


class Curve(NamedTuple):
    """A quadratic Bézier curve."""

    start: Place
    control: Place
    end: Place

    def at(self, t: float) -> Place:
        """The point at `t`, 0 … 1."""
        return _mix(_mix(self.start, self.control, t), _mix(self.control, self.end, t), t)

    def heading(self, t: float) -> Place:
        """The direction at `t`, of length 1."""
        a, b = _mix(self.start, self.control, t), _mix(self.control, self.end, t)
        length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1
        return (b[0] - a[0]) / length, (b[1] - a[1]) / length

    def reversed(self) -> "Curve":
        """The same from its other end."""
        return Curve(self.end, self.control, self.start)


class Circuit(NamedTuple):
    """A circuit between two sites, and how broad its line is."""

    id: str
    a: str
    z: str
    width: float


def lay(
    circuits: Sequence[Circuit], places: Mapping[str, Place], radius: Mapping[str, float]
) -> dict[str, Curve]:
    """The curve of each circuit from its A-end to its Z-end; `radius` is what a site covers."""
    bundles: dict[tuple[str, str], list[Circuit]] = defaultdict(list)
    for circuit in circuits:
        bundles[min(circuit.a, circuit.z), max(circuit.a, circuit.z)].append(circuit)
    curves = {}
    for (first, second), bundle in bundles.items():
        p, q = places[first], places[second]
        others = np.array([at for name, at in places.items() if name not in (first, second)])
        bow = _clear_bow(p, q, others)
        pitch = max(circuit.width for circuit in bundle) + 4.5
        for index, circuit in enumerate(bundle):
            lane = (index - (len(bundle) - 1) / 2) * pitch
            spread = max(-6.0, min(6.0, lane * 0.6))
            curve = _trimmed(_bowed(p, q, bow + lane, spread), radius[first], radius[second])
            curves[circuit.id] = curve if circuit.a == first else curve.reversed()
    return curves


def _mix(p: Place, q: Place, t: float) -> Place:
    return p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t


def _bowed(p: Place, q: Place, bow: float, spread: float) -> Curve:
    """From p to q, the middle `bow` beside the straight line; the ends spread a little."""
    length = math.hypot(q[0] - p[0], q[1] - p[1]) or 1
    normal = -(q[1] - p[1]) / length, (q[0] - p[0]) / length

    def beside(place: Place, by: float) -> Place:
        return place[0] + normal[0] * by, place[1] + normal[1] * by

    start, end = beside(p, spread), beside(q, spread)
    return Curve(start, beside(_mix(start, end, 0.5), 2 * (bow - spread)), end)


def _trimmed(curve: Curve, near: float, far: float) -> Curve:
    """The part outside the sites at its ends."""
    length = math.hypot(curve.end[0] - curve.start[0], curve.end[1] - curve.start[1]) or 1
    room = max(0.0, min(1.0, (length - 6) / ((near + far) or 1)))
    t, u = near * room / length, 1 - far * room / length
    control = _mix(_mix(curve.start, curve.control, t), _mix(curve.control, curve.end, t), u)
    return Curve(curve.at(t), control, curve.at(u))


def _clear_bow(p: Place, q: Place, others: npt.NDArray[np.float64]) -> float:
    """The least bow that keeps clear of the other sites."""
    if len(others) == 0:
        return 0
    reach = max(16, math.hypot(q[0] - p[0], q[1] - p[1]) * 0.3)

    def cost(bow: float) -> float:
        start, control, end = map(np.array, _bowed(p, q, bow, 0))
        t = _SAMPLES
        points = start * (1 - t) ** 2 + 2 * control * t * (1 - t) + end * t**2
        nearest = float(np.hypot(*(points[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min())
        return max(0.0, CLEARANCE - nearest) * 10 + abs(bow) * 0.5

    return min((bow for bow in _BOWS if abs(bow) <= reach), key=cost)
