"""`suanlu simulate`: run the simulated backbone until the task is cancelled."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings
from topology.inventory import Inventory


async def run_simulator(
    inventory: Path,
    out: Path | None = None,
    settings: SimulatorSettings | None = None,
    *,
    started: Callable[[SimulatedBackbone], None] | None = None,
) -> None:
    """Simulate the routers of an inventory file until cancelled.

    Writes `out`/inventory.json, the inventory with every router's `target`. Raises InventoryError where
    the file is not usable and PortInUseError where an address is taken.
    """
    async with SimulatedBackbone(Inventory.load(inventory), settings) as backbone:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - once, before anything waits
            (out / "inventory.json").write_bytes(backbone.inventory.to_json())
        if started is not None:
            started(backbone)
        await asyncio.Event().wait()
