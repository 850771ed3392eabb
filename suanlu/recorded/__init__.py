"""What this server stores beside the routers' telemetry: events, delays between sites, its own figures."""

from suanlu.recorded.events import StoredEvents
from suanlu.recorded.own import OwnFigures
from suanlu.recorded.pairs import PairRecorder

__all__ = ["OwnFigures", "PairRecorder", "StoredEvents"]
