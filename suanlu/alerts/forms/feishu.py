"""Feishu 飞书 and Lark: a custom bot's cards, signed in the body if the bot has a secret.

100 messages a minute and 5 a second, 20 KB each. It answers 200 whatever happened: `code` says. Texts are
`plain_text`, so that nothing in them is markup; only the mentions are.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from suanlu.alerts.forms.form import JSON, Entry, Notice, Outgoing
from suanlu.alerts.forms.robot import Robot
from suanlu.alerts.forms.words import digest, lines, title

LIMIT_BYTES = 16_000  # of 20 KB
NS_PER_S = 1_000_000_000
COLOURS = {"critical": "red", "warning": "orange", "info": "blue"}


class FeishuForm(Robot):
    """Cards to a group; `mention` are open ids."""

    spacing_s = 1.0
    code = "code"
    reason = "msg"

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """One card: coloured by the worst that fires, titled by the first."""
        text, carried = digest(notices, self._language, LIMIT_BYTES)
        taken = notices[:carried]
        if carried == 1:
            text = "\n".join(lines(taken[0].alert, self._language))
        elements = [{"tag": "div", "text": {"tag": "plain_text", "content": text}}]
        people = self.called(taken)
        if people:
            called = " ".join(f"<at id={person}></at>" for person in people)
            elements.append({"tag": "div", "text": {"tag": "lark_md", "content": called}})
        more = f" +{carried - 1}" if carried > 1 else ""
        heading = {"tag": "plain_text", "content": title(taken[0].alert, self._language) + more}
        body = {
            "msg_type": "interactive",
            "card": {
                "config": {"wide_screen_mode": True},
                "header": {"title": heading, "template": colour([notice.alert for notice in taken])},
                "elements": elements,
            },
        }
        if self._secret is not None:
            timestamp_s = now_ns // NS_PER_S
            body |= {"timestamp": str(timestamp_s), "sign": signature(self._secret, timestamp_s)}
        return Outgoing(self._url, JSON, msgspec.json.encode(body), carried)


def colour(entries: Sequence[Entry]) -> str:
    """Green where all is over, else of the worst that fires."""
    firing = {entry.labels.get("severity") for entry in entries if entry.fires}
    return next(
        (COLOURS[severity] for severity in COLOURS if severity in firing), "orange" if firing else "green"
    )


def signature(secret: str, timestamp_s: int) -> str:
    """Base64 of HMAC-SHA256 with `<timestamp s>\\n<secret>` as key over nothing (Feishu, custom bot)."""
    key = f"{timestamp_s}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()
