"""The one sentence of an alert, in English and in Chinese."""

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.rules.rule import RULES, RuleText
from suanlu.alerts.text import Sentence


def firing(backbone: Backbone, cause: Cause, rule: RuleText) -> Sentence:
    """What is so now, by the rule as the operator has it."""
    subject = cause.subject
    values = {
        "count": sum(child.kind == "circuit" for child in cause.children),
        "limit": rule.measure.raise_at if rule.measure is not None else 0,
    }
    return Sentence(
        rule.summary.format(name=backbone.name(subject), **values),
        rule.summary_zh.format(name=backbone.name_zh(subject), **values),
    )


def resolved(backbone: Backbone, rule: Rule, subject: Subject) -> Sentence:
    """It is over."""
    text = RULES[rule]
    return Sentence(
        text.resolved.format(name=backbone.name(subject)),
        text.resolved_zh.format(name=backbone.name_zh(subject)),
    )


def widened(backbone: Backbone, subject: Subject, wider: Subject) -> Sentence:
    """It goes on under another alert."""
    return Sentence(
        f"{backbone.name(subject)}: now part of the alert on {backbone.name(wider)}",
        f"{backbone.name_zh(subject)}：已并入{backbone.name_zh(wider)}的告警",
    )
