"""How long a report takes: `valuelab run` beside the shell loop of papermill and nbconvert that it stands for.

Both run in every round, in changing order, on the same machine: read the ratios, not the seconds. `make bench` runs it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CUSTOMER = "harbour-care"


def make_project(folder: Path, copies: int) -> list[str]:
    """The workbooks, and some copies of one sample customer."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data" / CUSTOMER, folder / "data" / CUSTOMER)
    (folder / "params").mkdir()
    names = [CUSTOMER, *(f"{CUSTOMER}-{n}" for n in range(2, copies + 1))]
    for name in names:
        shutil.copy(ROOT / "params" / f"{CUSTOMER}.yaml", folder / "params" / f"{name}.yaml")
    return names


def timed(*command: str | Path, cwd: Path) -> float:
    start = time.perf_counter()
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def shell_loop(project: Path) -> float:
    """Seconds a report by hand: papermill, then nbconvert, one workbook after the other."""
    (project / "by-hand").mkdir(exist_ok=True)
    workbooks = sorted((project / "notebooks").glob("[0-9]*.ipynb"))
    seconds = 0.0
    for path in workbooks:
        executed = project / "by-hand" / path.name
        seconds += timed(BIN / "papermill", path, executed, "-p", "customer", CUSTOMER, "--no-progress-bar", cwd=project)
        seconds += timed(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed, cwd=project)
    return seconds / len(workbooks)


def reports_made(project: Path) -> int:
    return len(list((project / "outputs").glob("*/*/*.html")))


def one_customer(project: Path) -> float:
    """Seconds a report of one customer, one worker."""
    seconds = timed(BIN / "valuelab", "run", CUSTOMER, "--force", "--jobs", "1", cwd=project)
    return seconds / len(list((project / "outputs" / CUSTOMER).glob("*/*.html")))


def all_customers(project: Path) -> float:
    """Seconds a report of several customers, one worker a core."""
    return timed(BIN / "valuelab", "run", "--force", cwd=project) / reports_made(project)


def unchanged(project: Path) -> float:
    """Seconds for a whole run in which nothing has changed."""
    return timed(BIN / "valuelab", "run", cwd=project)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--customers", type=int, default=4)
    options = parser.parse_args()
    ways = {"shell loop": shell_loop, "valuelab run, 1 customer": one_customer, f"valuelab run, {options.customers} customers": all_customers}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="valuelab-bench-") as folder:
        project = Path(folder)
        make_project(project, options.customers)
        for turn in range(options.rounds):
            for way in list(ways) if turn % 2 == 0 else list(reversed(ways)):
                seconds[way].append(ways[way](project))
                print(f"round {turn + 1}  {way:<28} {seconds[way][-1]:6.2f} s a report", flush=True)
        nothing = unchanged(project)
        checked = reports_made(project)
    print()
    for way, values in seconds.items():
        ratios = [a / b for a, b in zip(seconds["shell loop"], values, strict=True)]
        print(f"{way:<28} median {statistics.median(values):6.2f} s a report, {statistics.median(ratios):5.2f} × the shell loop")
    print(f"nothing has changed: {checked} reports looked at in {nothing:.2f} s")


if __name__ == "__main__":
    main()
