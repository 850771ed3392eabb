"""The SRLG-disjoint pair of least latency as an integer programme, solved by HiGHS.

Two paths are flows of one unit each; a path uses a risk (an SRLG, or a circuit) if it uses any of its
links, and each risk is used by one path at most.
"""

from collections.abc import Collection

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.kit.compared import compared
from tests.kit.graphs import World


def least_pair(world: World, sources: Collection[str], targets: Collection[str]) -> int | None:
    """Return the least sum of latencies, None where there is no pair. All latencies must be known."""
    compared("HiGHS", "SRLG pair")
    links = [link for link in world.links if link.head not in sources and link.tail not in targets]
    risks = sorted({f"#{link.circuit}" for link in links} | {s for link in links for s in link.srlgs})
    place = {risk: i for i, risk in enumerate(risks)}
    m, g = len(links), len(risks)
    width = 2 * (m + g)  # links of one path, of the other, risks of one, of the other
    rows: list[tuple[dict[int, float], float, float]] = []
    for side in range(2):
        x, y = side * m, 2 * m + side * g
        rows.append(({x + i: 1 for i, link in enumerate(links) if link.tail in sources}, 1, 1))
        for router in set(world.sites) - set(sources) - set(targets):
            row = {x + i: 1.0 for i, link in enumerate(links) if link.head == router}
            row |= {x + i: -1.0 for i, link in enumerate(links) if link.tail == router}
            rows.append((row, 0, 0))
        for i, link in enumerate(links):
            for risk in (f"#{link.circuit}", *link.srlgs):
                rows.append(({x + i: 1, y + place[risk]: -1}, -np.inf, 0))
    rows += [({2 * m + i: 1, 2 * m + g + i: 1}, -np.inf, 1) for i in range(g)]
    matrix = np.zeros((len(rows), width))
    for at, (row, _, _) in enumerate(rows):
        for column, factor in row.items():
            matrix[at, column] = factor
    cost = np.concatenate([[link.latency_us or 0 for link in links] * 2, np.zeros(2 * g)])
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for *_, high in rows])
    found = milp(cost, constraints=limits, integrality=np.ones(width), bounds=Bounds(0, 1))
    return round(found.fun) if found.success else None
