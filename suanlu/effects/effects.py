"""What a loss does, as alerts and maintenances carry it."""

import msgspec


class WorstPair(msgspec.Struct, frozen=True, kw_only=True):
    """The pair of sites that loses most; one way, µs, the mean over the traffic."""

    source: str
    target: str
    added_latency_us: int


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """How the loss of some links changes the traffic between all pairs of sites (`routing: igp`).

    Compared are two graphs: that of `topology_version`, and the same with these links up; so an effect is
    what is due to these links alone, whatever else is down. The two directions between two sites are one
    pair, counted where the worse of them is: cut, slower, faster or unknown. `worst` is of one direction.
    `pairs_unknown`: pairs that take, or took, a link of unknown latency.
    `text` and `text_zh` say it in one sentence.
    """

    pairs_cut: int
    pairs_slower: int
    pairs_faster: int
    topology_version: int
    pairs_unknown: int = 0
    worst: WorstPair | None = None
    text: str = ""
    text_zh: str = ""
