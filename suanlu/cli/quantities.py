"""Quantities as people write them on a command line: `100G`, `20ms`; and as tables show them."""

import re

import typer

_BANDWIDTH = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)(?:bit/s|bps)?")  # B would be bytes
_BITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_LATENCY = re.compile(r"(\d+(?:\.\d+)?)\s*(us|µs|ms|s)")
_MICROSECONDS = {"us": 1, "µs": 1, "ms": 1_000, "s": 1_000_000}


def bandwidth_bps(text: str) -> int:
    """`100G` → 100,000,000,000 bit/s; raises typer.BadParameter."""
    match = _BANDWIDTH.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no bandwidth: write 100G, 2.5T or 400000000000 (bit/s)")
    size = _BITS[match[2].lower()]
    return round(float(match[1]) * size) if "." in match[1] else int(match[1]) * size


def latency_us(text: str) -> int:
    """`20ms` → 20,000 µs; raises typer.BadParameter."""
    match = _LATENCY.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no latency: write 20ms or 17600us")
    return round(float(match[1]) * _MICROSECONDS[match[2]])


_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SECONDS = (86_400, 3_600, 60, 1)


def duration_s(text: str) -> int:
    """`2h`, `1d12h`, `90m` → seconds; raises typer.BadParameter."""
    match = _DURATION.fullmatch(text)
    total = sum(int(n or 0) * size for n, size in zip(match.groups(), _SECONDS, strict=True)) if match else 0
    if total <= 0:
        raise typer.BadParameter(f"{text!r} is no duration: write 2h, 90m or 1d12h")
    return total


def show_latency(value_us: float | None) -> str:
    """`6.154 ms`; a dash where unknown."""
    return "–" if value_us is None else f"{value_us / 1000:,.3f} ms"


def show_bandwidth(value_bps: int | None) -> str:
    """`312.0 Gbit/s`; a dash where unknown."""
    if value_bps is None:
        return "–"
    for unit, size in (("Tbit/s", 10**12), ("Gbit/s", 10**9), ("Mbit/s", 10**6), ("kbit/s", 10**3)):
        if value_bps >= size:
            return f"{value_bps / size:,.1f} {unit}"
    return f"{value_bps} bit/s"
