"""Vendors' spellings."""

import pytest

from collector.normalise import admin_status, epoch_ns, oper_status, scaled, speed_bps, whole
from tests.kit.readers import START_NS


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("UP", "UP"), ("up", "UP"), ("IF_OPER_UP", "UP"), ("1", "UP"), (1, "UP"), ("im-state-up", "UP"),
        ("openconfig-interfaces:DOWN", "DOWN"), ("im-state-admin-down", "DOWN"), (2, "DOWN"),
        ("lowerLayerDown", "LOWER_LAYER_DOWN"), ("lower-layer-down", "LOWER_LAYER_DOWN"),
        ("7", "LOWER_LAYER_DOWN"), ("diagnosing", "TESTING"), ("never heard of", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)  # fmt: skip
def test_oper_status_is_the_openconfig_word(told: str | int | None, meant: str) -> None:
    assert oper_status(told) == meant


def test_admin_status_is_the_openconfig_word_or_none() -> None:
    assert [admin_status(told) for told in ("up", "enable", "DISABLED", "2", "perhaps")] == [
        "UP", "UP", "DOWN", "DOWN", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "bps"),
    [
        ("SPEED_400GB", 400 * 10**9),
        ("oc-eth:SPEED_1600GB", 1600 * 10**9),
        ("openconfig-if-ethernet:SPEED_2500MB", 2_500_000_000),
        ("100G", 100 * 10**9),
        ("SPEED_UNKNOWN", None),
        (0, None),
    ],
)
def test_speeds_are_bits_per_second(told: str | int, bps: int | None) -> None:
    assert speed_bps(told) == bps


@pytest.mark.parametrize("factor", [1, 10**3, 10**6, 10**9])
def test_times_are_nanoseconds_whatever_the_unit(factor: int) -> None:
    assert epoch_ns(str(START_NS // factor)) == START_NS // factor * factor
    assert epoch_ns(12345) is None


@pytest.mark.parametrize("told", [2**63, "1e400", "", None, True, [1], float("inf")])
def test_what_64_bits_do_not_hold_is_none(told: object) -> None:
    assert whole(told) is None  # type: ignore[arg-type]
    assert scaled(-1, 10) is None
