"""`suanlu demo`: everything at once, on this machine, with nothing to install."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def demo(
    port: Annotated[int, typer.Option(help="where the page and the API are", min=1, max=65535)] = 8437,
    data: Annotated[Path, typer.Option(help="where history is kept between runs")] = Path("demo-data"),
    day: Annotated[str, typer.Option(help="how long a simulated day lasts")] = "15m",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="log what goes well, too")] = False,
) -> None:
    """Simulate a backbone, watch it, and show it. Ctrl-C ends it.

    Example: [bold]suanlu demo --port 8437 --data demo-data[/]
    """
    import time  # noqa: PLC0415

    from suanlu import logs  # noqa: PLC0415 -- the rooms are heavy; `suanlu --help` is not
    from suanlu.data_directory import owned  # noqa: PLC0415
    from suanlu.ports import refuse_taken_port  # noqa: PLC0415
    from suanlu.serving import Ending, until_signal  # noqa: PLC0415
    from suanlu.simulator_process import SimulatorProcess  # noqa: PLC0415

    logs.configure(verbose=verbose)
    console = Console(soft_wrap=True, highlight=False)

    def started(url: str) -> None:
        console.print(f"\nSuanlu shows a simulated backbone at [bold]{url}/[/]  (Ctrl-C ends it)\n")
        prefix = "" if port == 8437 else f"SUANLU_URL={url} "
        for number, (command, what) in enumerate(_TRIES, 1):
            console.print(f"  {number}. {prefix}{command}")
            console.print(f"     [dim]{what}[/]")
        console.print()

    refuse_taken_port("127.0.0.1", port)

    async def main(ending: Ending) -> None:
        def write(line: str) -> None:
            console.print(line, markup=False)

        async with SimulatorProcess(data, day=day) as simulator:
            from suanlu.demo import Demo  # noqa: PLC0415 -- the simulator starts while this is read

            demo = Demo(data, port, now_ns=time.time_ns, write=write)
            await demo.run(simulator, ending, started=started)
        console.print("The demo has ended; its history stays in", str(data))

    with owned(data):
        until_signal(main)


_TRIES = (
    ("suanlu fault cut wuhan-changsha-1", "watch its two half-lines on the page, and the webhook here"),
    (
        "suanlu path shenzhen wuhan --min-bandwidth 100G",
        "the best path, where packets go, and why they differ",
    ),
    (
        "suanlu fault restore wuhan-changsha-1",
        "it comes back after a hold: 5 s at first, twice as long with each flap",
    ),
)
