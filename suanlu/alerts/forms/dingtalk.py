"""DingTalk 钉钉: a group robot, with the signature of its "additional signature" setting if it has one.

20 messages a minute a robot, or it is silent for ten minutes: so at most one in 3.5 s, and what comes up
meanwhile goes out as one. It answers 200 whatever happened: `errcode` says.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import quote_plus

import msgspec

from suanlu.alerts.forms.form import JSON, Notice, Outgoing
from suanlu.alerts.forms.robot import Robot
from suanlu.alerts.forms.words import digest

LIMIT_BYTES = 18_000  # of 20,000
NS_PER_MS = 1_000_000


class DingTalkForm(Robot):
    """Texts to a group; `mention` are mobile numbers."""

    spacing_s = 3.5

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """One text of all that there is room for."""
        text, carried = digest(notices, self._language, LIMIT_BYTES)
        mobiles = self.called(notices[:carried])
        if mobiles:  # a number is called only if the text has it, too
            text += "\n" + " ".join(f"@{mobile}" for mobile in mobiles)
        body = {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": mobiles, "isAtAll": False}}
        return Outgoing(self._signed_url(now_ns // NS_PER_MS), JSON, msgspec.json.encode(body), carried)

    def _signed_url(self, timestamp_ms: int) -> str:
        if self._secret is None:
            return self._url
        return (
            f"{self._url}&timestamp={timestamp_ms}&sign={quote_plus(signature(self._secret, timestamp_ms))}"
        )


def signature(secret: str, timestamp_ms: int) -> str:
    """Base64 of HMAC-SHA256 with the secret as key over `<timestamp ms>\\n<secret>` (DingTalk, "Sign")."""
    content = f"{timestamp_ms}\n{secret}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), content, hashlib.sha256)).decode()
