"""One write request to InfluxDB, by `influxdb-client`; what to do about the answer is the sink's business."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from collector.sinks.settings import InfluxDBSettings
from collector.sinks.sink import SinkError

_CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """`status` 0: there was no answer, `text` says why."""

    status: int
    text: str
    retry_after: str | None = None


class Transport:
    """Owns the client's connections; made in a running loop. The client itself has no retries or batches."""

    def __init__(self, settings: InfluxDBSettings) -> None:
        self._settings = settings
        self._client = InfluxDBClientAsync(
            settings.url.rstrip("/"),
            token=_secret(settings.token_file) if settings.api == "v2" else "",
            org=settings.org,
            timeout=settings.timeout_ms,
            enable_gzip=settings.gzip,
            ssl_ca_cert=settings.ca_file,
        )
        self._headers = {"Content-Type": _CONTENT_TYPE}
        if settings.api == "v1" and settings.username is not None:
            credentials = f"{settings.username}:{_secret(settings.password_file)}"
            self._headers["Authorization"] = "Basic " + base64.b64encode(credentials.encode()).decode()

    async def write(self, lines: bytes) -> Reply:
        """Send lines with their times in ns; any answer is a Reply, also none."""
        path, query = self._place()
        try:
            await self._call(path, query, lines)
        except ApiException as error:
            return _reply(error)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Reply(0, f"{type(error).__name__}: {error}")
        return Reply(204, "")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]

    def _place(self) -> tuple[str, list[tuple[str, str]]]:
        settings = self._settings
        if settings.api == "v2":
            return "/api/v2/write", [("org", settings.org), ("bucket", settings.bucket), ("precision", "ns")]
        query = [("db", settings.database), ("precision", "ns")]
        if settings.retention_policy is not None:
            query.append(("rp", settings.retention_policy))
        return "/write", query

    async def _call(self, path: str, query: list[tuple[str, str]], body: bytes) -> Any:
        # `write_api().write` splits and joins the body once more; this is the call that it ends in.
        return await self._client.api_client.call_api(  # type: ignore[no-untyped-call]
            path, "POST", {}, query, dict(self._headers), body=body, auth_settings=[], response_type=None
        )


def _secret(path: str | None) -> str:
    if path is None:
        return ""
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SinkError(f"the secret of [influxdb] cannot be read from {path}: {error.strerror}") from error


def _reply(error: ApiException) -> Reply:
    body = error.body
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or error.reason or "")
    headers: Mapping[str, str] = error.headers or {}
    return Reply(int(error.status or 0), text.strip(), headers.get("Retry-After"))
