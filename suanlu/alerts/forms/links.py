"""Where a message leads to: the weathermap at the moment that an alert began."""

from urllib.parse import quote

from suanlu.alerts.alert import Subject


def map_url(external_url: str, at: str, subject: Subject) -> str:
    """The weathermap as it was `at` (RFC 3339), with the subject picked out where it is on the map."""
    shown = f"{external_url}/#at={quote(at, safe=':')}"
    if subject.kind in ("network", "system"):
        return shown
    return f"{shown}&select={subject.kind}:{quote(subject.id, safe=':')}"
