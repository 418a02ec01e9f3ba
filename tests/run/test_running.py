"""Real kernels, through the installed command: what is made, what stays when something fails, what is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import valuelab
from tests.run.small import HEADLINE, write_customer, write_workbook

# what each customer's workbook does to its runner
ACTS = """
import os, psutil, signal, time, warnings
if customer.startswith("kernel"): os._exit(3)
if customer.startswith("slow"): time.sleep(300)
if customer.startswith("zygote"): os.kill(os.getppid(), signal.SIGKILL); time.sleep(300)
if customer.startswith("worker"): psutil.Process().parent().parent().kill(); time.sleep(300)
if customer.startswith("crash"): os.kill(os.getpid(), signal.SIGSEGV)
if customer.startswith("killed"): os.kill(os.getpid(), signal.SIGKILL)
if customer.startswith("hungry"): held = bytearray(700 * 2 ** 20)
if customer.startswith("error"): raise ValueError("<b>" + os.getcwd())
if customer.startswith("disagrees"): emit("x", {"f": figure("a.b", 2.0)})
print("to stdout"); warnings.warn(os.getcwd()); {"number": 1}
"""
FAILING = {
    "kernel-dies": "01_baseline: the kernel died (it ended itself with exit code 3)",
    "crash": "01_baseline: the kernel died (a crash, SIGSEGV)",
    "killed": "01_baseline: the kernel died (killed from outside, or out of memory)",
    "hungry": "01_baseline, cell 5: MemoryError",
    "slow": "01_baseline: not done after 8 seconds",
    "worker-dies": "its worker process died",
    "zygote-dies": "01_baseline: the kernel died (the process that starts notebooks died)",
    "error": "01_baseline, cell 5: ValueError: <b>params",
    "disagrees": "pages disagree on a.b",
    "bad-params": "currancy",
}
IDLE = "import time\ntime.sleep(300)"


def file_bytes(folder: Path) -> dict[str, bytes]:
    """Everything but the bookkeeping: manifests have the clock, status.json the keys."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in ("manifest.json", "status.json", "last-run.json")}


def status(project: Path, customer: str) -> dict:
    return json.loads((project / "outputs" / customer / "status.json").read_text())


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """Customers that fail in every way we know, and two that do not, in one run."""
    project = tmp_path_factory.mktemp("batch")
    write_workbook(project, "01_baseline", HEADLINE, ACTS)
    write_workbook(project, "04_roi", HEADLINE, title="Does it pay?")
    write_workbook(project, "explore", "1 / 0")
    for customer in ("acme", "zeta", *FAILING):
        write_customer(project, customer, name=f"{customer} <i>&")
    params = project / "params" / "bad-params.yaml"
    params.write_text(params.read_text().replace("currency", "currancy"))
    return project, valuelab("run", "--timeout", "8", "--jobs", "2", "--memory", "400", cwd=project)


def test_each_failure_has_its_reason_and_fails_no_one_else(batch):
    project, done = batch
    assert done.returncode == 1
    for customer, reason in FAILING.items():
        line = next((line for line in done.stderr.splitlines() if line.startswith(f"failed {customer}")), "")
        assert reason in (done.stderr if customer == "bad-params" else line), customer
        assert status(project, customer)["state"] == "failed"
        assert reason in status(project, customer)["reason"]
        assert list((project / "outputs" / customer).iterdir()) == [project / "outputs" / customer / "status.json"]
    for customer in ("acme", "zeta"):
        assert status(project, customer)["state"] == "ok"
        assert f"ok {customer} 2025-09 01_baseline" in done.stdout
    assert f"Customers: 2 made, {len(FAILING)} failed. Index: outputs/index.html" in done.stdout


def test_the_terminal_shows_no_traceback_and_no_noise(batch):
    _, done = batch
    assert not [word for word in ("Traceback", "Error executing", "WARNING", "-----", "to stdout") if word in done.stdout + done.stderr]


def test_a_published_folder_is_complete(batch):
    project, _ = batch
    folder = project / "outputs" / "acme" / "2025-09"
    assert sorted(p.name for p in folder.iterdir()) == ["01_baseline.html", "01_baseline.ipynb", "card.json", "manifest.json", "results.json"]
    results = json.loads((folder / "results.json").read_text())
    assert results["figures"]["a.b"]["value"] == 1.0
    assert [r["key"] for r in results["notebooks"]["01_baseline"]["results"]] == ["account", "headline"]
    assert results["not_run"]["04_roi"]["title"] == "Does it pay?"
    assert "unit_value" in results["not_run"]["04_roi"]["add"]
    assert results["name"] == "acme <i>&"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["inputs"].keys() == {"acme.yaml", "../data/acme/kpis.csv"}
    assert manifest["versions"]["papermill"]


def test_what_is_published_has_no_path_no_clock_and_no_stray_output(batch):
    project, _ = batch
    for path in (project / "outputs").rglob("*.*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert str(project) not in text, path
            assert "to stdout" not in text.replace('print(\\"to stdout\\")', ""), path
    notebook = json.loads((project / "outputs" / "acme" / "2025-09" / "01_baseline.ipynb").read_text())
    assert "papermill" not in notebook["metadata"]
    assert not [cell for cell in notebook["cells"] if {"papermill", "execution"} & cell["metadata"].keys()]
    injected = next(cell for cell in notebook["cells"] if "injected-parameters" in cell["metadata"].get("tags", []))
    assert "customer = 'acme'\n" in "".join(injected["source"]).replace('"', "'")


def test_the_index_lists_everyone_and_escapes_them(batch):
    project, _ = batch
    html = (project / "outputs" / "index.html").read_text()
    assert html.count('<tr id="') == 2 + len(FAILING)
    assert "acme &lt;i&gt;&amp;" in html
    assert "<b>params" not in html
    assert html.index('id="slow"') < html.index('id="acme"')


def test_once_mended_the_next_run_makes_what_failed(batch, tmp_path):
    project = tmp_path / "mended"
    shutil.copytree(batch[0], project)
    write_workbook(project, "01_baseline", HEADLINE)
    done = valuelab("run", cwd=project)
    assert f"Customers: {len(FAILING) + 1} made, 1 failed" in done.stdout, done.stderr
    assert "failed bad-params" in done.stderr
    assert {status(project, customer)["state"] for customer in FAILING if customer != "bad-params"} == {"ok"}


@pytest.fixture
def project(tmp_path) -> Path:
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    write_customer(tmp_path, "acme")
    return tmp_path


@pytest.fixture(scope="module")
def after_a_run(tmp_path_factory) -> Path:
    project = tmp_path_factory.mktemp("ran") / "project"
    write_workbook(project, "01_baseline", HEADLINE)
    write_customer(project, "acme")
    done = valuelab("run", cwd=project)
    assert done.returncode == 0, done.stderr
    return project


def test_the_life_of_a_customer(project):
    """Two dates, unchanged, the same bytes by force, a failure that keeps the last good report, and its mending."""
    outputs = project / "outputs"
    assert valuelab("run", "--as-of", "2025-09", "--as-of", "2025-03", cwd=project).returncode == 0
    first = file_bytes(outputs)
    later = json.loads(first["acme/2025-09/results.json"])
    assert later["account"]["previous"] == "2025-03/results.json", "dates run in ascending order"

    again = valuelab("run", "--as-of", "2025-09", "--as-of", "2025-03", cwd=project)
    assert "acme 2025-03 unchanged" in again.stdout
    assert "1 unchanged" in again.stdout
    assert again.returncode == 0

    anew = valuelab("run", "--as-of", "2025-03", "--as-of", "2025-09", "--outputs", "elsewhere/deep", cwd=project)
    assert anew.returncode == 0, anew.stderr
    assert file_bytes(project / "elsewhere" / "deep") == first, "the same inputs are the same bytes, wherever they are written"
    forced = valuelab("run", "--force", "--as-of", "2025-03", cwd=project)
    assert "ok acme 2025-03 01_baseline" in forced.stdout
    assert file_bytes(outputs) == first

    write_workbook(project, "01_baseline", HEADLINE, "1 / 0")
    failed = valuelab("run", "--verbose", cwd=project)
    assert failed.returncode == 1
    assert "ZeroDivisionError" in failed.stderr
    assert "Cell In[" in failed.stderr, "--verbose shows where"
    assert status(project, "acme")["state"] == "stale"
    kept = file_bytes(outputs)
    assert {n for n in first if kept[n] != first[n]} == {"index.html", "portfolio.parquet"}
    assert '<span class="chip chip-stale"' in kept["index.html"].decode()

    write_workbook(project, "01_baseline", HEADLINE)
    mended = valuelab("run", cwd=project)
    assert mended.returncode == 0
    assert "acme 2025-09 unchanged" in mended.stdout, "the report is what these inputs give"
    assert status(project, "acme")["state"] == "ok"
    assert '<span class="chip chip-stale"' not in (outputs / "index.html").read_text()


def test_params_in_one_folder_outputs_in_another_and_no_workbook_that_applies(project, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    write_customer(other, "beta")
    (project / "notebooks" / "01_baseline.ipynb").rename(project / "notebooks" / "04_roi.ipynb")
    done = valuelab("run", "--params", other / "params", "--outputs", other / "out", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "beta 2025-09: no workbook applies: add `unit_value`" in done.stdout
    assert "Not run:" in (other / "out" / "index.html").read_text()
    assert not (project / "outputs").exists()


def children_of(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_nothing_is_left_when_it_is_stopped(after_a_run, tmp_path, sent, code):
    project = tmp_path / "project"
    shutil.copytree(after_a_run, project)
    write_customer(project, "beta")
    before = file_bytes(project / "outputs" / "acme")
    write_workbook(project, "01_baseline", HEADLINE, "import pathlib; pathlib.Path('running').touch()", IDLE)
    process = subprocess.Popen([Path(sys.executable).with_name("valuelab"), "run", "--jobs", "2"], cwd=project, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        deadline = time.time() + 60
        while not (project / "params" / "running").exists():
            assert time.time() < deadline
            time.sleep(0.05)
        below = children_of(process)
        assert len(below) >= 2
        if sent == signal.SIGINT:
            os.killpg(process.pid, sent)  # the terminal's Ctrl-C goes to the whole group
        else:
            process.send_signal(sent)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []
    assert process.returncode == code
    if sent != signal.SIGKILL:
        assert "Traceback" not in err
        assert "nothing is half-written" in err
        assert not list((project / "outputs").glob("*/.building-*"))
    assert {n: b for n, b in file_bytes(project / "outputs" / "acme").items() if not n.startswith(".building")} == before
    if sent == signal.SIGKILL:  # the next run clears up
        write_workbook(project, "01_baseline", HEADLINE)
        assert valuelab("run", cwd=project).returncode == 0
        assert not list((project / "outputs").glob("*/.building-*"))


def test_two_runs_at_the_same_time_do_not_mix(project):
    from filelock import FileLock

    locks = project / "outputs" / ".locks"
    locks.mkdir(parents=True)
    with FileLock(locks / "acme.lock"):
        done = valuelab("run", cwd=project)
    assert done.returncode == 1
    assert "another run is working on this customer" in done.stderr
