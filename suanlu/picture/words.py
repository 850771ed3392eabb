"""Texts of the picture, in the languages of the page."""

from datetime import UTC, datetime, timedelta, timezone

LANGUAGES = ("en", "zh")
_BEIJING = timezone(timedelta(hours=8))
_TEXTS = {
    "en": {
        "up": "{up} of {all} links up", "wrong": "What is wrong", "nothing": "Nothing: no alert is firing.",
        "more": "and {n} more", "use": "Use of each direction, %, from its sender to the middle",
        "clock": "{beijing} Beijing · {utc} UTC",
        "ok": "telemetry ok", "degraded": "telemetry degraded", "blind": "blind: no router is heard",
        "planned": "in maintenance", "silenced": "silenced",
        "state.down": "down", "state.drained": "drained", "state.unconfirmed": "unconfirmed",
        "state.stale": "stale", "state.none": "no data",
    },
    "zh": {
        "up": "链路正常 {up} / {all}", "wrong": "异常", "nothing": "无：没有告警。",
        "more": "另有 {n} 项", "use": "各方向占用率（%），自发送端画至中点",
        "clock": "北京 {beijing} · UTC {utc}",
        "ok": "遥测良好", "degraded": "遥测受损", "blind": "失明：收不到任何路由器",
        "planned": "维护中", "silenced": "已静默",
        "state.down": "中断", "state.drained": "已引流", "state.unconfirmed": "未确认",
        "state.stale": "过期", "state.none": "无数据",
    },
}  # fmt: skip


def say(language: str, key: str, **values: object) -> str:
    """The text of a key in a language of `LANGUAGES`."""
    return _TEXTS[language][key].format(**values)


def clocks(language: str, at_ns: int) -> str:
    """A moment in Beijing and in UTC."""
    at = datetime.fromtimestamp(at_ns / 1e9, UTC)
    beijing = at.astimezone(_BEIJING)
    return say(language, "clock", beijing=f"{beijing:%Y-%m-%d %H:%M:%S}", utc=f"{at:%H:%M:%S}")
