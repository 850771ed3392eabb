"""Certificates for tests of TLS: an authority, what it issues, and the files that settings name."""

from datetime import datetime
from pathlib import Path

import grpc
import trustme


class Authority:
    """A certificate authority whose files are written into a directory."""

    def __init__(self, directory: Path, name: str = "ca") -> None:
        self._directory, self._name = directory, name
        self._ca = trustme.CA()
        self.certificate: bytes = self._ca.cert_pem.bytes()
        self.ca_file = self._write("ca", self.certificate)

    def server(
        self,
        *names: str,
        clients: "Authority | None" = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> grpc.ServerCredentials:
        """Return what a server needs; `clients` is whose client certificates it demands."""
        issued = self._ca.issue_cert(*names, not_before=not_before, not_after=not_after)
        return grpc.ssl_server_credentials(
            [(issued.private_key_pem.bytes(), _chain(issued))],
            root_certificates=clients.certificate if clients else None,
            require_client_auth=clients is not None,
        )

    def client(self, name: str = "collector@suanlu.example") -> dict[str, str]:
        """Return the transport's `certificate_file` and `key_file` of a client certificate."""
        issued = self._ca.issue_cert(name)
        return {
            "certificate_file": self._write("client.pem", _chain(issued)),
            "key_file": self._write("client.key", issued.private_key_pem.bytes()),
        }

    def _write(self, what: str, content: bytes) -> str:
        path = self._directory / f"{self._name}-{what}"
        path.write_bytes(content)
        return str(path)


def _chain(issued: trustme.LeafCert) -> bytes:
    return b"".join(blob.bytes() for blob in issued.cert_chain_pems)
