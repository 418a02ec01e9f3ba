"""Airflow starts the batch once a month; valuelab itself runs the customers side by side. Written for Airflow 3.

Copy it into your DAGs folder. The machine that runs the task needs valuelab's own environment: it is called, not imported, so the two sets of
packages never meet. Set VALUELAB_HOME and, where the command lies elsewhere, VALUELAB_COMMAND for the workers.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from airflow.exceptions import AirflowException
from airflow.sdk import Param, dag, get_current_context, task


def home() -> Path:
    """The folder with params and notebooks."""
    return Path(os.environ.get("VALUELAB_HOME", "/srv/valuelab"))


@dag(
    dag_id="valuelab_reports",
    schedule="15 6 2 * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
    params={"first": Param("", type="string"), "last": Param("", type="string"), "customers": Param([], type="array")},
    tags=["valuelab"],
)
def valuelab_reports():
    """Make the reports of every customer, then say how it went."""

    @task
    def run() -> int:
        """Run the batch. A retry does only what is missing. 0: all good; 1: a customer failed, and the others are there."""
        asked = get_current_context()["params"]
        command = [os.environ.get("VALUELAB_COMMAND", str(home() / ".venv/bin/valuelab")), "run", "--log-json"]
        if asked["first"]:
            command += ["--from", asked["first"], "--to", asked["last"]]
        done = subprocess.run([*command, "--", *asked["customers"]], cwd=home(), check=False)
        if done.returncode not in (0, 1):
            raise AirflowException(f"valuelab ended with exit code {done.returncode}: see the log of this task")
        return done.returncode

    @task(retries=0)
    def tell(code: int) -> dict[str, int]:
        """Fail where a customer failed, with its reason, so that Airflow's own alerts go out."""
        last = json.loads((home() / "outputs" / "last-run.json").read_text(encoding="utf-8"))
        if code:
            raise AirflowException("; ".join(f"{f['customer']} {f['as_of']}: {f['reason']}" for f in last["failures"]) or "a customer failed")
        return {outcome: len(customers) for outcome, customers in last["customers"].items()}

    tell(run())


reports = valuelab_reports()

if __name__ == "__main__":
    reports.test()
