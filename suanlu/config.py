"""The configuration: one TOML file, frozen structs, validated whole before anything starts.

Each room owns the struct of its section; this module puts them together and turns what is wrong into one
sentence that names the key and shows what is allowed.
"""

import difflib
import ipaddress
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from collector.log import LogSettings
from collector.settings import CollectorSettings
from collector.sinks import HistorySettings, InfluxDBSettings
from suanlu.alerts import AlertSettings
from suanlu.api.settings import ApiSettings
from suanlu.config_files import named_files, resolved, why_unreadable
from suanlu.past import JournalSettings
from suanlu.validation import explain
from topology.errors import InventoryError, SuanluError
from topology.inventory import Inventory
from topology.settings import TopologySettings

DEFAULT_DATA = "suanlu-data"


class ConfigError(SuanluError, ValueError):
    """The configuration cannot be used; `key` is the dotted name of the key that is wrong, or ""."""

    def __init__(self, message: str, key: str = "") -> None:
        self.key = key
        super().__init__(message)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. Paths are relative to its folder; a section that is absent is as default.

    `data` is the directory of log, history and outbox. Telemetry goes to an InfluxDB as well where there is
    an `[influxdb]` section.
    """

    inventory: str
    data: str = DEFAULT_DATA
    api: ApiSettings = ApiSettings()
    collector: CollectorSettings = CollectorSettings()
    topology: TopologySettings = TopologySettings()
    log: LogSettings = LogSettings()
    history: HistorySettings = HistorySettings()
    influxdb: InfluxDBSettings | None = None
    alerts: AlertSettings = AlertSettings()
    journal: JournalSettings = JournalSettings()

    @property
    def data_directory(self) -> Path:
        """Where everything durable lies."""
        return Path(self.data)


def load(path: Path) -> Settings:
    """Read and check a configuration file; every path in it is absolute then. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"the configuration {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: byte {error.start}") from error
    return parse(text, str(path), folder=path.absolute().parent)


def parse(text: str, name: str = "the configuration", *, folder: Path = Path()) -> Settings:
    """Check a text with paths relative to `folder`; raises ConfigError that begins with `name`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not TOML: {error}") from error
    _inherit_interval(table)
    try:
        settings = msgspec.convert(resolved({"data": DEFAULT_DATA, **table}, folder), Settings)
    except msgspec.ValidationError as error:
        refusal = explain(error, Settings)
        place = f" [{refusal.dotted}]" if refusal.dotted else ""
        raise ConfigError(f"{name}:{place} {refusal.detail}", refusal.dotted) from error
    _check_host(settings.api, name)
    return settings


def check_files(settings: Settings) -> None:
    """Open every file that the configuration names; raises ConfigError for the first that cannot be read."""
    for key, path in named_files(msgspec.to_builtins(settings)):
        if reason := why_unreadable(path):
            raise ConfigError(f"[{key}] {reason}", key)


def load_inventory(settings: Settings) -> Inventory:
    """Read the inventory, and check what else names its routers; raises ConfigError."""
    try:
        inventory = Inventory.load(Path(settings.inventory))
    except InventoryError as error:
        raise ConfigError(str(error), "inventory") from error
    routers = {router.id for router in inventory.routers}
    for name in settings.collector.transports:
        if name not in routers:
            near = ", ".join(difflib.get_close_matches(name, routers)) or "look at its `routers`"
            key = f"collector.transports.{name}"
            raise ConfigError(f"[{key}] there is no router {name!r} in {settings.inventory}: {near}", key)
    return inventory


def _inherit_interval(table: dict[str, Any]) -> None:
    """The graph must know how often routers are asked; who sets that sets it once, in [collector]."""
    collector, topology = table.get("collector"), table.setdefault("topology", {})
    if isinstance(collector, dict) and isinstance(topology, dict) and "sample_interval_s" in collector:
        topology.setdefault("sample_interval_s", collector["sample_interval_s"])


def _check_host(api: ApiSettings, name: str) -> None:
    host = api.host
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise ConfigError(f"{name}: [api.host] {host!r} is no IP address", "api.host") from None
    if not loopback and api.tokens_file is None:
        raise ConfigError(
            f"{name}: [api.host] {host} is not loopback, and without tokens the API asks nobody who they "
            "are: set `tokens_file`, which `suanlu token create` makes, or listen on 127.0.0.1",
            "api.host",
        )
