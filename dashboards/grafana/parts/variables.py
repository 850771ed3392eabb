"""What is chosen at the top of a board: the store, where Suanlu is, and a chain site, router, interface."""

from grafana_foundation_sdk.builders import dashboard as board
from grafana_foundation_sdk.models import dashboard as models

from dashboards.grafana.parts.infinity import API_TYPE
from dashboards.grafana.parts.influxql import DATASOURCE

SITE, ROUTER, INTERFACE = "site", "router", "interface"
_OF_SITE = """ "site" =~ /^$site$/ """
_OF_ROUTER = """ "source" =~ /^$router$/ """


def store() -> board.DatasourceVariable:
    """The InfluxDB with Suanlu's telemetry."""
    return board.DatasourceVariable("datasource").label("Store").type("influxdb")


def api() -> board.DatasourceVariable:
    """Suanlu's API as a data source."""
    return board.DatasourceVariable("api").label("Suanlu's API").type(API_TYPE)


def address() -> board.TextBoxVariable:
    """Where people's browsers find Suanlu: links to the weathermap begin with it."""
    return board.TextBoxVariable("suanlu").label("Suanlu").default_value("http://127.0.0.1:8437")


def sites() -> board.QueryVariable:
    """Sites, several or all."""
    return _several(_tag(SITE, "Site", """SHOW TAG VALUES FROM "ifcounters" WITH KEY = "site" """))


def routers() -> board.QueryVariable:
    """Routers of the sites that are chosen, several or all."""
    query = f"""SHOW TAG VALUES FROM "ifcounters" WITH KEY = "source" WHERE {_OF_SITE}"""
    return _several(_tag(ROUTER, "Router", query))


def router() -> board.QueryVariable:
    """One router of the sites that are chosen."""
    return _tag(
        ROUTER, "Router", f"""SHOW TAG VALUES FROM "ifcounters" WITH KEY = "source" WHERE {_OF_SITE}"""
    )


def interface() -> board.QueryVariable:
    """One interface of the router that is chosen; names have slashes, which no pattern would bear."""
    return _tag(
        INTERFACE, "Interface", f"""SHOW TAG VALUES FROM "ifcounters" WITH KEY = "name" WHERE {_OF_ROUTER}"""
    )


def links() -> board.QueryVariable:
    """Links, several or all."""
    return _several(_tag("link", "Link", """SHOW TAG VALUES FROM "ifcounters" WITH KEY = "link" """))


def end(name: str, label: str) -> board.QueryVariable:
    """One end, `a` or `z`, of a pair of sites."""
    return _tag(name, label, f"""SHOW TAG VALUES FROM "pair" WITH KEY = "{name}" """)


def _tag(name: str, label: str, query: str) -> board.QueryVariable:
    """Values of a tag, read again when the time range changes."""
    return (
        board.QueryVariable(name)
        .label(label)
        .query(query.strip())
        .datasource(DATASOURCE)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )


def _several(variable: board.QueryVariable) -> board.QueryVariable:
    everything = models.VariableOption(selected=True, text="All", value="$__all")
    return variable.multi(True).include_all(True).current(everything)
