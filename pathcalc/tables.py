"""A snapshot's columns as Python lists, made when first read: what answers look their values up in."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pathcalc.structure import Structure
from topology.snapshot import NULL_U4, NULL_U8, Snapshot, Source

Column = list[int | None]


def _column(array: npt.NDArray[np.unsignedinteger]) -> Column:
    values: Column = array.tolist()
    for i in np.flatnonzero(array == (NULL_U8 if array.dtype.itemsize == 8 else NULL_U4)).tolist():
        values[i] = None
    return values


class Tables:
    """One snapshot's links by index: ids, ends and metrics, None where unknown."""

    def __init__(self, snapshot: Snapshot, structure: Structure | None = None) -> None:
        self.snapshot = snapshot
        self.structure = Structure.of(snapshot) if structure is None else structure
        self.link_ids = snapshot.link_ids
        self.router_ids = snapshot.router_ids

    @property
    def tail(self) -> list[int]:
        """Router index each link leaves."""
        return self.structure.tail

    @property
    def head(self) -> list[int]:
        """Router index each link enters."""
        return self.structure.head

    @property
    def router_site(self) -> list[str]:
        """Site id of each router."""
        return self.structure.router_site

    @cached_property
    def state(self) -> list[int]:
        """`LinkState` of each link."""
        return self.snapshot.state.tolist()  # type: ignore[no-any-return]

    @cached_property
    def latency_us(self) -> Column:
        """One-way latency of each link."""
        return _column(self.snapshot.latency_us)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Further metrics, by name; filled by `column`."""
        return {}

    def column(self, name: str) -> Column:
        """The metric of each link, by the name of the snapshot's array."""
        found = self.columns.get(name)
        if found is None:
            found = self.columns[name] = _column(getattr(self.snapshot, name))
        return found

    def bandwidth(self, basis: str) -> Column:
        """Bandwidth of each link on a basis."""
        return self.column(f"{basis}_bps")

    @cached_property
    def latency_sources(self) -> list[str | None]:
        """Where each link's latency is from."""
        labels = {source.value: source.label for source in Source}
        return [labels[value] for value in self.snapshot.latency_us_source.tolist()]


class Overlaid(Tables):
    """Tables with other values for some links, {field: {link: value}}; columns are copied when first read."""

    def __init__(self, base: Tables, values: Mapping[str, Mapping[int, int]]) -> None:
        self._base = base
        self._values = values
        self.structure = base.structure
        self.link_ids = base.link_ids
        self.router_ids = base.router_ids

    @property
    def snapshot(self) -> Snapshot:  # type: ignore[override]
        """There is none of these values: what is read here is by link."""
        raise AttributeError("tables with other values have no snapshot")

    @cached_property
    def state(self) -> list[int]:
        """`LinkState` of each link."""
        return self._base.state

    @cached_property
    def latency_us(self) -> Column:
        """One-way latency of each link."""
        return self.column("latency_us")

    def column(self, name: str) -> Column:
        """The metric of each link, by the name of the snapshot's array."""
        found = self.columns.get(name)
        if found is None:
            found = self._base.latency_us if name == "latency_us" else self._base.column(name)
            changed = self._values.get(name)
            if changed is not None:
                found = found.copy()
                for link, value in changed.items():
                    found[link] = value
            self.columns[name] = found
        return found

    @cached_property
    def latency_sources(self) -> list[str | None]:
        """Where each link's latency is from."""
        found = self._base.latency_sources
        changed = self._values.get("latency_us")
        if changed is not None:
            found = found.copy()
            for link in changed:
                found[link] = Source.OVERLAY.label
        return found
