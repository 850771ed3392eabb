"""The rules: what each alert is called, how bad it is, and how it is put in words."""

from collections.abc import Mapping

import msgspec

from suanlu.alerts.alert import Rule, Severity


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """`alertname` as receivers see it; sentences are formatted with `name`, the subject in words."""

    alertname: str
    alertname_zh: str
    severity: Severity
    summary: str
    summary_zh: str
    resolved: str
    resolved_zh: str


RULES: Mapping[Rule, RuleText] = {
    "link_down": RuleText(
        alertname="LinkDown",
        alertname_zh="链路单向中断",
        severity="warning",
        summary="{name} is down in one direction",
        summary_zh="{name}单向中断",
        resolved="{name} is up again",
        resolved_zh="{name}已恢复",
    ),
    "circuit_down": RuleText(
        alertname="CircuitDown",
        alertname_zh="电路中断",
        severity="warning",
        summary="{name} is down",
        summary_zh="{name}中断",
        resolved="{name} is up again",
        resolved_zh="{name}已恢复",
    ),
    "srlg_down": RuleText(
        alertname="SrlgDown",
        alertname_zh="共享风险组中断",
        severity="critical",
        summary="{name} is cut: {count} of its circuits are down",
        summary_zh="{name}中断：其中{count}条电路已断",
        resolved="{name} carries all its circuits again",
        resolved_zh="{name}的电路已全部恢复",
    ),
    "router_unreachable": RuleText(
        alertname="RouterUnreachable",
        alertname_zh="路由器失联",
        severity="critical",
        summary="{name} is unreachable and its neighbours say its links are down",
        summary_zh="{name}失联，且邻居报告其链路中断",
        resolved="{name} is back",
        resolved_zh="{name}已恢复",
    ),
    "site_cut_off": RuleText(
        alertname="SiteCutOff",
        alertname_zh="站点孤立",
        severity="critical",
        summary="{name} is cut off from the backbone",
        summary_zh="{name}与骨干网断开",
        resolved="{name} is joined to the backbone again",
        resolved_zh="{name}已重新接入骨干网",
    ),
    "telemetry_silent": RuleText(
        alertname="TelemetrySilent",
        alertname_zh="遥测中断",
        severity="warning",
        summary="{name} sends no telemetry; nothing says that its links are down",
        summary_zh="{name}没有遥测数据；没有迹象表明其链路中断",
        resolved="{name} sends telemetry again",
        resolved_zh="{name}的遥测已恢复",
    ),
    "telemetry_lost": RuleText(
        alertname="TelemetryLost",
        alertname_zh="全网遥测丢失",
        severity="critical",
        summary="{name} is not seen any more: the telemetry of most routers is gone at once",
        summary_zh="{name}不再可见：多数路由器的遥测同时中断",
        resolved="{name} is seen again",
        resolved_zh="{name}重新可见",
    ),
}
