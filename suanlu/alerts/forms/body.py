"""The webhook's body: Alertmanager's version 4 (prometheus/alertmanager, docs/configuration.md).

What receivers key on stays true when an incident's cause widens: the group (`groupKey`) is the incident
and stays; the alert of the narrower cause is in the same message as resolved, beside the wider one.
"""

from typing import Any

import msgspec

from suanlu.alerts.alert import Alert, Subject
from suanlu.alerts.causes.backbone import KINDS_ZH
from suanlu.alerts.rules.rule import RULES
from suanlu.effects.words import NOT_KNOWN, NOT_KNOWN_ZH

NOT_ENDED = "0001-01-01T00:00:00Z"  # Go's zero time: what Alertmanager sends for an alert that fires
CHILDREN_LIMIT = 50
LOSSES = frozenset(
    {
        "link_down",
        "circuit_down",
        "srlg_down",
        "router_unreachable",
        "site_cut_off",
        "telemetry_silent",
        "telemetry_lost",
    }
)
"""Rules of which a person asks at once what it does to the traffic."""
Json = dict[str, Any]


def message(alert: Alert, receiver: str, external_url: str, *, replaced: Alert | None, at: str) -> bytes:
    """Return the JSON of one notification; `replaced` is what the incident was last announced as.

    `at` (RFC 3339) is when the narrower alert ended, if it did.
    """
    entries = [_entry(alert, external_url, ends_at=alert.resolved_at)]
    if replaced is not None and replaced.fingerprint != alert.fingerprint:
        entries.append(_entry(replaced, external_url, ends_at=at))
    return msgspec.json.encode(
        {
            "version": "4",
            "groupKey": f'{{}}:{{incident="{alert.id}"}}',
            "truncatedAlerts": 0,
            "status": alert.state,
            "receiver": receiver,
            "groupLabels": {"incident": alert.id},
            "commonLabels": _common([entry["labels"] for entry in entries]),
            "commonAnnotations": _common([entry["annotations"] for entry in entries]),
            "externalURL": external_url,
            "alerts": entries,
        }
    )


def _entry(alert: Alert, external_url: str, *, ends_at: str | None) -> Json:
    return {
        "status": "firing" if ends_at is None else "resolved",
        "labels": labels_of(alert),
        "annotations": annotations_of(alert),
        "startsAt": alert.since,
        "endsAt": NOT_ENDED if ends_at is None else ends_at,
        "generatorURL": f"{external_url}/v1/alerts#{alert.id}",
        "fingerprint": alert.fingerprint,
    }


def labels_of(alert: Alert) -> dict[str, str]:
    """What names an alert for those who match and group by labels."""
    return {
        "alertname": RULES[alert.rule].alertname,
        "incident": alert.id,
        "severity": alert.severity,
        "kind": alert.subject.kind,
        alert.subject.kind: alert.subject.id,
    }


def annotations_of(alert: Alert) -> dict[str, str]:
    """What is said of it."""
    said = {
        "summary": alert.summary,
        "summary_zh": alert.summary_zh,
        "title_zh": RULES[alert.rule].alertname_zh,
        "description": alert.cause,
        "description_zh": alert.cause_zh,
        "children": _listed(alert.children),
        "children_zh": _listed_zh(alert.children),
        "links": str(len(alert.links)),
    }
    if alert.effects is not None:
        said |= {"affects": alert.effects.text, "affects_zh": alert.effects.text_zh}
    elif alert.rule in LOSSES and alert.state == "firing":
        said |= {"affects": NOT_KNOWN, "affects_zh": NOT_KNOWN_ZH}
    said |= {
        "certainty": alert.certainty,
        "evidence": "; ".join(alert.evidence),
        "evidence_zh": "；".join(alert.evidence_zh),
        "runbook_url": alert.runbook_url,
        "map_url": alert.map_url,
        "maintenance": alert.maintenance or "",
    }
    if alert.acknowledged is not None:
        said["acknowledged_by"] = alert.acknowledged.by
        said["owner"] = alert.acknowledged.owner or alert.acknowledged.by
    return said


def _listed(children: tuple[Subject, ...]) -> str:
    shown = ", ".join(f"{child.kind} {child.id}" for child in children[:CHILDREN_LIMIT])
    more = len(children) - CHILDREN_LIMIT
    return f"{shown} and {more} more" if more > 0 else shown


def _listed_zh(children: tuple[Subject, ...]) -> str:
    shown = "、".join(f"{KINDS_ZH[child.kind]} {child.id}" for child in children[:CHILDREN_LIMIT])
    return f"{shown} 等 {len(children)} 个" if len(children) > CHILDREN_LIMIT else shown


def _common(tables: list[dict[str, str]]) -> dict[str, str]:
    first, *others = tables
    return {key: value for key, value in first.items() if all(o.get(key) == value for o in others)}
