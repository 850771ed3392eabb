"""`python -m suanlu.simulator [--inventory F] [--out DIR] [--base-port N] [--seed S] [--day SECONDS]`."""

import argparse
import asyncio
import contextlib
from pathlib import Path

from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.command import DEFAULT_INVENTORY, run_simulator
from suanlu.simulator.settings import SimulatorSettings


def main() -> None:
    """Simulate until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m suanlu.simulator", description=main.__doc__)
    parser.add_argument("--inventory", type=Path, default=DEFAULT_INVENTORY, help="an inventory file")
    parser.add_argument("--out", type=Path, help="where inventory.json with the targets is written")
    parser.add_argument("--base-port", type=int, default=0, help="router i listens on this + i; 0: free")
    parser.add_argument("--control-port", type=int, default=0, help="of the control server; 0: free")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--day", type=float, default=900.0, help="seconds that a simulated day lasts")
    given = parser.parse_args()
    settings = SimulatorSettings(
        base_port=given.base_port, control_port=given.control_port, seed=given.seed, day_s=given.day
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_simulator(given.inventory, given.out, settings, started=_tell))


def _tell(backbone: SimulatedBackbone, control: str) -> None:
    for router in backbone.inventory.routers:
        print(f"{router.target}  {router.id}  {router.platform}")
    print(f"{len(backbone.servers)} routers are listening; control: {control}; Ctrl-C ends them", flush=True)


if __name__ == "__main__":
    main()
