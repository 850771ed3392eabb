"""The linear programme of one level of an allocation, over the paths found so far, kept from level to level.

Largest t such that each demand that still rises gets t times its weight, each final one its rate, and no link
carries more than fits. HiGHS solves it (Huangfu and Hall 2018: dual simplex), each time from where it was.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from highspy import Highs, HighsModelStatus, kHighsInf

from pathcalc.any.solver import Links

_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "parallel": "off",
    "random_seed": 0,
    "simplex_strategy": 4,  # primal: new paths and final rates leave the last solution feasible
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
GIVE = 1e-8  # some times the tolerance


class _Quiet(Highs):
    """HiGHS without its callbacks: making them prints a banner before it can be told not to."""

    def __init__(self) -> None:
        super(Highs, self).__init__()
        for name, value in _OPTIONS.items():
            self.setOptionValue(name, value)


class Solved(NamedTuple):
    """`flows` by path as added; `prices` f8[m] of the links and `worth` of the demands are its duals."""

    level: float
    flows: npt.NDArray[np.float64]
    prices: npt.NDArray[np.float64]
    worth: npt.NDArray[np.float64]


class Programme:
    """Rates and capacities are in one unit, so chosen that the largest capacity is some thousands."""

    def __init__(self, weights: npt.NDArray[np.float64], capacity: npt.NDArray[np.float64]) -> None:
        self._capacity = capacity
        self._n_demands = len(weights)
        self._rows: dict[int, int] = {}
        self._fixed: dict[int, float] = {}
        self._give = 0.0
        self._highs = _Quiet()
        self._highs.addVar(0.0, kHighsInf)
        self._highs.changeColCost(0, -1.0)
        for weight in weights.tolist():
            self._highs.addRow(0.0, 0.0, 1, np.array([0]), np.array([-weight]))

    def add(self, demand: int, links: Links) -> None:
        """Add a path of a demand."""
        for link in links:
            if link not in self._rows:
                self._rows[link] = self._n_demands + len(self._rows)
                self._highs.addRow(-kHighsInf, self._capacity[link], 0, np.array([]), np.array([]))
        rows = np.array([demand, *(self._rows[link] for link in links)])
        self._highs.addCol(0.0, 0.0, kHighsInf, len(rows), rows, np.ones(len(rows)))

    def fix(self, demand: int, rate: float) -> None:
        """From now on the demand gets exactly this rate."""
        self._fixed[demand] = rate
        self._highs.changeCoeff(demand, 0, 0.0)
        self._highs.changeRowBounds(demand, max(0.0, rate - self._give), rate)

    def end_at(self, level: float) -> None:
        """Let the level rise no higher."""
        self._highs.changeColBounds(0, 0.0, level)

    def solve(self) -> Solved:
        """Solve it as it is now. Raises ArithmeticError where HiGHS fails.

        Rates that fitted once may seem not to, by rounding: then all that are fixed may give a little.
        """
        self._highs.run()
        if self._highs.getModelStatus() != HighsModelStatus.kOptimal and not self._give:
            self._give = GIVE
            for demand, rate in self._fixed.items():
                self.fix(demand, rate)
            self._highs.run()
        if self._highs.getModelStatus() != HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS ended with {self._highs.getModelStatus()}")
        solution = self._highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        prices = np.zeros(len(self._capacity))
        links = np.fromiter(self._rows, np.int64, len(self._rows))
        prices[links] = np.maximum(0.0, -duals[self._n_demands :])
        return Solved(float(values[0]), np.maximum(values[1:], 0.0), prices, duals[: self._n_demands])
