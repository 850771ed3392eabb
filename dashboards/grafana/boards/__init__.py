"""The boards, from the whole to the one: each file is a board, its function returns it."""

from collections.abc import Callable

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.grafana.boards.capacity import capacity
from dashboards.grafana.boards.health import health
from dashboards.grafana.boards.interface import interface
from dashboards.grafana.boards.latency import latency
from dashboards.grafana.boards.network import network
from dashboards.grafana.boards.optics import optics
from dashboards.grafana.boards.overview import overview
from dashboards.grafana.boards.path import path
from dashboards.grafana.boards.router import router
from dashboards.grafana.boards.site import site

BOARDS: dict[str, Callable[[], Dashboard]] = {
    "overview": overview,
    "network": network,
    "site": site,
    "router": router,
    "interface": interface,
    "path": path,
    "latency": latency,
    "optics": optics,
    "capacity": capacity,
    "health": health,
}
"""By the name of the file that its JSON is in."""
