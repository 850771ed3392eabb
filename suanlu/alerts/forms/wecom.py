"""WeCom 企业微信: a group robot's texts; the key is in its address.

20 messages a minute and 2,048 bytes a text. It answers 200 whatever happened: `errcode` says. Texts, not
markdown: only they can call people by their numbers, and nothing in them is markup.
"""

from collections.abc import Sequence

import msgspec

from suanlu.alerts.forms.form import JSON, Notice, Outgoing
from suanlu.alerts.forms.robot import Robot
from suanlu.alerts.forms.words import digest

LIMIT_BYTES = 2_000  # of 2,048


class WeComForm(Robot):
    """Texts to a group; `mention` are mobile numbers."""

    spacing_s = 3.5

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """One text of all that there is room for."""
        text, carried = digest(notices, self._language, LIMIT_BYTES)
        mobiles = self.called(notices[:carried])
        body = {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": mobiles}}
        return Outgoing(self._url, JSON, msgspec.json.encode(body), carried)
