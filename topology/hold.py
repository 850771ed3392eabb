"""Damping: a link goes down at once and comes back only after it stayed up for its hold.

The hold starts at 10 s and doubles with every fall that follows too soon, up to 300 s. It applies to a
link that was down, never to one seen for the first time.
"""

from topology.settings import NS_PER_S, TopologySettings, nanoseconds


class Hold:
    """The damping of one circuit, made at its first fall. Times are nanoseconds of our clock."""

    __slots__ = ("_base_ns", "_forget_ns", "_length_ns", "_max_ns", "_released_at_ns", "until_ns")

    def __init__(self, settings: TopologySettings) -> None:
        self._base_ns = nanoseconds(settings.hold_s)
        self._max_ns = nanoseconds(settings.hold_max_s)
        self._forget_ns = nanoseconds(settings.hold_forget_s)
        self._length_ns = 0
        self._released_at_ns: int | None = None
        self.until_ns: int | None = None

    @property
    def length_s(self) -> float:
        """How long the circuit must be up before it counts."""
        return self._length_ns / NS_PER_S

    def fall(self, now_ns: int) -> None:
        """The circuit went down; the next hold is longer if that came too soon after the last one."""
        at_peace = self._released_at_ns is not None and now_ns - self._released_at_ns >= self._forget_ns
        if self._length_ns == 0 or at_peace:
            self._length_ns = self._base_ns
        else:
            self._length_ns = min(2 * self._length_ns, self._max_ns)
        self.until_ns = self._released_at_ns = None

    def rise(self, now_ns: int) -> None:
        """The circuit came up; it counts from `until_ns` on."""
        self.until_ns = now_ns + self._length_ns

    def release(self, now_ns: int) -> bool:
        """End the hold if its time has come; whether the circuit counts as up now."""
        if self.until_ns is None:
            return True
        if now_ns < self.until_ns:
            return False
        self.until_ns = None
        self._released_at_ns = now_ns
        return True
