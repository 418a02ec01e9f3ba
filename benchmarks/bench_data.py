"""From millions of daily records to a monthly table: a query in DuckDB, as `query:` asks it, beside plain pandas.

Each way has a process of its own, so that its peak memory is its own; they take turns: read the ratios. `make bench` runs it;
`--rows 500000 --rounds 1` is a short run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SQL = """\
select strftime(date, '%Y-%m') as date, 'Orders' as metric, sum(value) as value
from (select date, sum(value) as value from read_csv('../data/records.csv') where date <= :as_of group by date)
group by 1 order by 1
"""
DUCKDB = """
from pathlib import Path
from valuelab.inputs.queries import answer
from valuelab.inputs.sql_text import QueryName
project = Path({project!r})
found = answer(QueryName("kpis.sql"), {sql!r}, customer="acme", last_day=None, inside=lambda name: (project / "params" / name).resolve())
months = dict(line.split(",Orders,") for line in found.content.decode().split()[1:])
"""
PANDAS = """
import pandas as pd
records = pd.read_csv({project!r} + "/data/records.csv", parse_dates=["date"])
totals = records.groupby(records["date"].dt.to_period("M"))["value"].sum()
months = {{str(month): value for month, value in totals.items()}}
"""
MEASURED = """
import json, resource, time
start = time.perf_counter()
{code}
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, {{k: round(float(v), 2) for k, v in months.items()}}]))
"""


def make_records(path: Path, rows: int) -> None:
    """Daily amounts of many segments over ten years, written by DuckDB."""
    import duckdb

    duckdb.sql(
        f"copy (select date '2015-01-01' + (i % 3650)::int as date, 'segment ' || (i // 3650) as segment, (hash(i) % 100000) / 100 as value "
        f"from range({rows}) t(i)) to '{path}' (format csv)"
    )


def measure(code: str) -> tuple[float, float, dict[str, float]]:
    """Seconds, peak memory in MiB, and the months."""
    done = subprocess.run([sys.executable, "-c", MEASURED.format(code=code)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return tuple(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {"DuckDB": [], "pandas": []}
    with tempfile.TemporaryDirectory(prefix="valuelab-bench-") as folder:
        for name in ("data", "params"):
            (Path(folder) / name).mkdir()
        records = Path(folder) / "data" / "records.csv"
        make_records(records, options.rows)
        print(f"{options.rows:,} daily records, {records.stat().st_size / 2**20:,.0f} MiB of CSV, to months")
        codes = {"DuckDB": DUCKDB.format(project=folder, sql=SQL), "pandas": PANDAS.format(project=folder)}
        for turn in range(options.rounds):
            months = {}
            for way in list(codes) if turn % 2 == 0 else list(reversed(codes)):
                seconds, peak, months[way] = measure(codes[way])
                found[way].append((seconds, peak))
                print(f"round {turn + 1}  {way:<7} {seconds:7.2f} s  {peak:7,.0f} MiB at most", flush=True)
            if any(abs(value - months["pandas"][month]) > 0.01 for month, value in months["DuckDB"].items()) or len(months["DuckDB"]) != len(months["pandas"]):
                raise SystemExit("the two ways do not agree")
    ratios = [(p[0] / d[0], p[1] / d[1]) for d, p in zip(found["DuckDB"], found["pandas"], strict=True)]
    print(f"pandas takes {statistics.median(r[0] for r in ratios):.1f} × the time of DuckDB and {statistics.median(r[1] for r in ratios):.1f} × its memory")


if __name__ == "__main__":
    main()
