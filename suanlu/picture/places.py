"""Where sites stand in the picture: the page's projection, fitted into a box, crowds moved apart."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
_RADIANS = math.pi / 180
_CENTRAL_MERIDIAN = 105
_SOUTH, _NORTH = 25, 47  # Lambert's conformal conic, with the parallels customary for this part of the world
_ROUNDS = 80
_FAR = 1e9  # of a site from itself, so that it never moves away from there


def _half(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude * _RADIANS / 2)


_CONE = math.log(math.cos(_SOUTH * _RADIANS) / math.cos(_NORTH * _RADIANS)) / math.log(
    _half(_NORTH) / _half(_SOUTH)
)
_SCALE = math.cos(_SOUTH * _RADIANS) * _half(_SOUTH) ** _CONE / _CONE
_LIMIT = 89.0  # a pole is a point at infinity of this projection


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to the plane, in radii of the earth; y grows downwards."""
    radius = _SCALE / _half(max(-_LIMIT, min(_LIMIT, latitude))) ** _CONE
    angle = _CONE * (longitude - _CENTRAL_MERIDIAN) * _RADIANS
    return radius * math.sin(angle), -(_SCALE / _half(35) ** _CONE - radius * math.cos(angle))


def placed(
    degrees: Mapping[str, tuple[float, float]], box: tuple[float, float, float, float], least: float
) -> dict[str, tuple[float, float]]:
    """Sites by id at (latitude, longitude) into a box (left, top, right, bottom), `least` apart at least."""
    if not degrees:
        return {}
    left, top, right, bottom = box
    plane = np.array([project(*at) for at in degrees.values()])
    low, high = plane.min(axis=0), plane.max(axis=0)
    size = np.where(high > low, high - low, 1.0)
    room = np.array([right - left, bottom - top])
    scale = float((room / size).min())
    corner = np.array([left, top]) + (room - scale * (high - low)) / 2
    places = _apart(corner + (plane - low) * scale, least)
    return {name: (float(x), float(y)) for name, (x, y) in zip(degrees, places, strict=True)}


def _apart(places: Points, least: float) -> Points:
    """Places no closer than `least`, each moved no further than need be; the same input, the same answer."""
    moved = places.copy()
    for _ in range(_ROUNDS):
        between = moved[None, :, :] - moved[:, None, :]  # [i, j]: from i to j
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, _FAR)
        if (close := distance < least - 0.1).sum() == 0:
            break
        same = close & (distance < 0.01)  # two sites at one place part sideways, the first to the left
        first, second = np.nonzero(same)
        between[same] = np.where(first < second, 0.01, -0.01)[:, None] * np.array([1.0, 0.0])
        distance[same] = 0.01
        push = np.where(close, (least - distance) / (2 * distance) * 0.6, 0.0)
        moved -= (between * push[..., None]).sum(axis=1)
    return moved
