"""Where the names of sites stand: off the sites, off each other, and where they hide least of the lines."""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from suanlu.picture.curves import Curve, Place

_ANGLES = tuple(i * math.pi / 4 for i in range(8))
_GAPS = (4.0, 11.0)
_COSTS = {"name": 60.0, "site": 60.0, "line": 1.6, "outside": 1000.0, "far": 0.7, "left": 0.6}
_STEP = 8


class Box(NamedTuple):
    """Left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        """Whether the two overlap."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, place: Place) -> bool:
        """Whether a point lies in it."""
        return self.x < place[0] < self.x + self.width and self.y < place[1] < self.y + self.height


def width_of(text: str, size: float) -> float:
    """About how broad a text is drawn: a wide character takes a full square."""
    return sum(size if unicodedata.east_asian_width(one) in "WF" else 0.58 * size for one in text)


def stand(
    texts: Mapping[str, str],
    places: Mapping[str, Place],
    radius: Mapping[str, float],
    curves: Iterable[Curve],
    *,
    frame: Box,
    size: float,
    taken: Sequence[Box],
) -> dict[str, Box]:
    """A box for each name; the same input gives the same boxes. `taken` is where no name may stand."""
    points = [curve.at((i + 0.5) / n) for curve in curves for n in (_steps(curve),) for i in range(n)]
    sites = [
        Box(x - radius[name], y - radius[name], 2 * radius[name], 2 * radius[name])
        for name, (x, y) in places.items()
    ]
    boxes: dict[str, Box] = {}
    for name, text in texts.items():
        others = [*boxes.values(), *taken]

        def cost(
            option: tuple[Box, float, float], others: list[Box] = others
        ) -> float:  # bound: the loop goes on
            box, angle, gap = option
            price = gap * _COSTS["far"] + (1 - math.cos(angle)) * _COSTS["left"]
            inside = frame.holds((box.x, box.y)) and frame.holds((box.x + box.width, box.y + box.height))
            price += 0 if inside else _COSTS["outside"]
            price += _COSTS["name"] * sum(map(box.meets, others)) + _COSTS["site"] * sum(
                map(box.meets, sites)
            )
            return price + _COSTS["line"] * sum(map(box.holds, points))

        boxes[name] = min(_options(places[name], radius[name] + 1, width_of(text, size), size), key=cost)[0]
    return boxes


def _steps(curve: Curve) -> int:
    (x, y), (u, v) = curve.start, curve.end
    return max(4, math.ceil(math.hypot(u - x, v - y) / _STEP))


def _options(place: Place, size: float, width: float, text_size: float) -> Iterable[tuple[Box, float, float]]:
    height = 1.2 * text_size
    for angle in _ANGLES:
        for gap in _GAPS:
            dx, dy = math.cos(angle), math.sin(angle)
            x = place[0] + dx * (size + gap) + (dx - 1) * width / 2
            y = place[1] + dy * (size + gap) + (dy - 1) * height / 2
            yield Box(x, y, width, height), angle, gap
