from pathcalc.tables import Column, Tables

class LinkList:
    """The links of one path, by index into the tables; what `Path` adds to are the views of them.

    `links` are made when they are first read. Raises IndexError for an index of no link.
    """

    bandwidth_basis: str
    status: str
    bound: int | None
    bound_of: str
    def __init__(
        self,
        tables: Tables,
        indexes: tuple[int, ...],
        bandwidth_basis: str,
        status: str = "optimal",
        *,
        bound: int | None = None,
        bound_of: str = "",
    ) -> None: ...
    @property
    def _tables(self) -> Tables: ...
    def __len__(self) -> int: ...
    @property
    def indexes(self) -> tuple[int, ...]: ...
    @property
    def links(self) -> tuple[str, ...]: ...
    def _sum(self, column: Column) -> int | None: ...
    def _least(self, column: Column) -> int | None: ...
