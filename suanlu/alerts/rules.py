"""The rules: what each alert is called, how bad it is, and how it is put in words."""

from collections.abc import Mapping

import msgspec

from suanlu.alerts.alert import Rule, Severity


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """`alertname` as receivers see it; `summary` is formatted with `name`, the subject in words."""

    alertname: str
    severity: Severity
    summary: str
    resolved: str


RULES: Mapping[Rule, RuleText] = {
    "link_down": RuleText(
        alertname="LinkDown",
        severity="warning",
        summary="{name} is down in one direction",
        resolved="{name} is up again",
    ),
    "circuit_down": RuleText(
        alertname="CircuitDown",
        severity="warning",
        summary="{name} is down",
        resolved="{name} is up again",
    ),
    "srlg_down": RuleText(
        alertname="SrlgDown",
        severity="critical",
        summary="{name} is cut: {count} of its circuits are down",
        resolved="{name} carries all its circuits again",
    ),
    "router_unreachable": RuleText(
        alertname="RouterUnreachable",
        severity="critical",
        summary="{name} is unreachable and its neighbours say its links are down",
        resolved="{name} is back",
    ),
    "site_cut_off": RuleText(
        alertname="SiteCutOff",
        severity="critical",
        summary="{name} is cut off from the backbone",
        resolved="{name} is joined to the backbone again",
    ),
    "telemetry_silent": RuleText(
        alertname="TelemetrySilent",
        severity="warning",
        summary="{name} sends no telemetry; nothing says that its links are down",
        resolved="{name} sends telemetry again",
    ),
    "telemetry_lost": RuleText(
        alertname="TelemetryLost",
        severity="critical",
        summary="{name} is not seen any more: the telemetry of most routers is gone at once",
        resolved="{name} is seen again",
    ),
}
