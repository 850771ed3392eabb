"""An alert as people read it, in English or Chinese: plain text, for chats and mail.

Plain on purpose: ids, causes and names may come from a router, and what is no markup cannot forge a link
or call a whole group.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

import msgspec

from suanlu.alerts.delivery.receiver_settings import Language
from suanlu.alerts.forms.form import Entry, Notice
from suanlu.alerts.text import clean

CAUSE_LIMIT = 300
CHILDREN_LIMIT = 200


class Words(msgspec.Struct, frozen=True):
    """The words of a language; `zone` is the one its readers live by."""

    firing: str
    resolved: str
    severities: dict[str, str]
    cause: str
    since: str
    until: str
    with_it: str
    affects: str
    map: str
    runbook: str
    zone: timezone
    zone_name: str


WORDS: dict[Language, Words] = {
    "en": Words(
        firing="FIRING",
        resolved="RESOLVED",
        severities={"critical": "critical", "warning": "warning", "info": "info"},
        cause="Cause: ",
        since="Since: ",
        until="Ended: ",
        with_it="With it: ",
        affects="Affects: ",
        map="Map: ",
        runbook="What to do: ",
        zone=timezone.utc,  # noqa: UP017 -- a fixed offset, as Beijing's is
        zone_name="UTC",
    ),
    "zh": Words(
        firing="告警",
        resolved="恢复",
        severities={"critical": "严重", "warning": "警告", "info": "提示"},
        cause="原因：",
        since="开始：",
        until="结束：",
        with_it="连带：",
        affects="影响：",
        map="地图：",
        runbook="处置手册：",
        zone=timezone(timedelta(hours=8)),
        zone_name="北京时间",
    ),
}


def title(entry: Entry, language: Language) -> str:
    """One line: `FIRING critical · SrlgDown`."""
    words = WORDS[language]
    state = words.firing if entry.fires else words.resolved
    severity = entry.labels.get("severity", "")
    name = entry.annotations.get("title_zh") if language == "zh" else None
    return clean(
        f"{state} {words.severities.get(severity, severity)} · {name or entry.labels.get('alertname', '')}"
    )


def summary(entry: Entry, language: Language) -> str:
    """What is so, in one sentence."""
    annotations = entry.annotations
    return clean(annotations.get(f"summary_{language}") or annotations.get("summary", ""))


def lines(entry: Entry, language: Language) -> list[str]:
    """The sentence and what belongs to it, a line each, the link last."""
    words, annotations = WORDS[language], entry.annotations
    found = [summary(entry, language)]
    if entry.fires and (cause := _said(annotations, "description", language)):
        found.append(words.cause + clean(cause, CAUSE_LIMIT))
    if entry.fires and (affects := _said(annotations, "affects", language)):
        found.append(words.affects + clean(affects))
    found.append(words.since + moment(entry.startsAt, words))
    if not entry.fires:
        found.append(words.until + moment(entry.endsAt, words))
    if entry.fires and (children := _said(annotations, "children", language)):
        found.append(words.with_it + clean(children, CHILDREN_LIMIT))
    for lead, key in ((words.map, "map_url"), (words.runbook, "runbook_url")):
        if entry.fires and annotations.get(key):
            found.append(lead + annotations[key])
    found.append(entry.generatorURL)
    return found


def _said(annotations: Mapping[str, str], key: str, language: Language) -> str:
    """In the language; in English where a message of an earlier version has no other."""
    return (language == "zh" and annotations.get(f"{key}_zh")) or annotations.get(key, "")


def text(entry: Entry, language: Language) -> str:
    """Title and lines."""
    return "\n".join([f"【{title(entry, language)}】", *lines(entry, language)])


def moment(at: str, words: Words) -> str:
    """A time as those who live by the language's zone read it."""
    local = datetime.fromisoformat(at).astimezone(words.zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {words.zone_name}"


def digest(notices: Sequence[Notice], language: Language, limit_bytes: int) -> tuple[str, int]:
    """Return one text of as many of the notices as it has room for, and how many those are: at least one.

    The first alone is cut where even it has too little room.
    """
    shown: list[str] = []
    size = 0
    for notice in notices:
        one = text(notice.alert, language)
        size += len(one.encode()) + 2
        if shown and size > limit_bytes:
            break
        shown.append(one)
    return cut("\n\n".join(shown), limit_bytes), len(shown)


def cut(whole: str, limit_bytes: int) -> str:
    """The text within so many bytes of UTF-8, characters whole."""
    if len(whole.encode()) <= limit_bytes:
        return whole
    return whole.encode()[: limit_bytes - 3].decode(errors="ignore") + "…"
