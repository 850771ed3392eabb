"""Queries to InfluxDB; the Grafana SDK has builders for many stores, but none for this one."""

from dataclasses import dataclass
from typing import Any, Literal

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

DATASOURCE = DataSourceRef(type_val="influxdb", uid="${datasource}")
ResultFormat = Literal["time_series", "table"]


@dataclass
class InfluxQuery(Dataquery):
    """A query as the InfluxDB data source keeps it in a board's JSON."""

    query: str
    result_format: ResultFormat
    alias: str
    ref_id: str
    annotation: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what the SDK's encoder writes."""
        return {
            "datasource": DATASOURCE,
            "query": self.query,
            "rawQuery": True,
            "refId": self.ref_id,
            "resultFormat": self.result_format,
            **({"alias": self.alias} if self.alias else {}),
            **(self.annotation or {}),
        }


class InfluxQL(Builder[Dataquery]):
    """Builds an `InfluxQuery`. In `alias`, `$tag_<name>` is the value of a tag that the query groups by."""

    def __init__(self, query: str, *, ref_id: str = "A") -> None:
        self._query = InfluxQuery(" ".join(query.split()), "time_series", "", ref_id)

    def build(self) -> InfluxQuery:
        """Return the query."""
        return self._query

    def alias(self, alias: str) -> "InfluxQL":
        """Name the series."""
        self._query.alias = alias
        return self

    def named(self, ref_id: str) -> "InfluxQL":
        """Give the query another letter, for the second and third of a panel."""
        self._query.ref_id = ref_id
        return self

    def table(self) -> "InfluxQL":
        """Give rows instead of time series."""
        self._query.result_format = "table"
        return self

    def annotation(self, *, text: str, tags: str) -> "InfluxQL":
        """Make events of the rows: these columns are their text and their tags."""
        self._query.annotation = {"fromAnnotations": True, "textColumn": text, "tagsColumn": tags}
        return self


def each_second(field: str, where: str, tags: str) -> str:
    """The rate of a counter of `ifcounters`, for each set of tags; a counter that starts anew is left out."""
    return f"""SELECT non_negative_derivative(last("{field}"), 1s) FROM "ifcounters" WHERE {where}
        GROUP BY time($__interval), {tags} fill(none)"""
