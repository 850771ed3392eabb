from pathcalc.core.graph import Query

Paths = tuple[tuple[int, ...], ...]

def disjoint_paths(
    query: Query, count: int, split: bool
) -> tuple[int, Paths, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return (key of all together, paths best first, cut) of `count` disjoint paths of least sum.

    `split`: the paths share no router (sources and targets apart), else no link, nor circuit of two opposite
    links. Where there are fewer, as many as there are, and the cut: links and routers, one a path, that every
    set of disjoint paths has to go through.
    """
