"""The errors of the collector.

SuanluError
└── TargetError             one router cannot be read
    ├── Unreachable         no connection: refused, not answered, or its TLS fails
    ├── Unauthenticated     it does not know us; tried again slowly
    ├── StreamEnded         it ended a stream that should never end
    └── TargetSilent        it is connected, but says nothing
"""

from topology.errors import SuanluError


class WireError(SuanluError, ValueError):
    """The bytes are no message of gnmi.proto; what stood after the broken place was not used."""


class TargetError(SuanluError):
    """A router cannot be read; `target` is its id, `detail` what is wrong and what to do."""

    def __init__(self, target: str, detail: str) -> None:
        self.target = target
        self.detail = detail
        super().__init__(f"{target}: {detail}")


class Unreachable(TargetError):
    """There is no connection to the router."""


class Unauthenticated(TargetError):
    """The router refuses our credentials; they are read anew from their file before the next try."""


class StreamEnded(TargetError):
    """The router ended a Subscribe RPC; a new one is opened."""


class TargetSilent(TargetError):
    """Nothing came in time: no sync_response, or no sample for many intervals."""
