"""From an incident to the alert that people see."""

from collections.abc import Callable, Collection, Mapping

from suanlu.alerts.alert import Alert, Rule
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.causes.incidents import Incident
from suanlu.alerts.causes.news import severity_of
from suanlu.alerts.forms.links import map_url
from suanlu.alerts.rules import sentences
from suanlu.alerts.rules.rule import NS_PER_S, RuleText
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.text import clean
from suanlu.effects import Effects
from topology.event import rfc3339

SHOWN_NS = NS_PER_S
"""After it fired an alert, and what it is about, are in the journal that its map is drawn from."""
EVIDENCE = 12  # lines; more nobody reads


class Composer:
    """Says what an incident is now, by the rules as the operator has them."""

    def __init__(
        self,
        backbone: Backbone,
        rules: Mapping[Rule, RuleText],
        settings: AlertSettings,
        effects_of: Callable[[Collection[str]], Effects | None],
    ) -> None:
        """`effects_of` says what the loss of links does."""
        self._backbone = backbone
        self._rules = rules
        self._settings = settings
        self._effects_of = effects_of

    def alert(self, incident: Incident, cause: Cause, announced_ns: int) -> Alert:
        """The alert of an incident that fired at `announced_ns`, or fires then."""
        sentence = sentences.firing(self._backbone, cause, self._rules[cause.rule])
        known = None if incident.record is None else incident.record.alert
        shown_at = rfc3339(announced_ns + SHOWN_NS)
        return Alert(
            id=incident.id,
            rule=cause.rule,
            severity=known.severity
            if known is not None and cause.rule == "flapping"
            else severity_of(self._rules, cause),
            state="firing",
            subject=cause.subject,
            summary=sentence.en,
            summary_zh=sentence.zh,
            cause=clean(cause.text.en),
            cause_zh=clean(cause.text.zh),
            since=rfc3339(incident.since_ns),
            children=cause.children,
            links=cause.links,
            acknowledged=None if known is None else known.acknowledged,
            effects=self._effects_of(cause.links),
            certainty=cause.certainty,
            evidence=tuple(clean(line.en) for line in cause.evidence[:EVIDENCE]),
            evidence_zh=tuple(clean(line.zh) for line in cause.evidence[:EVIDENCE]),
            runbook_url=self._settings.runbook(cause.rule),
            map_url=map_url(self._settings.external_url, shown_at, cause.subject),
        )
