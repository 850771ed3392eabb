"""What a failure means for the person who reads the log: what is wrong, and what to do about it.

gRPC tells why a connection failed only in the text of the next call; these texts are of grpc 1.66 to 1.85.
"""

import re

import grpc
import grpc.aio

from collector.errors import TargetError, Unauthenticated
from collector.settings import Target, Transport

_CLOSED = r"Socket closed|Connection reset|Broken pipe|recvmsg|End of file"
_NOT_TLS = r"WRONG_VERSION_NUMBER|HTTP_REQUEST|UNEXPECTED_MESSAGE"
_UNKNOWN_AUTHORITY = r"CERTIFICATE_VERIFY_FAILED.*(?:issuer|self.signed|unable to verify the first)"


def why_not_connected(details: str, target: Target, transport: Transport) -> str:
    """Return the sentence for a connection that failed with these details."""
    if "Connection refused" in details:
        return f"{target.address} refuses the connection: is gNMI enabled on that port?"
    if "DNS" in details or "resolve" in details.lower():
        return (
            f"the name in {target.address} cannot be resolved: write it as DNS has it, or take the IP address"
        )
    meaning = _in_the_clear(details) if transport.insecure else _of_tls(details, target, transport)
    return f"{target.address}: {meaning or _shortened(details)}"


def explained(failure: Exception, target: Target, transport: Transport) -> Exception:
    """Return the failure, as an Unauthenticated with its remedy where the router does not know us."""
    if not isinstance(failure, grpc.aio.AioRpcError) or failure.code() is not grpc.StatusCode.UNAUTHENTICATED:
        return failure
    remedy = (
        f"check user name and password in {transport.credentials_file}"
        if transport.credentials_file
        else "set credentials_file to a file with user name and password"
    )
    return Unauthenticated(target.id, f"{target.address} does not know us ({failure.details()}): {remedy}")


def _in_the_clear(details: str) -> str:
    if re.search(_CLOSED, details):
        return "it ends a connection without TLS: it probably wants TLS, so take insecure = true away"
    return ""


def _of_tls(details: str, target: Target, transport: Transport) -> str:
    name = transport.server_name or target.address.rpartition(":")[0]
    trusted = transport.ca_file or "the system's store"
    meanings = {
        _UNKNOWN_AUTHORITY: f"its certificate is signed by no authority in {trusted}:"
        " set ca_file to the authority that signed it",
        "certificate has expired": "its certificate has expired: renew it on the router",
        "not yet valid": "its certificate is not valid yet: set the clock, the router's or this host's",
        "Hostname Verification": f"its certificate is not for {name}:"
        " set server_name to a name that it is for, or issue one that has this name",
        _NOT_TLS: "it does not speak TLS on this port:"
        " enable TLS there, or set insecure = true to do without",
        _CLOSED: _of_our_certificate(transport),
    }
    return next((meaning for pattern, meaning in meanings.items() if re.search(pattern, details)), "")


def _of_our_certificate(transport: Transport) -> str:
    if transport.certificate_file is None:
        return (
            "it ended the TLS handshake: it probably wants a client certificate,"
            " so set certificate_file and key_file"
        )
    return (
        "it ended the TLS handshake: it probably refuses the client certificate"
        f" {transport.certificate_file}, so let it trust the authority that signed it, or renew it"
    )


def _shortened(details: str) -> str:
    return details.rpartition("last error: ")[2]


def target_error(failure: Exception) -> str:
    """Return the reason as it is logged: the target is named beside it."""
    if isinstance(failure, TargetError):
        return failure.detail
    if isinstance(failure, grpc.aio.AioRpcError):
        return f"{failure.code().name}: {failure.details()}"
    return str(failure) or type(failure).__name__
