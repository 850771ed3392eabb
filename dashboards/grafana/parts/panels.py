"""Panels by what they show: a number, lines, rows, bars, states. Half a board wide unless said otherwise."""

from typing import Any, Literal, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    geomap,
    nodegraph,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models

from dashboards.grafana.parts.colors import ANY_IS_BAD, GREEN, PLAIN, RED, Steps, thresholds
from dashboards.grafana.parts.influxql import DATASOURCE, InfluxQL

Panel = (
    stat.Panel
    | table.Panel
    | timeseries.Panel
    | bargauge.Panel
    | statetimeline.Panel
    | nodegraph.Panel
    | geomap.Panel
)
Any_ = TypeVar("Any_", bound=Any)
NO_DATA = "no data"
WIDE, HALF, THIRD, SIXTH = 24, 12, 8, 4


def named(panel: Any_, title: str, description: str, *targets: Builder[Any], unit: str, steps: Steps) -> Any_:
    """Give a panel what all have: title, description, unit, thresholds, queries, a word for nothing."""
    panel.title(title).description(description).unit(unit).thresholds(thresholds(steps)).no_value(NO_DATA)
    panel.datasource(DATASOURCE)
    for target in targets:
        panel.with_target(target)
    return panel


def number(
    title: str, description: str, unit: str, *targets: Builder[Any], steps: Steps = PLAIN
) -> stat.Panel:
    """A single number in colour, the last value of its query; a sixth of a board wide."""
    return (
        named(stat.Panel(), title, description, *targets, unit=unit, steps=steps)
        .height(4)
        .span(SIXTH)
        .color_mode(common.BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(common.BigValueGraphMode.NONE)
        .reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def link_ends_down(where: str) -> stat.Panel:
    """How many ends of links are not up, of those that an InfluxQL condition chooses."""
    ends = InfluxQL(
        f"""SELECT count("up") - sum("up") FROM (SELECT last("oper_up") AS "up" FROM "ifstate"
                WHERE {where} GROUP BY "source", "name")"""
    )
    description = "Interfaces of links whose last reported state is not up."
    return number("Link ends down", description, "short", ends, steps=ANY_IS_BAD)


def graph(
    title: str, description: str, unit: str, *targets: Builder[Any], steps: Steps = PLAIN
) -> timeseries.Panel:
    """Lines over time from 0 up; gaps stay gaps, thresholds other than the first are drawn as lines."""
    return signed(title, description, unit, *targets, steps=steps).min(0)


def signed(
    title: str, description: str, unit: str, *targets: Builder[Any], steps: Steps = PLAIN
) -> timeseries.Panel:
    """As `graph`, for values that may be below 0."""
    legend = (
        common_builders.VizLegendOptions()
        .display_mode(common.LegendDisplayMode.TABLE)
        .placement(common.LegendPlacement.RIGHT)
        .calcs(["lastNotNull", "max"])
        .show_legend(True)
        .sort_by("Last *")
        .sort_desc(True)
    )
    drawn = common.GraphThresholdsStyleMode.DASHED if len(steps) > 1 else common.GraphThresholdsStyleMode.OFF
    return (
        named(timeseries.Panel(), title, description, *targets, unit=unit, steps=steps)
        .height(9)
        .span(HALF)
        .line_width(1)
        .fill_opacity(8)
        .show_points(common.VisibilityMode.NEVER)
        .span_nulls(False)
        .legend(legend)
        .tooltip(common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
        .thresholds_style(common_builders.GraphThresholdsStyleConfig().mode(drawn))
    )


def rows(
    title: str,
    description: str,
    unit: str,
    *targets: Builder[Any],
    steps: Steps = PLAIN,
    cells: Literal["color-text", "color-background"] = "color-text",
) -> table.Panel:
    """A table; numbers are coloured by the thresholds where there are any."""
    panel = named(table.Panel(), title, description, *targets, unit=unit, steps=steps).height(9).span(HALF)
    if len(steps) > 1:
        in_color = models.DynamicConfigValue("custom.cellOptions", {"type": cells})
        panel.color_scheme(_by_thresholds()).override_by_field_type("number", [in_color])
    return panel


def bars(
    title: str, description: str, unit: str, *targets: Builder[Any], steps: Steps = PLAIN
) -> bargauge.Panel:
    """A bar a row or series, the greatest value shown on it."""
    return (
        named(bargauge.Panel(), title, description, *targets, unit=unit, steps=steps)
        .height(9)
        .span(HALF)
        .min(0)
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.BASIC)
        .reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def states(
    title: str, description: str, *targets: Builder[Any], words: dict[str, tuple[str, str]] | None = None
) -> statetimeline.Panel:
    """States over time; `words`: what is said for a value, and its colour. Without, texts are as they are."""
    steps: Steps = ((None, RED), (1, GREEN)) if words else PLAIN
    panel = (
        named(statetimeline.Panel(), title, description, *targets, unit="string", steps=steps)
        .height(9)
        .span(HALF)
        .show_value(common.VisibilityMode.AUTO)
        .row_height(0.8)
        .fill_opacity(80)
        .merge_values(True)
    )
    if words:
        results = {
            value: models.ValueMappingResult(text=text, color=color, index=place)
            for place, (value, (text, color)) in enumerate(words.items())
        }
        panel.mappings([models.ValueMap(options=results)]).color_scheme(_by_thresholds())
    return panel


UP_DOWN = {"1": ("up", GREEN), "0": ("down", RED)}


def _by_thresholds() -> FieldColor:
    return FieldColor().mode(models.FieldColorModeId.THRESHOLDS)
