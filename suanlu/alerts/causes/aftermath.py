"""The aftermath: what a cut or a drain brought takes a while to pass once that is over."""

from collections.abc import Iterable

from suanlu.alerts.measures.finding import Finding
from suanlu.alerts.rules.rule import NS_PER_S

SETTLES_NS = 60 * NS_PER_S
"""Two intervals of sampling: before that figures are of the time before."""
LINGERS_NS = 480 * NS_PER_S
"""The window of a 95th percentile, 5 min, and `clear_for_s` have run off."""


class Aftermath:
    """Findings by name, with when what brought them was over."""

    def __init__(self) -> None:
        self._over_ns: dict[str, int] = {}

    def begin(self, names: Iterable[str], now_ns: int) -> None:
        """What brought these is over."""
        for name in names:
            self._over_ns.setdefault(name, now_ns)

    def passing(self, findings: Iterable[Finding], now_ns: int) -> set[str]:
        """Return the names of those that only have to pass, and are no trouble of their own.

        What is still beyond its threshold after a minute is.
        """
        self._over_ns = {name: ns for name, ns in self._over_ns.items() if now_ns < ns + LINGERS_NS}
        for finding in findings:
            over_ns = self._over_ns.get(finding.name)
            if over_ns is not None and finding.stands and now_ns >= over_ns + SETTLES_NS:
                del self._over_ns[finding.name]
        return set(self._over_ns)
