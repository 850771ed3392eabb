"""What a query may name, and in which order it is tried."""

import pytest

from suanlu.api.endpoints import Endpoints
from tests.unit.api.backbone import SQUARE
from topology.errors import UnknownNode
from topology.inventory import Inventory


@pytest.fixture(scope="module")
def endpoints() -> Endpoints:
    return Endpoints(Inventory.from_json(SQUARE))


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("a", "a"),
        ("a2", "a2"),
        ("198.18.1.0/24", "a"),
        ("198.18.1.77", "a"),
        ("192.0.2.1", "a1"),
        ("a1:to-b1/ab-1", "a1"),
    ],
)
def test_names_resolve(endpoints: Endpoints, name: str, node: str) -> None:
    assert endpoints.resolve(name) == node


@pytest.mark.parametrize(
    "name", ["", "A", "198.18.9.1", "198.18.0.0/16", "a1:", "a1:none", "a9", "ab-1", "::1"]
)
def test_other_names_are_unknown(endpoints: Endpoints, name: str) -> None:
    with pytest.raises(UnknownNode):
        endpoints.resolve(name)


def test_near_names_are_shown(endpoints: Endpoints) -> None:
    with pytest.raises(UnknownNode) as raised:
        endpoints.resolve("a1:to-b1/ab-2")
    assert raised.value.near[0] == "a1:to-b1/ab-1"
