"""WeCom 企业微信: a group robot's texts; the key is in its address.

20 messages a minute and 2,048 bytes a text. It answers 200 whatever happened: `errcode` says. Texts, not
markdown: only they can call people by their numbers, and nothing in them is markup.
"""

from collections.abc import Sequence

import msgspec

from suanlu.alerts.forms.form import JSON, Notice, OneByOne, Outgoing, code_refusal
from suanlu.alerts.forms.words import calls_for_people, digest
from suanlu.alerts.receiver_settings import Language

LIMIT_BYTES = 2_000  # of 2,048


class WeComForm(OneByOne):
    """Texts to a group; `mention` are mobile numbers."""

    most = 20
    spacing_s = 3.5

    def __init__(self, url: str, language: Language, mention: tuple[str, ...]) -> None:
        self._url = url
        self._language = language
        self._mention = mention

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """One text of all that there is room for."""
        text, carried = digest(notices, self._language, LIMIT_BYTES)
        mobiles = self._mention if calls_for_people(notices[:carried]) else ()
        body = {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": mobiles}}
        return Outgoing(self._url, JSON, msgspec.json.encode(body), carried)

    def refusal(self, body: bytes) -> str:
        """`errcode` 0 is success."""
        return code_refusal(body, "errcode", "errmsg")
