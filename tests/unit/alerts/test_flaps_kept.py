"""What came and went before a restart has come and gone after it."""

from tests.kit.alerting import World, small_inventory

CIRCUIT = "b-c-1"


def fall(world: World) -> None:
    world.set(CIRCUIT)
    world.wait(2000)
    world.set(CIRCUIT, state="up")
    world.wait(2000)


def test_falls_before_a_restart_count() -> None:
    world = World(small_inventory())
    fall(world)
    fall(world)
    world.restart(state="up")
    fall(world)
    assert list(world.firing()) == [f"flapping {CIRCUIT}"]


def test_what_comes_and_goes_is_still_one_alert_after_a_restart_and_ends_when_it_is_quiet() -> None:
    world = World(small_inventory())
    for _ in range(3):
        fall(world)
    (alert,) = world.firing().values()
    world.restart(state="up")
    assert [one.id for one in world.firing().values()] == [alert.id]
    fall(world)
    assert [one.id for one in world.firing().values()] == [alert.id]
    world.wait(2_000_000)
    assert not world.firing()
    assert world.told()[-1] == f"resolved flapping {CIRCUIT}"
