"""Thresholds: the same colours for the same thing on every board."""

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.models import dashboard as models

GREEN, LIGHT, YELLOW, ORANGE, RED, NEUTRAL = "green", "semi-dark-green", "yellow", "orange", "red", "blue"
Steps = tuple[tuple[float | None, str], ...]

PLAIN: Steps = ((None, NEUTRAL),)
"""A figure that is neither good nor bad."""
ANY_IS_BAD: Steps = ((None, GREEN), (1, RED))
ALL_IS_GOOD: Steps = ((None, RED), (1, GREEN))
USE: Steps = ((None, GREEN), (0.5, LIGHT), (0.7, YELLOW), (0.8, ORANGE), (0.9, RED))
"""Use as a share of the capacity, as on the weathermap: 0-50-70-80-90-100 %."""
LOSS_PPM: Steps = ((None, GREEN), (10, YELLOW), (100, ORANGE), (1000, RED))
CIRCLE_US: Steps = ((None, GREEN), (15_000, YELLOW), (20_000, RED))
"""One-way delay between two sites: the circle that jobs are placed in ends at 20 ms."""
DETOUR_US: Steps = ((None, GREEN), (1_000, YELLOW), (5_000, ORANGE), (10_000, RED))
POWER_DBM: Steps = ((None, RED), (-14, ORANGE), (-10, YELLOW), (-8, GREEN), (3, ORANGE), (5, RED))
"""Received power. What a receiver needs depends on its type; these suit most long-range optics."""
DAYS_LEFT: Steps = ((None, RED), (30, ORANGE), (90, YELLOW), (180, GREEN))
ERRORS_PER_S: Steps = ((None, GREEN), (0.1, YELLOW), (1, ORANGE), (10, RED))


def thresholds(steps: Steps) -> board.ThresholdsConfig:
    """Return absolute thresholds; the first step's value is None: from below."""
    return (
        board.ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps([models.Threshold(value=value, color=color) for value, color in steps])
    )
