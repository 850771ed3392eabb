"""The graph's reasons in Chinese: it gives them in English (`topology/ends.py`, `topology/circuits.py`).

What is not one of its sentences stays as it is: a router's own words are evidence, not ours to put otherwise.
"""

import re
from collections.abc import Sequence

from topology.circuits import MISWIRED

_SENTENCES: Sequence[tuple[str, str]] = (
    (r"both ends report (\w+)", r"两端均上报 \1"),
    (r"(\S+) reports (\w+)", r"\1 上报 \2"),
    (r"(\S+) is administratively (\w+)", r"\1 已被人为关闭（\2）"),
    (r"(\S+) no longer has (\S+)", r"\1 上已没有接口 \2"),
    (r"(\S+) has not reported its state", r"\1 尚未上报状态"),
    (r"(\S+) has (\d+) active members of the (\d+) it needs", r"\1 至少需要 \3 个活动成员，现有 \2 个"),
    (r"(\S+) is up but its IS-IS adjacency is down", r"\1 已 UP，但 IS-IS 邻接中断"),
    (r"(\S+) is not heard", r"收不到 \1 的遥测"),
    (r"(\S+) hears ['\"](.+)['\"] instead of (\S+)", r"\1 的 LLDP 邻居是 \2，应为 \3"),
    (r"(\S+) hears (\S+) instead of (\S+)", r"\1 的 LLDP 邻居是 \2，应为对端接口 \3"),
    (r"it fell before and counts only after (\S+) s up", r"此前曾中断，持续正常 \1 s 后才算恢复"),
    (r"(\S+) is drained by (.+)", r"\1 已引流（\2）"),
)
_PATTERNS = tuple((re.compile(pattern), chinese) for pattern, chinese in _SENTENCES)


def reason_zh(reason: str) -> str:
    """Return a reason of the graph's in Chinese: `both ends report DOWN` is `两端均上报 DOWN`."""
    if reason.startswith(MISWIRED):
        return f"接线错误：{reason_zh(reason.removeprefix(MISWIRED))}"
    return "；".join("，但 ".join(map(_sentence, part.split(", but "))) for part in reason.split("; "))


def _sentence(english: str) -> str:
    for pattern, chinese in _PATTERNS:
        if (found := pattern.fullmatch(english)) is not None:
            return found.expand(chinese)
    return english
