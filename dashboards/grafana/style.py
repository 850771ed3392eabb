"""What all boards share: variables, thresholds, sizes of panels."""

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models

from dashboards.grafana.influxql import DATASOURCE, InfluxQL

Panel = stat.Panel | table.Panel | timeseries.Panel
GREEN, LIGHT, YELLOW, ORANGE, RED = "green", "semi-dark-green", "yellow", "orange", "red"


def thresholds(*steps: tuple[float | None, str]) -> board.ThresholdsConfig:
    """Return absolute thresholds; the first step's value is None: from below."""
    return (
        board.ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps([models.Threshold(value=value, color=color) for value, color in steps])
    )


def use_thresholds() -> board.ThresholdsConfig:
    """The colours of use, the same as on the weathermap: 0-50-70-80-90-100 %."""
    return thresholds((None, GREEN), (0.5, LIGHT), (0.7, YELLOW), (0.8, ORANGE), (0.9, RED))


def any_is_bad() -> board.ThresholdsConfig:
    """Green at nothing, red at anything."""
    return thresholds((None, GREEN), (1, RED))


def datasource_variable() -> board.DatasourceVariable:
    """The store, chosen at the top of the board."""
    return board.DatasourceVariable("datasource").label("Store").type("influxdb")


def tag_variable(name: str, label: str, query: str) -> board.QueryVariable:
    """A variable of tag values, several or all, read again when the time range changes."""
    everything = models.VariableOption(selected=True, text="All", value="$__all")
    return (
        board.QueryVariable(name)
        .label(label)
        .query(query.strip())
        .datasource(DATASOURCE)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .current(everything)
    )


def number(title: str, description: str, unit: str, query: str) -> stat.Panel:
    """A single number in colour, the last value of its query."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit(unit)
        .height(4)
        .span(4)
        .no_value("no data")
        .color_mode(common.BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(common.BigValueGraphMode.NONE)
        .reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(InfluxQL(query))
    )


def graph(title: str, description: str, unit: str) -> timeseries.Panel:
    """Lines over time, half the board wide; gaps stay gaps."""
    legend = (
        common_builders.VizLegendOptions()
        .display_mode(common.LegendDisplayMode.TABLE)
        .placement(common.LegendPlacement.RIGHT)
        .calcs(["lastNotNull", "max"])
        .show_legend(True)
        .sort_by("Last *")
        .sort_desc(True)
    )
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit(unit)
        .height(9)
        .span(12)
        .min(0)
        .line_width(1)
        .fill_opacity(8)
        .show_points(common.VisibilityMode.NEVER)
        .span_nulls(False)
        .legend(legend)
        .tooltip(common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
    )


def rows(title: str, description: str) -> table.Panel:
    """A table, half the board wide."""
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .height(9)
        .span(12)
        .no_value("no data")
    )
