"""Links from a value to the board below it, and to the weathermap at that time.

`Where` says how a panel names things: `LABELS` where each series has the tags that its query groups by,
`COLUMNS` where they are columns of a table.
"""

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

Link = Builder[models.DashboardLink]
LABELS, COLUMNS = "__field.labels", "__data.fields"


def to_site(where: str, tag: str = "site") -> Link:
    """The board of a value's site."""
    return _link("Site", f"/d/suanlu-site?var-site=${{{where}.{tag}}}&${{__url_time_range}}")


def to_router(where: str, tag: str = "source") -> Link:
    """The board of a value's router."""
    return _link(
        "Router", f"/d/suanlu-router?var-site=$__all&var-router=${{{where}.{tag}}}&${{__url_time_range}}"
    )


def to_interface(where: str) -> Link:
    """The board of a value's interface."""
    chosen = f"var-site=$__all&var-router=${{{where}.source}}&var-interface=${{{where}.name}}"
    return _link("Interface", f"/d/suanlu-interface?{chosen}&${{__url_time_range}}")


def to_pair(where: str) -> Link:
    """The board of a value's two sites."""
    return _link("Path", f"/d/suanlu-path?var-a=${{{where}.a}}&var-z=${{{where}.z}}&${{__url_time_range}}")


def to_map(where: str, kind: str = "link", tag: str = "link", mode: str = "now") -> Link:
    """The weathermap at the end of the time shown, with a value's link, router or site selected."""
    return to_map_of(f"{kind}:${{{where}.{tag}}}", mode)


def to_map_of(selected: str, mode: str = "now") -> Link:
    """The weathermap at the end of the time shown, with `<kind>:<id>` selected."""
    url = f"${{suanlu}}/#at=${{__to:date:iso}}&select={selected}&mode={mode}"
    return _link("Weathermap", url, other_window=True)


def to_map_then(column: str, selected: str) -> Link:
    """The weathermap at the time in a column of a table, with `<kind>:<id>` selected."""
    url = f"${{suanlu}}/#at=${{{COLUMNS}.{column}}}&select={selected}&mode=now"
    return _link("Weathermap then", url, other_window=True)


def boards() -> Link:
    """A menu of all boards, at the top of each."""
    return (
        board.DashboardLink("Boards")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags(["suanlu"])
        .as_dropdown(True)
        .include_vars(False)
        .keep_time(True)
    )


def weathermap() -> Link:
    """The weathermap at the end of the time shown, at the top of each board."""
    return (
        _link("Weathermap", "${suanlu}/#at=${__to:date:iso}&mode=now", other_window=True)
        .type(models.DashboardLinkType.LINK)
        .icon("external link")
    )


def _link(title: str, url: str, *, other_window: bool = False) -> board.DashboardLink:
    return board.DashboardLink(title).url(url).target_blank(other_window)
