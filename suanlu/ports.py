"""Ports that are taken: told before anything else is started."""

import socket

from topology.errors import SuanluError


class PortInUse(SuanluError, OSError):
    """Another process listens where `listener` should; `remedy` says what helps besides ending it."""

    def __init__(
        self, host: str, port: int, *, listener: str = "", remedy: str = "choose another port"
    ) -> None:
        lost = f", so {listener} cannot listen there" if listener else ""
        super().__init__(
            f"port {port} of {host} is in use{lost}: end the process that listens there, or {remedy}"
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortInUse if somebody listens there now; who binds it later may still be refused."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT is no taker
        try:
            probe.bind((host, port))
        except OSError:
            raise PortInUse(host, port) from None
