"""A run in which nothing has changed: it looks, and is over before anything heavy is imported or any process is started."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import valuelab
from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.run.cache import software_key
from valuelab.run.project import find_project
from valuelab.run.tasks import Task, nothing_to_do

CUSTOMERS = [f"acme-{n}" for n in range(6)]
HEAVY = ("pandas", "numpy", "scipy", "statsmodels", "matplotlib", "pandera", "pydantic", "papermill", "nbconvert", "nbformat", "IPython", "zmq", "pyarrow")
WHOLE_COMMAND = f"""
import json, os, subprocess, sys, time
sys.argv = ["valuelab", "run"]
started = []
sys.addaudithook(lambda event, args: started.append(event) if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system") else None)
from valuelab.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print(json.dumps({{"code": code, "heavy": sorted({HEAVY!r} & sys.modules.keys()), "started": started}}))
""".replace(repr(HEAVY), repr(set(HEAVY)))
IN_THE_PROCESS = """
import time
from valuelab.run.batch import run_batch
from valuelab.run.project import find_project
seconds = []
for _ in range(4):
    start = time.process_time()
    found = run_batch(find_project())
    seconds.append(time.process_time() - start)
    assert len(found.unchanged) == 6
print(min(seconds))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Six customers with four reports each."""
    project = tmp_path_factory.mktemp("made")
    for name in ("01_baseline", "97_some", "98_more", "99_most"):
        write_workbook(project, name, HEADLINE)
    for customer in CUSTOMERS:
        write_customer(project, customer)
    done = valuelab("run", cwd=project)
    assert done.returncode == 0, done.stderr
    assert len(list((project / "outputs").glob("*/*/*.html"))) == 24
    return project


def printed(script: str, project: Path) -> str:
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_the_whole_command_imports_nothing_heavy_and_starts_nothing(made):
    told = json.loads(printed(WHOLE_COMMAND, made))
    assert told == {"code": 0, "heavy": [], "started": []}


def test_the_look_at_modules_sees_what_it_looks_for(made):
    told = json.loads(printed("import pandas, subprocess\n" + WHOLE_COMMAND.replace("try:", "subprocess.run(['true'])\ntry:"), made))
    assert {"numpy", "pandas"} <= set(told["heavy"])
    assert "subprocess.Popen" in told["started"]


def test_twenty_four_reports_are_looked_at_in_a_fifth_of_a_second(made):
    """Seconds of the processor, the best of four: others may use the machine."""
    assert float(printed(IN_THE_PROCESS, made)) <= 0.2


@pytest.mark.parametrize("what", ["page", "params", "data"])
def test_the_look_finds_what_did_change(made, what):
    path = {"page": made / "outputs" / "acme-1" / "2025-09" / "98_more.html", "params": made / "params" / "acme-1.yaml", "data": made / "data" / "acme-1" / "kpis.csv"}[what]
    project = find_project(start=made)
    task = Task("acme-1", project.customers()["acme-1"], ("",), project, software_key(project.workbooks()), 60.0)
    assert nothing_to_do(task) == ("2025-09",)
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    try:
        assert nothing_to_do(task) == ()
    finally:
        path.write_bytes(before)
