"""Ten nights on the reference backbone: how many messages each receiver gets, and what they say.

`pytest -s tests/unit/alerts/test_ten_nights.py` prints the table, and one message in two languages.
"""

import random
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.kit.night import RECEIVERS, Night

CIRCUIT = "wuhan-changsha-1"
GROUP = "crossing:yangtze-nanjing-1"
HOUR = 3600.0


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    names = [one["name"] for one in RECEIVERS]
    rows = [f"\n{'night':18}" + "".join(f"{name:>8}" for name in names)]
    yield rows
    print("\n".join(rows))


@pytest.fixture
async def night(request: pytest.FixtureRequest, table: list[str]) -> AsyncIterator[Night]:
    night = Night()
    await night.wait(60, 30)
    assert night.firing() == []
    yield night
    assert night.firing() == []  # the end of each is always told
    if not request.node.name.startswith("test_night_of_"):
        return
    name = request.node.name.removeprefix("test_night_of_").replace("_", " ")
    table.append(f"{name:18}" + "".join(f"{count:>8}" for count in night.counts().values()))
    table.extend(f"{'':14}{line}" for line in night.told())


async def test_night_of_a_cut(night: Night) -> None:
    await night.fault("cut", CIRCUIT)
    await night.wait(60)
    await night.wait(1200, 30)
    await night.fault("restore", CIRCUIT)
    await night.wait(900, 30)
    assert night.told() == [f"firing CircuitDown {CIRCUIT}", f"resolved CircuitDown {CIRCUIT}"]
    assert night.counts() == {"noc": 2, "duty": 0, "wuhan": 2, "optics": 0}


async def test_night_of_a_duct(night: Night) -> None:
    await night.fault("cut", GROUP)
    await night.wait(60)
    await night.wait(1200, 30)
    await night.fault("restore", GROUP)
    await night.wait(900, 30)
    # the update after five minutes tells what the cut brought: full links, sites on one cut, longer ways
    assert night.told() == [f"firing SrlgDown {GROUP}"] * 2 + [f"resolved SrlgDown {GROUP}"]
    update = night.messages("noc")[1]["alerts"][0]["annotations"]
    assert "; since then: " in update["description"]
    assert "site hefei" in update["children"]
    for words in (night.words("en"), night.words("zh")):
        print(f"\n{words}")
    assert "\nAffects: cuts 0 pairs, slows " in night.words("en")
    assert "/docs/runbooks/srlg_down\n" in night.words("en")
    assert f"&select=srlg:{GROUP}\n" in night.words("zh")


async def test_night_of_a_reboot(night: Night) -> None:
    await night.fault("cut", "wuhan-r1")
    await night.wait(180)
    await night.fault("restore", "wuhan-r1")
    await night.wait(900, 30)
    assert night.told() == ["firing RouterUnreachable wuhan-r1", "resolved RouterUnreachable wuhan-r1"]


async def test_night_of_a_flap(night: Night) -> None:
    for _ in range(12):
        await night.fault("cut", CIRCUIT)
        await night.wait(20, 10)
        await night.fault("restore", CIRCUIT)
        await night.wait(40, 10)
    await night.wait(1200, 30)
    down, up = f"firing CircuitDown {CIRCUIT}", f"resolved CircuitDown {CIRCUIT}"
    flaps = [f"firing Flapping {CIRCUIT}", f"resolved Flapping {CIRCUIT}"]
    assert night.told() == [down, up, down, up, down, *flaps]  # of twelve falls
    assert "came and went 3 times" in night.messages("noc")[5]["alerts"][0]["annotations"]["description"]


async def test_night_of_a_blind_collector(night: Night) -> None:
    for router in night.world.network.routers:
        await night.world.faults.do("mute", router)
    await night.wait(300, 10)
    for router in night.world.network.routers:
        await night.world.faults.do("unmute", router)
    await night.wait(300, 30)
    name = night.inventory.name
    assert night.told() == [f"firing TelemetryLost {name}", f"resolved TelemetryLost {name}"]


async def test_night_of_a_maintenance(night: Night) -> None:
    night.maintain(CIRCUIT, HOUR)
    await night.wait(300, 30)
    await night.fault("cut", CIRCUIT)  # the crew opens the splice
    await night.wait(900, 30)
    await night.fault("restore", CIRCUIT)
    await night.wait(HOUR - 1200, 60)
    night.maintained(CIRCUIT)
    await night.wait(300, 30)
    assert night.told() == []


async def test_night_of_congestion(night: Night) -> None:
    await night.fault("congest", "chongqing-wuhan-1")
    await night.wait(1200, 30)
    await night.fault("restore", "chongqing-wuhan-1")
    await night.wait(900, 30)
    name = "chongqing-wuhan-1"
    assert night.told() == [f"firing UtilisationCritical {name}", f"resolved UtilisationCritical {name}"]
    assert night.counts()["duty"] == 2


async def test_night_of_optical_decay(night: Night) -> None:
    await night.wait(7 * HOUR, 600)  # what is usual is known after two slots of three hours
    for _ in range(3):
        await night.fault("dim", CIRCUIT)
        await night.wait(900, 30)
    await night.fault("degrade", CIRCUIT)  # now packets are damaged, too: of the same cause
    await night.wait(300, 30)
    await night.fault("restore", CIRCUIT)
    await night.wait(1500, 30)
    rules = ["firing OpticalPowerFalling", "firing OpticalPowerLow", "resolved OpticalPowerLow"]
    assert [told.rpartition(" ")[0] for told in night.told()] == rules
    assert night.counts()["optics"] == 3


async def test_night_of_a_miswiring(night: Night) -> None:
    await night.fault("miswire", CIRCUIT)
    await night.wait(600, 30)
    await night.fault("restore", CIRCUIT)
    await night.wait(300, 30)
    assert night.told() == [f"firing Miswired {CIRCUIT}", f"resolved Miswired {CIRCUIT}"]


async def test_night_of_a_storm(night: Night) -> None:
    names = sorted(night.world.network.circuits)
    lost = random.Random(5).sample(names, len(names) // 5)
    for circuit in lost:
        await night.world.faults.do("cut", circuit)
        await night.wait(1, 1)
    await night.wait(60)
    await night.wait(1200, 30)
    for circuit in lost:
        await night.world.faults.do("restore", circuit)
    await night.wait(900, 30)
    told = night.told()
    assert len(told) < len(lost)  # fewer than one a circuit, with the ends of all
    assert told[-1] == f"resolved OutageStorm {night.inventory.name}"


async def test_what_was_measured_before_a_restart_is_not_told_again_and_ends(night: Night) -> None:
    await night.fault("congest", "chongqing-wuhan-1")
    await night.wait(600, 30)
    (alert,) = night.manager.alerts()
    night.restart()
    await night.wait(300, 30)
    assert [one.id for one in night.manager.alerts()] == [alert.id]
    await night.fault("restore", "chongqing-wuhan-1")
    await night.wait(900, 30)
    name = "chongqing-wuhan-1"
    assert night.told() == [f"firing UtilisationCritical {name}", f"resolved UtilisationCritical {name}"]
