"""Figures for Prometheus: `registry` serves them, `server` is Suanlu, `network` links and interfaces."""

from suanlu.figures.registry import Family, Metrics

__all__ = ["Family", "Metrics"]
