"""What the robots of DingTalk, Feishu and WeCom share: a group, its language, who is called by name."""

from collections.abc import Sequence

from suanlu.alerts.delivery.receiver_settings import Language
from suanlu.alerts.forms.form import Notice, OneByOne, code_refusal


class Robot(OneByOne):
    """`mention` are those who are called when a critical alert fires; `secret` signs, None: nothing does.

    A robot answers 200 whatever happened: the member `code` of its answer says what, `reason` why.
    """

    most = 20
    code = "errcode"
    reason = "errmsg"

    def __init__(
        self, url: str, language: Language, mention: tuple[str, ...], secret: str | None = None
    ) -> None:
        self._url = url
        self._language = language
        self._mention = mention
        self._secret = secret

    def refusal(self, body: bytes) -> str:
        """The code 0 is success."""
        return code_refusal(body, self.code, self.reason)

    def called(self, notices: Sequence[Notice]) -> tuple[str, ...]:
        """Those who are called for these."""
        critical = any(
            notice.alert.fires and notice.alert.labels.get("severity") == "critical" for notice in notices
        )
        return self._mention if critical else ()
