"""Queries to Suanlu's own API, through Grafana's Infinity data source."""

from dataclasses import dataclass, field
from typing import Any

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

API_TYPE = "yesoreyeram-infinity-datasource"
API = DataSourceRef(type_val=API_TYPE, uid="${api}")


@dataclass
class JsonQuery(Dataquery):
    """A GET of a path of the API, as Infinity keeps it in a board's JSON."""

    path: str
    root_selector: str
    ref_id: str
    result_format: str
    columns: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what the SDK's encoder writes."""
        return {
            "datasource": API,
            "type": "json",
            "parser": "backend",
            "source": "url",
            "url": self.path,
            "url_options": {"method": "GET"},
            "root_selector": self.root_selector,
            "format": self.result_format,
            "columns": self.columns,
            "refId": self.ref_id,
        }


class Json(Builder[Dataquery]):
    """Builds a `JsonQuery`; the geomap styles edges only of the query that is called `edges`."""

    def __init__(self, path: str, root_selector: str, *, ref_id: str = "A") -> None:
        self._query = JsonQuery(path, root_selector, ref_id, "table")

    def build(self) -> JsonQuery:
        """Return the query."""
        return self._query

    def frames(self, kind: str) -> "Json":
        """Give `nodes` or `edges` of a graph."""
        self._query.result_format = f"node-graph-{kind}"
        return self

    def column(self, selector: str, text: str, kind: str = "string") -> "Json":
        """Name a column; without any, Infinity takes all fields as they are."""
        self._query.columns.append({"selector": selector, "text": text, "type": kind})
        return self
