from pathcalc.core.graph import Graph

class Version:
    """One change of a link's weight, to another version or to what the base weighs; immutable."""

class Moving:
    """A graph beside a base, which weighs what the version that is asked last says."""

    base: Graph
    graph: Graph
    def __init__(self, base: Graph) -> None: ...
