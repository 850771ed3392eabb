"""How many random cases a property is tried on: few in the ordinary suite, many in a campaign.

SUANLU_CASES=50 python -m pytest tests/property tries each property that asks here on fifty times as many.
"""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("SUANLU_CASES", "1"))


def cases(count: int) -> settings:
    """Hypothesis's settings for so many cases in the ordinary suite."""
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
