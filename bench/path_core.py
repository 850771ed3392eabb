"""The path core beside its peers. `make bench`, or `python -m bench.path_core --help`.

How it is measured is said in `bench/measure.py`, who is asked what in `bench/plan.py`.
"""

import argparse
import gc
import time
from pathlib import Path

from bench import measure, record, table
from bench.given import Given
from bench.graphs import GRAPHS
from bench.plan import questions_of


def held(only_graphs: list[str], only_questions: list[str]) -> list[record.Row]:
    """Hold the contests, network by network, and print each row as it comes."""
    rows: list[record.Row] = []
    print(table.HEAD)
    for graph in only_graphs or GRAPHS:
        given = Given(graph)
        for question, contest, _ in questions_of(graph):
            if only_questions and not any(part in question for part in only_questions):
                continue
            result = measure.run(contest(given), given.prepare)
            for row in record.rows_of(question, given.network, result):
                rows.append(row)
                print(table.line(row), flush=True)
            if result.remark:
                print(f"{'':21} {'':12} {result.remark}")
        del given
        gc.collect()
    return rows


def main() -> None:
    """Print the table and write it down."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--graph", action="append", default=[], choices=GRAPHS, help="this network only")
    arguments.add_argument(
        "--question", action="append", default=[], help="questions with this in their name"
    )
    arguments.add_argument("--out", type=Path, help="where to write the results (default: where committed)")
    asked = arguments.parse_args()
    started = time.monotonic()
    rows = held(asked.graph, asked.question)
    print(f"{time.monotonic() - started:.0f} s; {_summary(rows)}")
    whole = not asked.graph and not asked.question
    if out := asked.out or (record.COMMITTED if whole else None):
        record.write(out, rows)
        print(f"written to {out}")


def _summary(rows: list[record.Row]) -> str:
    barred = [row for row in rows if row.bar is not None and row.ratio is not None]
    met = sum(row.ratio >= row.bar for row in barred if row.ratio is not None and row.bar is not None)
    compared = sum(row.compared for row in rows)
    return f"{met} of {len(barred)} bars met, {compared:,} answers compared"


if __name__ == "__main__":
    main()
