"""Many accounts end to end: how long a run takes, and whether memory grows with their number. `make bench-1000` runs it.

Accounts are invented from one sample customer: every figure of its data moved by up to 2 %, with the account's number as the seed. Memory is the
proportional set size of the command and all processes below it, so that pages shared by forks count once.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
VALUELAB = Path(sys.executable).with_name("valuelab")
CUSTOMER = "harbour-care"


def make_project(folder: Path, accounts: int) -> None:
    """The workbooks, and so many accounts."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "params").mkdir()
    params = (ROOT / "params" / f"{CUSTOMER}.yaml").read_text(encoding="utf-8")
    for number in range(accounts):
        name, rng = f"account-{number:04d}", random.Random(number)
        shutil.copytree(ROOT / "data" / CUSTOMER, folder / "data" / name)
        (folder / "params" / f"{name}.yaml").write_text(params.replace(f"data/{CUSTOMER}", f"data/{name}"), encoding="utf-8")
        kpis = folder / "data" / name / "kpis.csv"
        with kpis.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        column = header.index("value")
        for row in rows:
            moved = float(row[column]) * rng.uniform(0.98, 1.02)
            row[column] = f"{moved:.0f}" if "." not in row[column] else f"{moved:.2f}"
        with kpis.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])


def memory_below(process: psutil.Process) -> float:
    """Megabytes of a process and all below it; shared pages once."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 2**20


def run(project: Path) -> tuple[float, list[tuple[int, float]]]:
    """Seconds of a run, and (accounts begun or done so far, megabytes) about every second."""
    seen: set[str] = set()
    samples: list[tuple[int, float]] = []
    clock = time.perf_counter()
    with subprocess.Popen([VALUELAB, "run", "--log-json"], cwd=project, stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None

        def sample() -> None:
            process = psutil.Process(command.pid)
            while command.poll() is None:
                try:
                    samples.append((len(seen), memory_below(process)))
                except psutil.Error:
                    break
                time.sleep(1)

        watching = threading.Thread(target=sample)
        watching.start()
        for line in command.stdout:
            if (customer := json.loads(line).get("customer")) and customer not in seen:
                seen.add(customer)
                if len(seen) % 100 == 0:
                    print(f"{len(seen):,} accounts, {time.perf_counter() - clock:.0f} s", flush=True)
        watching.join()
    if command.returncode:
        raise SystemExit(f"valuelab run ended with exit code {command.returncode}")
    return time.perf_counter() - clock, samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    accounts = parser.parse_args().accounts
    with tempfile.TemporaryDirectory(prefix="valuelab-bench-") as folder:
        project = Path(folder)
        make_project(project, accounts)
        seconds, samples = run(project)
        pages = len(list((project / "outputs").glob("*/*/*.html")))
        print(f"{accounts:,} accounts, {pages:,} pages in {seconds:.0f} s: {seconds / pages:.2f} s a page")
        tenth = max(1, accounts // 10)
        for first, last in ((0, tenth), *((tenth * part, tenth * (part + 3)) for part in (1, 4, 7))):
            peak = max((memory for done, memory in samples if first <= done < max(last, first + 1)), default=float("nan"))
            print(f"peak memory from account {first:>5,} to {last:>5,}: {peak:7.0f} MB")
        for name in ("index.html", "portfolio.parquet"):
            print(f"{name}: {(project / 'outputs' / name).stat().st_size / 1024:,.0f} KiB")
        clock = time.perf_counter()
        subprocess.run([VALUELAB, "run"], cwd=project, check=True, stdout=subprocess.DEVNULL)
        print(f"again, nothing changed: {time.perf_counter() - clock:.1f} s")


if __name__ == "__main__":
    main()
