"""The configuration: every message names the key and shows what is allowed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import inspect, structs

from collector.settings import Transport
from suanlu.app import targets_of
from suanlu.config import ConfigError, Settings, check_files, load, load_inventory, parse
from suanlu.simulator_process import REFERENCE_INVENTORY

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def example() -> str:
    """The commented example of the documentation."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return text.split("```toml\n", 1)[1].split("```", 1)[0]


def test_inventory_alone_is_enough() -> None:
    settings = parse('inventory = "backbone.json"')
    assert (settings.api.host, settings.api.port, settings.influxdb) == ("127.0.0.1", 8437, None)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("", "inventory", "`inventory` is required"),
        ('inventory = "x"\n[api]\nprot = 1', "api.prot", "did you mean `port`? allowed here: host, port,"),
        ('inventory = "x"\n[api]\nport = "80"', "api.port", "expected `int`, got `str`"),
        ('inventory = "x"\n[api]\nport = 70000', "api.port", "expected `int` <= 65535"),
        ('inventory = "x"\n[colector]\n', "colector", "did you mean `collector`?"),
        ('inventory = "x"\n[influxdb]\napi = "v3"', "influxdb.api", "allowed: v1, v2"),
        ('inventory = "x"\n[log]\nmax_bytes = 0', "log", "max_bytes must be above 0"),
        (
            'inventory = "x"\n[collector.transport]\ninsecure = 1',
            "collector.transport.insecure",
            "expected `bool`, got `int`",
        ),
        (
            'inventory = "x"\n[[alerts.receivers]]\nname = "a"\nurl = "https://x/"\n',
            "alerts.receivers[0]",
            "receiver 'a': `secret_file` is missing: a file with its Standard Webhooks secret",
        ),
        ('inventory = "x"\n[api]\nhost = "0.0.0.0"', "api.host", "not loopback"),
        ('inventory = "x"\n[api]\nhost = "router"', "api.host", "no IP address"),
    ],
)
def test_wrong_key_is_named_with_what_is_allowed(text: str, key: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(text, "suanlu.toml")
    assert raised.value.key == key
    assert str(raised.value).startswith("suanlu.toml:")
    assert words in str(raised.value)


def test_bad_toml_names_the_place() -> None:
    with pytest.raises(ConfigError, match=r"not TOML: .*line 2"):
        parse('inventory = "x"\n[api\n')


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "suanlu.toml"
    file.write_bytes(b"inventory = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(file)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    (tmp_path / "suanlu.toml").write_text('inventory = "backbone.json"\n', encoding="utf-8")
    settings = load(tmp_path / "suanlu.toml")
    assert settings.data_directory == tmp_path / "suanlu-data"
    assert len(load_inventory(settings).routers) == 42


PATHS = """
inventory = "backbone.json"

[collector]
subscription_files = ["more.toml", "sub/other.toml"]

[collector.transport]
ca_file = "routers.pem"
credentials_file = "/etc/suanlu/credentials"

[influxdb]
token_file = "token"

[[alerts.receivers]]
name = "noc"
url = "https://noc.example.net/"
secret_file = "noc.secret"
ca_file = "../noc.pem"
"""


def written(folder: Path, text: str = PATHS) -> Path:
    """A configuration in this folder."""
    file = folder / "suanlu.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_file_is_relative_to_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    written(tmp_path / "etc")
    monkeypatch.chdir(tmp_path)
    settings = load(Path("etc/suanlu.toml"))
    etc, transport, (noc,) = tmp_path / "etc", settings.collector.transport, settings.alerts.receivers
    assert settings.collector.subscription_files == (str(etc / "more.toml"), str(etc / "sub/other.toml"))
    assert (transport.ca_file, transport.key_file) == (str(etc / "routers.pem"), None)
    assert transport.credentials_file == "/etc/suanlu/credentials"
    assert (noc.secret_file, noc.ca_file) == (str(etc / "noc.secret"), str(etc / "../noc.pem"))
    assert settings.influxdb is not None
    assert settings.influxdb.token_file == str(etc / "token")


def text_keys(kind: inspect.Type) -> Iterator[str]:
    """The names of all keys below a struct that hold text, or a list of it."""
    for inner in getattr(kind, "fields", ()):
        types = getattr(inner.type, "types", (inner.type,))
        for found in (getattr(one, "item_type", one) for one in types):
            if isinstance(found, inspect.StrType):
                yield inner.encode_name
            yield from text_keys(found)


def test_no_path_hides_under_another_name() -> None:
    """Paths are known by their keys, so a new key that holds text must be one of these or end in `_file`."""
    plain = {
        "host",
        "org",
        "bucket",
        "database",
        "retention_policy",
        "username",
        "url",
        "name",
        "server_name",
    }
    plain |= {"external_url", "runbook_url", "allow_cidrs", "sites", "mention", "user", "sender", "to"}
    keys = set(text_keys(inspect.type_info(Settings)))
    assert "secret_file" in keys
    assert {key for key in keys if not key.endswith(("_file", "_files"))} - plain == {"inventory", "data"}


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("collector.transport.credentials_file", '[collector.transport]\ncredentials_file = "{}"'),
        ("collector.subscription_files[0]", '[collector]\nsubscription_files = ["{}"]'),
        ("influxdb.token_file", '[influxdb]\ntoken_file = "{}"'),
        (
            "alerts.receivers[0].secret_file",
            '[[alerts.receivers]]\nname = "a"\nurl = "https://x/"\nsecret_file = "{}"',
        ),
    ],
)
def test_file_that_cannot_be_read_is_named(tmp_path: Path, key: str, line: str) -> None:
    text = 'inventory = "backbone.json"\n' + line
    with pytest.raises(ConfigError) as raised:
        check_files(load(written(tmp_path, text.format("missing"))))
    assert raised.value.key == key
    assert str(raised.value).startswith(f"[{key}] there is no file {tmp_path / 'missing'}: make it, or")
    with pytest.raises(ConfigError, match=r"is a directory: name the file"):
        check_files(load(written(tmp_path, text.format("."))))
    (tmp_path / "there").write_text("anything", encoding="utf-8")
    check_files(load(written(tmp_path, text.format("there"))))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0)
    with pytest.raises(ConfigError, match=r"may not be read: allow it to the user"):
        check_files(load(written(tmp_path, 'inventory = "x"\n[influxdb]\ntoken_file = "token"')))


def test_wrong_inventory_is_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_text("{}", encoding="utf-8")
    (tmp_path / "suanlu.toml").write_text('inventory = "backbone.json"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"backbone\.json") as raised:
        load_inventory(load(tmp_path / "suanlu.toml"))
    assert raised.value.key == "inventory"


def test_graph_knows_the_interval_that_the_collector_asks_in() -> None:
    settings = parse('inventory = "x"\n[collector]\nsample_interval_s = 2\n')
    assert settings.topology.sample_interval_s == 2
    settings = parse(
        'inventory = "x"\n[collector]\nsample_interval_s = 2\n[topology]\nsample_interval_s = 3\n'
    )
    assert settings.topology.sample_interval_s == 3


def test_documented_example_is_right() -> None:
    settings = parse(example())
    assert settings.influxdb is not None
    assert settings.alerts.receivers


def test_every_section_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for section in ("api", "collector", "topology", "log", "history", "influxdb", "alerts"):
        assert f"[{section}" in text, section


def test_a_router_may_have_a_transport_of_its_own(tmp_path: Path) -> None:
    text = (
        f'inventory = "{REFERENCE_INVENTORY}"\n[collector.transport]\ninsecure = true\n'
        '[collector.transports.wuhan-r1]\nca_file = "ca.pem"\n'
    )
    settings = load(written(tmp_path, text))
    inventory = load_inventory(settings)
    routers = tuple(structs.replace(router, target="192.0.2.1:57400") for router in inventory.routers)
    addressed = structs.replace(inventory, routers=routers)
    own = {one.id: one.transport for one in targets_of(addressed, settings.collector.transports)}
    assert len(own) == 42
    assert {name for name, transport in own.items() if transport is not None} == {"wuhan-r1"}
    assert own["wuhan-r1"] == Transport(ca_file=str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigError, match=r"collector\.transports\.wuhan-r1\.ca_file"):
        check_files(settings)


def test_a_transport_of_a_router_that_there_is_not_is_refused(tmp_path: Path) -> None:
    text = f'inventory = "{REFERENCE_INVENTORY}"\n[collector.transports.wuhan-r9]\ninsecure = true\n'
    with pytest.raises(ConfigError, match=r"no router 'wuhan-r9' in .*wuhan-r1") as refused:
        load_inventory(load(written(tmp_path, text)))
    assert refused.value.key == "collector.transports.wuhan-r9"
