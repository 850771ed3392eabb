"""`suanlu simulate`: a backbone of real gNMI servers on this machine."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def _day_seconds(text: str) -> float:
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.replace(".", "", 1).isdigit() or float(number) <= 0:
        raise typer.BadParameter(f"{text!r} is no duration: write 900s, 15m or 24h")
    return float(number) * units[unit]


def simulate(  # noqa: PLR0917 -- typer makes the options of them
    inventory: Annotated[
        Path | None, typer.Option(help="an inventory file; default the reference backbone")
    ] = None,
    out: Annotated[Path, typer.Option(help="where inventory.json, with the targets, is written")] = Path(
        "simulated"
    ),
    base_port: Annotated[int, typer.Option(help="router i listens on this + i; 0: free ports")] = 57400,
    free_if_taken: Annotated[
        bool, typer.Option("--free-if-taken", help="free ports where one of those is taken")
    ] = False,
    control_port: Annotated[int, typer.Option(help="where faults are taken; 0: a free port")] = 0,
    seed: Annotated[int, typer.Option(help="the same seed gives the same world")] = 1,
    day: Annotated[str, typer.Option(help="how long a simulated day lasts")] = "15m",
    with_parent: Annotated[bool, typer.Option(hidden=True, help="end when stdin is closed")] = False,
) -> None:
    """Simulate a backbone: one gNMI server a router, traffic, delay, faults. Ctrl-C ends it.

    Example: [bold]suanlu simulate --out simulated --base-port 57400[/]
    """
    from suanlu import logs  # noqa: PLC0415 -- gRPC is heavy; `suanlu --help` is not
    from suanlu.serving import Ending, until_signal  # noqa: PLC0415
    from suanlu.simulator import SimulatedBackbone, SimulatorSettings  # noqa: PLC0415
    from suanlu.simulator.command import run_simulator  # noqa: PLC0415
    from suanlu.simulator_process import REFERENCE_INVENTORY  # noqa: PLC0415

    logs.configure()
    settings = SimulatorSettings(
        base_port=base_port,
        free_if_taken=free_if_taken,
        control_port=control_port,
        seed=seed,
        day_s=_day_seconds(day),
    )
    console = Console(soft_wrap=True)

    def tell(backbone: SimulatedBackbone, _control_url: str) -> None:
        if not with_parent:
            console.print(
                f"{len(backbone.servers)} routers listen, see {out / 'inventory.json'}  (Ctrl-C ends them)"
            )

    async def main(ending: Ending) -> None:
        stop = ending.stop
        async with asyncio.TaskGroup() as group:
            simulation = group.create_task(
                run_simulator(inventory or REFERENCE_INVENTORY, out, settings, started=tell)
            )
            parent = group.create_task(_parent_gone(stop)) if with_parent else None
            await stop.wait()
            simulation.cancel()
            if parent is not None:
                parent.cancel()

    until_signal(main)


async def _parent_gone(stop: asyncio.Event) -> None:
    """Set `stop` when stdin ends: whoever started us has gone, however suddenly."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        await reader.read()
        stop.set()
    finally:
        transport.close()
