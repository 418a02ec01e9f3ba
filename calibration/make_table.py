"""Write the calibration table: every cell in two processes, each cell as soon as it is measured.

    python -m calibration.make_table [--jobs 2] [--only effect] [--scale 0.1] [--to FILE]

A cell whose code, seed and number of accounts have not changed is not measured again, so that a run that was stopped goes on where
it was. ``--scale`` takes a fraction of the accounts: to try the machinery, not to publish.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before numpy: two processes, two cores

import argparse  # noqa: E402
import time  # noqa: E402
from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from multiprocessing import get_context  # noqa: E402
from pathlib import Path  # noqa: E402

from calibration import real_cells  # noqa: E402
from valuelab import assets  # noqa: E402
from valuelab.analysis.calibrated import Row  # noqa: E402
from valuelab.simulation.cells import run_cell  # noqa: E402
from valuelab.simulation.code_hash import code_hash  # noqa: E402
from valuelab.simulation.grid import REPLICATES, TABLE_SEED, cells, cost  # noqa: E402
from valuelab.simulation.table import key_of, read_rows, rows_of, write_rows  # noqa: E402
from valuelab.simulation.trials import Cell  # noqa: E402


@dataclass(frozen=True, slots=True)
class Task:
    """One cell, invented or real, and how many accounts it gets. ``key``: as ``table.key_of`` its rows."""

    cell: Cell | real_cells.RealCell
    replicates: int
    code: str

    @property
    def real(self) -> bool:
        return isinstance(self.cell, real_cells.RealCell)

    @property
    def key(self) -> tuple:
        if self.real:
            return key_of(real_cells.row_of_cell(self.cell))
        return key_of(rows_of(self.cell, {("", None): NOTHING}, seed=TABLE_SEED, code="")[0])

    @property
    def seconds(self) -> float:
        return self.replicates * (real_cells.SECONDS[self.cell.trial] if self.real else cost(self.cell))

    def run(self) -> list[Row]:
        if self.real:
            return real_cells.measure(self.cell, self.replicates, seed=TABLE_SEED, code=self.code)
        return rows_of(self.cell, run_cell(self.cell, self.replicates, TABLE_SEED), seed=TABLE_SEED, code=self.code)


NOTHING = real_cells.NOTHING


def tasks(scale: float = 1.0) -> list[Task]:
    """All cells in the order of the table."""
    code = {trial: code_hash(trial) for trial in REPLICATES}
    real_code = {trial: code_hash(trial, real_cells.SOURCES) for trial in real_cells.SECONDS}
    invented = [Task(cell, max(int(REPLICATES[cell.trial] * scale), 2), code[cell.trial]) for cell in cells()]
    real = [Task(cell, max(int(cell.count * scale), 2), real_code[cell.trial]) for cell in real_cells.cells()]
    return invented + real


def is_measured(task: Task, rows: list[Row]) -> bool:
    """Whether these rows are what the task would write."""
    return bool(rows) and all((row.code, row.seed, row.replicates) == (task.code, TABLE_SEED, task.replicates) for row in rows)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", default="", help="a trial: unrelated, leading, same month, slope, projection, effect")
    parser.add_argument("--scale", type=float, default=1.0, help="fraction of the accounts")
    parser.add_argument("--to", type=Path, default=assets.FOLDER / assets.CALIBRATION, help="the table to write")
    chosen = parser.parse_args(arguments)
    everything = tasks(chosen.scale)
    done: dict[tuple, list[Row]] = {}
    for row in read_rows(chosen.to):
        done.setdefault(key_of(row), []).append(row)
    todo = [t for t in everything if chosen.only in ("", t.cell.trial) and not is_measured(t, done.get(t.key, []))]
    print(f"{len(everything)} cells, {len(todo)} to measure", flush=True)
    begun = time.monotonic()
    with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(Task.run, task): task for task in sorted(todo, key=lambda t: -t.seconds)}
        for count, future in enumerate(as_completed(waiting), 1):
            task, rows = waiting[future], future.result()
            done[task.key] = rows
            write_rows([row for t in everything for row in done.get(t.key, [])], chosen.to)
            told = ", ".join(f"{100 * row.rate:.1f} ± {100 * row.standard_error:.1f} %" for row in rows[:4])
            print(f"{count:4d}/{len(todo)} {time.monotonic() - begun:5.0f} s  {task.cell.name}  {told}", flush=True)


if __name__ == "__main__":
    main()
