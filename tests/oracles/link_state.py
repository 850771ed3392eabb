"""The state of a circuit, slow and obvious: from the whole history, by the words of the rule.

Without damping: what the ends say at a moment, as of what was heard until then, in order of time.
"""

from typing import NamedTuple

from topology.snapshot import LinkState

NEVER = float("inf")


class Heard(NamedTuple):
    """Something of a router at a time in seconds: a phase, an oper-status, or a sign of life ("")."""

    at_s: float
    router: str
    phase: str = ""
    oper_status: str = ""


def router_level(history: list[Heard], router: str, now_s: float, *, start_s: float = 0) -> LinkState:
    """UP while heard, else UNCONFIRMED, and STALE a minute later."""
    own = [heard for heard in history if heard.router == router]
    synced_s = max((heard.at_s for heard in own if heard.phase == "synced"), default=None)
    if synced_s is None:
        return LinkState.STALE if now_s >= start_s + 60 else LinkState.UNCONFIRMED
    place = max(i for i, heard in enumerate(own) if heard.phase == "synced")
    lost_s = min((heard.at_s for heard in own[place + 1 :] if heard.phase), default=NEVER)
    last_s = max(heard.at_s for heard in own if not heard.phase or heard.phase == "synced")
    doubt_s = min(lost_s, last_s + 30)
    if now_s < doubt_s:
        return LinkState.UP
    return LinkState.UNCONFIRMED if now_s < doubt_s + 60 else LinkState.STALE


def last_word(history: list[Heard], router: str) -> str | None:
    """The oper-status that a router told last."""
    words = [heard.oper_status for heard in history if heard.router == router and heard.oper_status]
    return words[-1] if words else None


def circuit_state(history: list[Heard], ends: tuple[str, str], now_s: float) -> LinkState:
    """The worse of both ends; an end that is heard and has not spoken is at best unconfirmed."""
    words = [last_word(history, router) for router in ends]
    if any(word not in (None, "UP") for word in words):
        return LinkState.DOWN
    levels = [router_level(history, router, now_s) for router in ends]
    mute = [LinkState.UNCONFIRMED for word in words if word is None]
    return max(*levels, *mute, LinkState.UP)
