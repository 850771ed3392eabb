"""The inventory: what is refused, and with which words."""

import re
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


def router(**changes: str) -> dict[str, object]:
    """The inventory's router a, changed."""
    at_a, at_z = small().routers
    return {"routers": (msgspec.structs.replace(at_a, **changes), at_z)}


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
        (
            {"sites": (msgspec.structs.replace(SITE, primary_router="b-r9"),)},
            "its primary_router 'b-r9' is none of its routers",
        ),
        (router(platform="cisco"), "router a: platform 'cisco' is none of cisco-iosxr, juniper-junos"),
        (router(profile="eos"), "router a: profile 'eos' is none of"),
        (router(loopback_ipv4="10.0.0.256"), "router a: loopback_ipv4 '10.0.0.256' is no IPv4 address"),
        (router(loopback_ipv4="10.0.0.1/32"), "loopback_ipv4 '10.0.0.1/32' is no IPv4 address"),
        (router(loopback_ipv6="10.0.0.1"), "router a: loopback_ipv6 '10.0.0.1' is no IPv6 address"),
        (router(target="r1.example"), "router a: target 'r1.example' is no <host>:<port>"),
        (router(target="r1.example:"), "is no <host>:<port>"),
        (router(target=":57400"), "is no <host>:<port>"),
        (router(target="r1:65536"), "is no <host>:<port>"),
        (router(target="https://r1:57400"), "is no <host>:<port>"),
        (router(target="2001:db8::1:57400"), "is no <host>:<port>"),
        (
            {
                "circuits": (
                    circuit(
                        "c1",
                        "a",
                        "z",
                        a_member_interfaces=("m1", "m2"),
                        z_member_interfaces=("n1",),
                        min_links=2,
                    ),
                )
            },
            "circuit c1: min_links 2 is above the number of member interfaces of its z-end: at most 1",
        ),
    ],
)
def test_inventory_that_contradicts_itself_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InventoryError, match=re.escape(words)):
        small(**changes)


@pytest.mark.parametrize(
    "target", ["192.0.2.1:57400", "[2001:db8::1]:1", "r1.dc-a.example:65535", "r_1:57400"]
)
def test_target_is_host_and_port(target: str) -> None:
    assert small(**router(target=target, loopback_ipv4="192.0.2.1", loopback_ipv6="2001:db8::1"))


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
