"""Nothing of it is called from Python: `pathcalc.core.moving` moves weights."""
