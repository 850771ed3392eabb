"""The inventory: what is refused, and with which words."""

from pathlib import Path

import msgspec
import pytest

from tests.kit.telemetry import backbone, circuit
from topology import Inventory
from topology.errors import InventoryError, SuanluError
from topology.inventory import Circuit, Router, Site, Srlg

REFERENCE = Path(__file__).parents[3] / "suanlu" / "reference-backbone.json"


def test_reference_backbone_is_read_and_written_back_the_same():
    inventory = Inventory.load(REFERENCE)
    counts = (len(inventory.sites), len(inventory.routers), len(inventory.circuits))
    assert counts == (28, 42, 76)
    assert Inventory.from_json(inventory.to_json()) == inventory


def small(**changes: object) -> Inventory:
    inventory = backbone(circuit("c1", "a", "z"))
    return Inventory(**{**msgspec.structs.asdict(inventory), **changes})


SITE = Site(id="s", name_en="S", name_zh="S", lat=0, lon=0)
A, Z = (Router(id=name, site="s", platform="openconfig") for name in ("a", "z"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"routers": (Router(id="A", site="at-a", platform="x"),)}, "'A' is no id"),
        ({"routers": (Router(id="a", site="nowhere", platform="x"),)}, "there is no site 'nowhere'"),
        ({"circuits": (circuit("c1", "a", "b"),)}, "there is no router 'b'"),
        ({"circuits": (circuit("c1", "a", "a"),)}, "both ends are on a"),
        ({"circuits": (circuit("a", "a", "z"),)}, "the id 'a' is used 2 times"),
        ({"circuits": (circuit("c1", "a", "z", srlgs=("duct:x",)),)}, "there is no SRLG 'duct:x'"),
        ({"srlgs": (Srlg(id="x", value=1, kind="duct"),)}, "'x' is no SRLG id"),
        (
            {
                "circuits": (
                    circuit("c1", "a", "z", a_interface="e"),
                    circuit("c2", "a", "z", a_interface="e"),
                )
            },
            "interface a:e ends 2 circuits",
        ),
        (
            {"sites": (msgspec.structs.replace(SITE, prefixes=("10.0.0.1/8",)),), "routers": (A, Z)},
            "no IP prefix",
        ),
    ],
)
def test_inventory_that_contradicts_itself_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InventoryError, match=words):
        small(**changes)


def test_unknown_key_is_refused_with_its_place():
    data = small().to_json().replace(b'"capacity_bps"', b'"capacity"')
    with pytest.raises(InventoryError, match=r"\$\.circuits\[0\]"):
        Inventory.from_json(data)


def test_port_that_is_its_own_member_ends_one_circuit():
    assert small(circuits=(circuit("c1", "a", "z", a_interface="e", a_member_interfaces=("e",)),))


def test_missing_file_is_an_error_of_ours_that_names_it(tmp_path):
    with pytest.raises(SuanluError, match=r"nothing\.json cannot be read"):
        Inventory.load(tmp_path / "nothing.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(ValueError, match=r"broken\.json: not a usable inventory"):
        Inventory.load(broken)


@pytest.mark.parametrize("field", ["te_metric", "igp_metric"])
def test_metrics_are_wide_metrics_of_24_bits(field):
    fields = {**msgspec.to_builtins(circuit("c1", "a", "z")), field: 1 << 24}
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(fields, Circuit)
