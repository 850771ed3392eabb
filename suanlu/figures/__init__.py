"""Figures for Prometheus: `registry` serves them, `server` is Suanlu and its `parts`, `network` the links."""

from suanlu.figures.registry import Family, Metrics

__all__ = ["Family", "Metrics"]
