"""Colours and strokes: the same picture for a light page and for a dark one."""

from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PLACE = Path(__file__).parents[1] / "results"

mpl.rcParams.update({
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.hashsalt": "suanlu",  # the same file from the same results
    "svg.fonttype": "path",
    "axes.spines.top": False,
    "axes.spines.right": False,
})  # fmt: skip


class Theme(NamedTuple):
    """`peers`: a colour for each library."""

    name: str
    ink: str
    quiet: str
    faint: str
    ours: str
    peers: dict[str, str]

    def peer(self, name: str) -> str:
        """The colour of a peer by its library, the first word of its name."""
        return self.peers[library(name)]

    def calm(self, axes: Axes) -> None:
        """Axes that stand back behind what they show."""
        axes.patch.set_alpha(0)
        axes.tick_params(colors=self.quiet, length=0, which="both")
        for spine in axes.spines.values():
            spine.set_color(self.faint)
        axes.set_axisbelow(True)


def library(peer: str) -> str:
    """The library of a peer: `scipy` of `scipy, Suurballe`."""
    return peer.partition(",")[0]


LIBRARIES = ("networkit", "scipy", "igraph", "rustworkx", "networkx", "cspy", "HiGHS")
LIGHT = Theme(
    name="light",
    ink="#1f2328",
    quiet="#59636e",
    faint="#d1d9e0",
    ours="#cf222e",
    peers=dict(
        zip(
            LIBRARIES,
            ("#0969da", "#1a7f37", "#8250df", "#bc4c00", "#6e7781", "#9a6700", "#bf3989"),
            strict=True,
        )
    ),
)
DARK = Theme(
    name="dark",
    ink="#f0f6fc",
    quiet="#9198a1",
    faint="#3d444d",
    ours="#ff7b72",
    peers=dict(
        zip(
            LIBRARIES,
            ("#4493f8", "#3fb950", "#ab7df8", "#f0883e", "#8b949e", "#d29922", "#db61a2"),
            strict=True,
        )
    ),
)


def save(figure: Figure, name: str, theme: Theme, place: Path = PLACE) -> Path:
    """Write a picture, its ground left to the page."""
    path = place / f"{name}-{theme.name}.svg"
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    return path
