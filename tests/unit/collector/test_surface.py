"""What the package shows: all that wiring it up needs, and nothing that changes unseen."""

import collector


def test_the_surface_is_what_it_is() -> None:
    assert collector.__all__ == [
        "Batch",
        "Collector",
        "CollectorSettings",
        "CollectorStatistics",
        "EventRecorder",
        "NewSeries",
        "Point",
        "PointRecorder",
        "StreamEnded",
        "Target",
        "TargetError",
        "TargetSilent",
        "TargetStatistics",
        "Text",
        "Transport",
        "Unauthenticated",
        "Unreachable",
        "WireError",
    ]
    assert all(hasattr(collector, name) for name in collector.__all__)
