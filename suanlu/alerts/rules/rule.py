"""What a rule is, and the rules that Suanlu ships: `rules.toml`, read once."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta, structs

from suanlu.alerts.alert import Rule, Severity

NS_PER_S = 1_000_000_000
Duration = Annotated[float, Meta(ge=0, le=604_800)]
Span = Annotated[float, Meta(ge=60, le=31_536_000)]


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a measured rule is met: at `raise_at` for `for_s`; and over: at `clear_at` for `clear_for_s`.

    Between the two nothing changes. `clear_at` below `raise_at` means that much is bad; above it, that
    little is. `unit` is what the figure is in; `meaning` says what is measured. `past_s`: how much of its
    own past a figure is compared with; None where it is compared with none.
    """

    raise_at: float
    clear_at: float
    for_s: Duration
    clear_for_s: Duration
    unit: str
    meaning: str
    past_s: Span | None = None

    def __post_init__(self) -> None:
        if self.raise_at == self.clear_at:
            raise ValueError(f"raise_at and clear_at are both {self.raise_at:g}: leave room between them")

    @property
    def much_is_bad(self) -> bool:
        """False: little is."""
        return self.clear_at < self.raise_at


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`alertname` as receivers see it; sentences are formatted with `name`, the subject in words.

    `limit` and `unit` are the threshold's. `rank`: of several findings on one circuit the lowest leads.
    `family`: rules of one family are about the same trouble, and take each other's place.
    """

    alertname: str
    alertname_zh: str
    severity: Severity
    summary: str
    summary_zh: str
    resolved: str
    resolved_zh: str
    measure: Threshold | None = None
    rank: int = 0
    family: str = ""


class RuleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an operator changes of a rule, `[alerts.rules.<rule>]`; what is left out stays as shipped.

    `raise_at`, `clear_at`, `for_s` and `clear_for_s` are for rules that measure something, `past_s` for those
    that compare a figure with its own past.
    """

    enabled: bool = True
    severity: Severity | None = None
    raise_at: float | None = None
    clear_at: float | None = None
    for_s: Duration | None = None
    clear_for_s: Duration | None = None
    past_s: Span | None = None

    def applied(self, rule: Rule, shipped: RuleText) -> RuleText:
        """The rule as the operator wants it. Raises ValueError where it has no such thing."""
        given = {
            name: value
            for name in ("raise_at", "clear_at", "for_s", "clear_for_s", "past_s")
            if (value := getattr(self, name)) is not None
        }
        if given and shipped.measure is None:
            raise ValueError(f"{rule} measures nothing: {', '.join(given)} cannot be set for it")
        if self.past_s is not None and shipped.measure and shipped.measure.past_s is None:
            raise ValueError(f"{rule} compares nothing with its past: past_s cannot be set for it")
        measure = structs.replace(shipped.measure, **given) if given and shipped.measure else shipped.measure
        if measure is not None and shipped.measure is not None:
            _check_direction(rule, measure, shipped.measure)
        return structs.replace(shipped, severity=self.severity or shipped.severity, measure=measure)


def _check_direction(rule: Rule, measure: Threshold, shipped: Threshold) -> None:
    if measure.much_is_bad != shipped.much_is_bad:
        side = "below" if shipped.much_is_bad else "above"
        raise ValueError(f"{rule}: clear_at ({measure.clear_at:g}) must be {side} raise_at")


def _shipped() -> Mapping[Rule, RuleText]:
    text = files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[Rule, RuleText])


RULES: Mapping[Rule, RuleText] = _shipped()


def effective(settings: Mapping[Rule, RuleSettings]) -> Mapping[Rule, RuleText]:
    """The rules that are on, as the operator wants them. Raises ValueError for what cannot be set."""
    return {
        rule: settings[rule].applied(rule, text) if rule in settings else text
        for rule, text in RULES.items()
        if rule not in settings or settings[rule].enabled
    }
