"""What happens to a run from outside: no room, no right to write, outputs deleted, clocks set back, processes killed, two runs at once.

Of each: only its customer fails, its reason is told, the run ends, nothing half-written and no process stays, and the next run completes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.run.small import HEADLINE, write_customer, write_workbook

FAULTS = Path(__file__).with_name("faults")
ACTS = """
import os, psutil, shutil, subprocess, time
if customer.startswith("deletes-mine"): shutil.rmtree("../outputs/deletes-mine")
if customer.startswith("deletes-all"): shutil.rmtree("../outputs")
if customer.startswith("template"): psutil.Process().parent().parent().parent().kill(); time.sleep(1)
if customer.startswith("leaves"): subprocess.run(["sh", "-c", "setsid sleep 987 >/dev/null 2>&1 & sleep 988 >/dev/null 2>&1 &"])
"""


class Run:
    """A run whose processes can be told from all others by a mark in their environment."""

    def __init__(self, project: Path, *arguments: str, faults: Sequence[dict[str, object]] = ()) -> None:
        self.mark = uuid.uuid4().hex
        path = os.pathsep.join(filter(None, [str(FAULTS), os.environ.get("PYTHONPATH", "")]))
        environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "MARK": self.mark, "FAULTS": json.dumps(faults)} | ({"PYTHONPATH": path} if faults else {})
        command = [Path(sys.executable).with_name("valuelab"), "run", "--jobs", "2", *arguments]
        self.process = subprocess.Popen(command, cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self) -> tuple[int, str, str]:
        """Exit code, output and errors, once it is over; nothing of it may be alive then."""
        try:
            out, err = self.process.communicate(timeout=120)
        finally:
            self.process.kill()
        deadline = time.monotonic() + 5
        while (left := self.left()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == []
        assert "Traceback" not in out + err
        return self.process.returncode, out, err

    def left(self) -> list[str]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("MARK") == self.mark:
                    found.append(" ".join(process.cmdline()))
        return found


def project_of(folder: Path, *customers: str) -> Path:
    write_workbook(folder, "01_baseline", HEADLINE, ACTS)
    for customer in customers:
        write_customer(folder, customer)
    return folder


def half_done(project: Path) -> list[Path]:
    """What a run that ended must not have left: hidden files and folders, but for the locks; reports that are not what their manifest says."""
    outputs = project / "outputs"
    found = [p for p in outputs.rglob(".*") if p.name != ".locks" and p.parent.name != ".locks"]
    for manifest in outputs.glob("*/*/manifest.json"):
        found += [manifest.parent / name for name in json.loads(manifest.read_text())["files"] if not (manifest.parent / name).is_file()]
    return found


def completes(project: Path) -> None:
    """The next run makes all that is missing, and the one after finds nothing to do."""
    write_workbook(project, "01_baseline", HEADLINE)
    customers = len(list((project / "params").iterdir()))
    code, _, err = Run(project).end()
    assert code == 0, err
    assert half_done(project) == []
    code, out, _ = Run(project).end()
    assert code == 0
    assert f"Customers: {customers} unchanged" in out


NO_ROOM, NO_RIGHT = "No space left on device", "Permission denied"
REFUSED = {  # customer: its fault, and what is told of it
    "full-report": ({"suffix": "full-report/.building-2025-09", "errno": "ENOSPC", "half": True}, f"2025-09: cannot write: {NO_ROOM}"),
    "full-status": ({"suffix": "full-status/.writing-status.json", "errno": "ENOSPC", "half": True}, f"cannot write to outputs/full-status: {NO_ROOM}"),
    "full-folder": ({"suffix": "full-folder/.building", "errno": "ENOSPC"}, f"2025-09: cannot write: {NO_ROOM}"),
    "no-right": ({"suffix": "outputs/no-right", "errno": "EACCES"}, f"cannot write to outputs/no-right: {NO_RIGHT}"),
    "no-lock": ({"suffix": "no-lock.lock", "errno": "EROFS"}, "cannot write to outputs/no-lock: Read-only file system"),
    "deletes-mine": ({}, "No such file or directory"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> tuple[Path, int, str, str]:
    """A run in which each customer but two meets a fault of its own; one of the two leaves processes behind."""
    project = project_of(tmp_path_factory.mktemp("refused"), "beta", "leaves-two", *REFUSED)
    return project, *Run(project, faults=[fault for fault, _ in REFUSED.values() if fault]).end()


def test_what_cannot_be_written_fails_one_customer_with_its_reason(refused):
    _, code, out, err = refused
    assert code == 1
    for customer, (_, reason) in REFUSED.items():
        assert [line for line in err.splitlines() if line.startswith(f"failed {customer}") and reason in line], (customer, err)
    assert "ok beta 2025-09 01_baseline" in out
    assert "ok leaves-two 2025-09 01_baseline" in out
    assert f"2 made, {len(REFUSED)} failed" in out


def test_nothing_is_half_written_and_the_next_run_completes(refused):
    project = refused[0]
    assert half_done(project) == []
    completes(project)


@pytest.mark.parametrize(("fault", "reason"), [
    ({"suffix": "/outputs", "errno": "EACCES"}, f"Cannot write to outputs: {NO_RIGHT}"),
    ({"suffix": "outputs/.writing-index.html", "errno": "ENOSPC", "half": True}, f"Cannot write to outputs: {NO_ROOM}"),
    ({"suffix": "outputs/.writing-portfolio", "errno": "ENOSPC", "half": True}, f"Cannot write to outputs: {NO_ROOM}"),
    ({"suffix": "outputs/.writing-last-run", "errno": "ENOSPC", "half": True}, f"Cannot write to outputs: {NO_ROOM}")])
def test_where_nothing_over_all_customers_can_be_written_the_run_says_so(refused, fault, reason):
    project = refused[0]
    for path in project.glob("outputs/[ip]*.*"):
        path.unlink()  # index and portfolio: else they are left alone
    code, _, err = Run(project, faults=[fault]).end()
    assert code == 1
    assert reason in err
    assert [path for path in half_done(project) if path.parent == project / "outputs"] == []


def test_no_room_for_temporary_files_fails_customers_and_the_run_ends(tmp_path):
    project = project_of(tmp_path, "acme", "beta")
    code, out, err = Run(project, faults=[{"suffix": "/ipython", "errno": "ENOSPC"}]).end()
    assert code == 1
    assert "2 failed" in out
    assert err.count("its worker process died") == 2, err


def test_outputs_that_are_deleted_whole_under_the_run_are_made_again(tmp_path):
    project = project_of(tmp_path, "deletes-all")
    code, _, err = Run(project).end()
    assert code == 1
    assert "No such file or directory" in err
    assert half_done(project) == []
    completes(project)


def test_a_clock_that_is_set_back_changes_nothing(tmp_path, refused):
    project = project_of(tmp_path, "beta")
    clock = [{"clock": 7200.0}]
    code, _, err = Run(project, faults=clock).end()
    assert code == 0, err
    page = "outputs/beta/2025-09/results.json"
    assert (project / page).read_bytes() == (refused[0] / page).read_bytes()
    for path in (project / "outputs").rglob("*"):
        os.utime(path, (4e9, 4e9))  # written in the future, as it now seems
    code, out, _ = Run(project, faults=clock).end()
    assert (code, "1 unchanged" in out) == (0, True)


def test_the_template_is_killed_and_another_takes_its_place(tmp_path):
    project = project_of(tmp_path, "template-dies", *(f"acme-{n}" for n in range(4)))
    _, out, err = Run(project, "--timeout", "20").end()
    assert out.count("ok acme-") >= 3, out + err  # the customer beside it may go with the template, which workers end with
    completes(project)


def test_two_runs_at_once_on_one_outputs_folder(tmp_path):
    project = project_of(tmp_path, *(f"acme-{n}" for n in range(4)))
    write_workbook(project, "01_baseline", HEADLINE, "import time; time.sleep(0.4)")
    for run in [Run(project), Run(project)]:
        code, _, err = run.end()
        reasons = [line for line in err.splitlines() if line.startswith("failed")]
        assert all("another run is working on this customer; nothing was changed" in reason for reason in reasons), err
        assert code == (1 if reasons else 0)
    assert half_done(project) == []
    code, out, err = Run(project).end()
    assert code == 0, err
    assert "4 unchanged" in out, "what one run was refused the other has made"
