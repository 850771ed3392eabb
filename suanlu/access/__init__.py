"""Who may ask what: tokens, the cookie that a browser gets for one, scopes of routes, and the gate."""

from suanlu.access.gate import Gate
from suanlu.access.opening import gate_of
from suanlu.access.scopes import SCOPES, Scope
from suanlu.access.sessions import Sessions, session_key
from suanlu.access.tokens import Token, TokenError, TokenFile, create_token, load_tokens, revoke_token

__all__ = [
    "SCOPES",
    "Gate",
    "Scope",
    "Sessions",
    "Token",
    "TokenError",
    "TokenFile",
    "create_token",
    "gate_of",
    "load_tokens",
    "revoke_token",
    "session_key",
]
