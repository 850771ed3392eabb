"""TLS credentials out of files. They are read at every connect, so renewed ones are used by the next.

gRPC is given nothing that OpenSSL has not taken before: of a broken file it would say only that a handshaker
could not be made, an empty `ca_file` it would take for the system's authorities.
"""

import ssl
from pathlib import Path

import grpc

from collector.errors import TargetError
from collector.settings import Target, Transport


def channel_credentials(target: Target, transport: Transport) -> grpc.ChannelCredentials:
    """Return what `transport` says of TLS. Raises TargetError that names the file and its fault."""
    authorities = read_file(target, transport.ca_file)
    if authorities is not None:
        _check_authorities(target, transport, authorities)
    if transport.certificate_file is not None:
        _check_certificate(target, transport)
    return grpc.ssl_channel_credentials(
        root_certificates=authorities,
        private_key=read_file(target, transport.key_file),
        certificate_chain=read_file(target, transport.certificate_file),
    )


def read_file(target: Target, name: str | None) -> bytes | None:
    """Return a file's content, None where none is named; TargetError where it cannot be read."""
    if name is None:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise TargetError(target.id, f"the file {name} cannot be read: {error.strerror}") from error


def _check_authorities(target: Target, transport: Transport, authorities: bytes) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=authorities.decode("ascii"))
    except (ValueError, ssl.SSLError) as error:
        raise TargetError(
            target.id, f"ca_file {transport.ca_file} holds no certificate in PEM: {_detail(error)}"
        ) from error


def _check_certificate(target: Target, transport: Transport) -> None:
    read_file(target, transport.certificate_file)
    read_file(target, transport.key_file)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            transport.certificate_file or "",
            transport.key_file,
            password="",  # an encrypted key is refused; without this OpenSSL asks the terminal
        )
    except (ValueError, ssl.SSLError) as error:
        raise TargetError(
            target.id,
            f"certificate_file {transport.certificate_file} and key_file {transport.key_file} are no pair"
            f" of PEM files without a pass phrase: {_detail(error)}",
        ) from error


def _detail(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else str(error)
