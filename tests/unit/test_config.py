"""The configuration: every message names the key and shows what is allowed."""

from pathlib import Path

import pytest

from suanlu.config import ConfigError, load, load_inventory, parse
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
            "alerts.receivers[0].secret_file",
            "`secret_file` is required",
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
