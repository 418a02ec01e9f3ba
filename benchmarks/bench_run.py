"""How long a report takes: `valuelab run` beside the shell loop that it stands for, and beside the limit that nothing passes. `make bench` runs it.

All ways run in every round, in changing order, on the same machine: read the ratios, not the seconds. Where other programs keep the machine
busy read those of processor seconds (user and system, of all processes). ``docs/speed.md`` says what was found, and what takes the time.

- *shell loop*: ``papermill``, then ``jupyter nbconvert --to html --no-input``, one workbook of one customer after the other.
- *one worker*, *two workers*: ``valuelab run --jobs`` for all customers, from the start of the command to its end; it makes more than the
  shell loop does: checked inputs, evidence behind every figure, spreadsheet, review, index, portfolio.
- *limit*: the cells of one customer as plain code in one process that has imported everything and run them before. No page, no isolation.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CUSTOMER = "harbour-care"
LIMIT = """
import json, os, sys, time
from pathlib import Path
from valuelab.run.processes import ONE_THREAD
os.environ.update(ONE_THREAD)
from valuelab.run.zygote import import_libraries
import_libraries()
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
workbooks = [json.loads(Path(name).read_text()) for name in sys.argv[2:]]
def cells():
    for workbook in workbooks:
        for cell in workbook["cells"]:
            if cell["cell_type"] == "code":
                given = "parameters" in cell["metadata"].get("tags", [])
                with capture_output():
                    done = shell.run_cell(f"customer, as_of, previous = {sys.argv[1]!r}, '', ''" if given else "".join(cell["source"]))
                done.raise_error()
cells()
start, used = time.perf_counter(), time.process_time()
cells()
print(json.dumps([time.perf_counter() - start, time.process_time() - used]))
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and of the processors, for one report."""

    clock: float
    processor: float


@dataclass(slots=True)
class Way:
    """One way to make reports, and what it took in each round."""

    name: str
    run: Callable[[], Took]
    rounds: list[Took] = field(default_factory=list)


def make_project(folder: Path, copies: int, *, every: bool = False) -> None:
    """The four workbooks on value (or every one), and some copies of one sample customer."""
    (folder / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("0*.ipynb" if every else "0[1-4]_*.ipynb")):
        shutil.copy(path, folder / "notebooks" / path.name)
    shutil.copytree(ROOT / "data" / CUSTOMER, folder / "data" / CUSTOMER)
    (folder / "params").mkdir()
    for name in [CUSTOMER, *(f"{CUSTOMER}-{n}" for n in range(2, copies + 1))]:
        shutil.copy(ROOT / "params" / f"{CUSTOMER}.yaml", folder / "params" / f"{name}.yaml")


def timed(*command: str | Path, cwd: Path) -> tuple[Took, str]:
    """What a command and all its processes took, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return Took(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), done.stdout


def workbooks_of(project: Path) -> list[Path]:
    """The workbooks that apply to the customer of this benchmark, after a first run."""
    made = {path.stem for path in (project / "outputs" / CUSTOMER).glob("*/*.ipynb")}
    return [path for path in sorted((project / "notebooks").glob("[0-9]*.ipynb")) if path.stem in made]


def each(took: Took, reports: int) -> Took:
    return Took(took.clock / reports, took.processor / reports)


def shell_loop(project: Path) -> Took:
    (project / "by-hand").mkdir(exist_ok=True)
    workbooks, clock, processor = workbooks_of(project), 0.0, 0.0
    for path in workbooks:
        executed = project / "by-hand" / path.name
        for command in ((BIN / "papermill", path, executed, "-p", "customer", CUSTOMER, "--no-progress-bar"),
                        (BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)):
            took, _ = timed(*command, cwd=project)
            clock, processor = clock + took.clock, processor + took.processor
    return each(Took(clock, processor), len(workbooks))


def whole_run(project: Path, jobs: int) -> Took:
    took, _ = timed(BIN / "valuelab", "run", "--force", "--jobs", str(jobs), cwd=project)
    return each(took, len(list((project / "outputs").glob("*/*/*.ipynb"))))


def limit(project: Path) -> Took:
    workbooks = workbooks_of(project)
    _, printed = timed(sys.executable, "-W", "ignore", "-c", LIMIT, f"{CUSTOMER}.yaml", *workbooks, cwd=project / "params")
    clock, processor = (float(part) for part in printed.strip().splitlines()[-1].strip("[]").split(","))
    return each(Took(clock, processor), len(workbooks))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--every", action="store_true", help="every workbook, health too; else the four on value")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="valuelab-bench-") as folder:
        project = Path(folder)
        make_project(project, options.customers, every=options.every)
        timed(BIN / "valuelab", "run", CUSTOMER, cwd=project)  # what applies, and files in the system's memory
        ways = [Way("shell loop", lambda: shell_loop(project)), Way("one worker", lambda: whole_run(project, 1)),
                Way("two workers", lambda: whole_run(project, 2)), Way("limit", lambda: limit(project))]
        for turn in range(options.rounds):
            for way in ways if turn % 2 == 0 else reversed(ways):
                way.rounds.append(way.run())
                print(f"round {turn + 1}  {way.name:<12} {way.rounds[-1].clock:6.2f} s a report, {way.rounds[-1].processor:6.2f} s of the processor"
                      f"  (load {os.getloadavg()[0]:.1f})", flush=True)
        nothing, _ = timed(BIN / "valuelab", "run", cwd=project)
        checked = len(list((project / "outputs").glob("*/*/*.ipynb")))
    loop, highest = ways[0], ways[-1]
    print(f"\nmedians of {options.rounds} rounds, {options.customers} customers     seconds a report  × shell loop  of the limit")
    for what in ("clock", "processor"):
        for way in ways:
            own = [getattr(took, what) for took in way.rounds]
            faster = [getattr(a, what) / b for a, b in zip(loop.rounds, own, strict=True)]
            share = [getattr(a, what) / b for a, b in zip(highest.rounds, own, strict=True)]
            print(f"{way.name:<12} by the {what:<24} {statistics.median(own):10.2f} {statistics.median(faster):13.1f} {statistics.median(share):14.2f}")
    print(f"nothing has changed: {checked} reports looked at in {nothing.clock:.2f} s ({nothing.processor:.2f} s of the processor), the whole command")


if __name__ == "__main__":
    main()
