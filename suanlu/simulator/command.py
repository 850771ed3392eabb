"""`suanlu simulate`: run the simulated backbone until the task is cancelled."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.control import ControlServer
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator_process import REFERENCE_INVENTORY
from topology.inventory import Inventory


async def run_simulator(
    inventory: Path = REFERENCE_INVENTORY,
    out: Path | None = None,
    settings: SimulatorSettings | None = None,
    *,
    started: Callable[[SimulatedBackbone, str], None] | None = None,
) -> None:
    """Simulate the routers of an inventory file, with the control server, until cancelled.

    Writes `out`/inventory.json, the inventory with every router's `target`, then `out`/simulator.json,
    {"control": url}; both are written whole, and the second means that all listen. `started` is called
    with the backbone and that url. Raises InventoryError where the file is not usable and
    PortInUse where an address is taken.
    """
    given = Inventory.load(inventory)
    async with SimulatedBackbone(given, settings) as backbone, ControlServer(backbone) as control:
        if out is not None:
            _write(out / "inventory.json", backbone.inventory.to_json())
            _write(out / "simulator.json", msgspec.json.encode({"control": control.url}))
        if started is not None:
            started(backbone, control.url)
        await backbone.wait_failed()


def _write(path: Path, content: bytes) -> None:
    """Write beside it and rename, so that nobody reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)
