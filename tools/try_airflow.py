"""Runs the Airflow example for real, with the Airflow of .venv-airflow and the valuelab of this environment: once well, once with a customer that fails."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CUSTOMER = "stonebrook-tools"


def project_in(folder: Path) -> Path:
    """Notebooks and one sample customer."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "params").mkdir()
    shutil.copy(ROOT / "params" / f"{CUSTOMER}.yaml", folder / "params")
    if (ROOT / "data" / CUSTOMER).is_dir():
        shutil.copytree(ROOT / "data" / CUSTOMER, folder / "data" / CUSTOMER)
    return folder


def run_dag(python: Path, environment: dict[str, str]) -> str:
    """The example's own ``dag.test()``; the state that the run came to."""
    script = (f"import runpy; dag = runpy.run_path({str(ROOT / 'examples' / 'airflow' / 'valuelab_reports.py')!r})['reports']\n"
              "run = dag.test()\nprint('state of the run:', getattr(run.state, 'value', run.state))")
    done = subprocess.run([python, "-c", script], env=environment, capture_output=True, text=True, timeout=600, check=False)
    found = [line.partition(": ")[2] for line in done.stdout.splitlines() if line.startswith("state of the run: ")]
    if not found:
        sys.exit(f"the DAG did not run:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return found[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--airflow", type=Path, default=ROOT / ".venv-airflow", help="the environment with Airflow")
    binaries = parser.parse_args().airflow.resolve() / "bin"
    with tempfile.TemporaryDirectory(prefix="valuelab-airflow-") as scratch:
        home = project_in(Path(scratch) / "project")
        environment = {**os.environ, "AIRFLOW_HOME": f"{scratch}/airflow", "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
                       "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "examples" / "airflow"), "VALUELAB_HOME": str(home),
                       "VALUELAB_COMMAND": str(Path(sys.executable).with_name("valuelab"))}
        subprocess.run([binaries / "airflow", "db", "migrate"], env=environment, check=True, capture_output=True, timeout=600)
        good = run_dag(binaries / "python", environment)
        told = json.loads((home / "outputs" / "last-run.json").read_text(encoding="utf-8"))
        print(f"all good: the run is a {good}; made {', '.join(told['customers']['made'])}")
        (home / "params" / "broken.yaml").write_text("customer: Broken\ncurrency: USD\n", encoding="utf-8")
        bad = run_dag(binaries / "python", environment)
        told = json.loads((home / "outputs" / "last-run.json").read_text(encoding="utf-8"))
        print(f"a customer failed: the run is {bad}; {told['failures'][0]['customer']}: {told['failures'][0]['reason'].splitlines()[0]}")
        if (good, bad, told["customers"]["unchanged"]) != ("success", "failed", [CUSTOMER]):
            sys.exit("that is not what was expected")


if __name__ == "__main__":
    main()
