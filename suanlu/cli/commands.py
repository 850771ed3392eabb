"""All commands together."""

from typing import Annotated

import typer

from suanlu.cli.alert import app as alert
from suanlu.cli.check_config import check_config
from suanlu.cli.demo import demo
from suanlu.cli.fault import fault
from suanlu.cli.flow import flow
from suanlu.cli.maintenance import app as maintenance
from suanlu.cli.path import path
from suanlu.cli.report import report
from suanlu.cli.serve import serve
from suanlu.cli.simulate import simulate
from suanlu.cli.token import app as token
from suanlu.cli.topology import topology
from suanlu.cli.whatif import whatif
from suanlu.version import version

app = typer.Typer(
    help="Telemetry, live topology and exact paths of a backbone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"suanlu {version()}")
        raise typer.Exit


@app.callback()
def suanlu(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Telemetry, live topology and exact paths of a backbone."""


for command, name in (
    (demo, "demo"),
    (serve, "serve"),
    (simulate, "simulate"),
    (fault, "fault"),
    (path, "path"),
    (topology, "topology"),
    (whatif, "whatif"),
    (report, "report"),
    (check_config, "check-config"),
):
    app.command(name)(command)
app.add_typer(alert, name="alert")
app.add_typer(maintenance, name="maintenance")
app.add_typer(flow, name="flow")
app.add_typer(token, name="token")
