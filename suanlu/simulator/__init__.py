"""The simulated backbone: real gNMI servers on loopback sockets, with traffic, faults and vendor habits."""

from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings

__all__ = ["SimulatedBackbone", "SimulatorSettings"]
