"""The command as a user types it: exit codes, messages, and that looking for help costs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import copy_project, valuelab
from tests.run.small import HEADLINE, write_customer, write_workbook


@pytest.fixture
def project(tmp_path) -> Path:
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    write_customer(tmp_path, "acme")
    write_customer(tmp_path, "brightlane")
    return tmp_path


@pytest.mark.parametrize(("arguments", "said"), [
    (["run", "acne"], 'Unknown customer "acne". Known: acme.'),
    (["check", "brightlan"], "Known: brightlane."),
    (["run", "--as-of", "2025-13"], 'as of "2025-13": write YYYY-MM or YYYY-MM-DD.'),
    (["run", "--as-of", "2025-02-30"], "YYYY-MM-DD"),
    (["run", "--as-of", "march"], "YYYY-MM-DD"),
    (["run", "--params", "nowhere"], "--params nowhere: there is no such folder"),
    (["run", "--jobs", "0"], "--jobs"),
    (["run", "--from", "2025-03"], "--from and --to belong together"),
    (["run", "--from", "2025-03", "--to", "2025-01"], "the first month comes after the last"),
    (["run", "--from", "2025-01", "--to", "2025-03", "--as-of", "2025-01"], "not beside --as-of"),
    (["run", "--keep", "0"], "--keep"),
    (["run", "--notify", "mail 'open"], "--notify mail 'open: No closing quotation"),
    (["forget", "acne", "--yes"], 'Unknown customer "acne". Known: acme.'),
    (["run", "--unknown"], "--unknown"),
    (["nonsense"], "nonsense"),
    (["new", "Not An Id"], "Not An Id"),
    (["new", "--", "-x"], '"-x" is not a customer id'),
    (["new", "fresh-co", "--from", "nowhere.csv"], "nowhere.csv: there is no such file"),
    (["check", "acme", "--as-of", "yesterday"], "YYYY-MM-DD"),
    (["calibrate", "acme", "--as-of", "2025-13"], 'as of "2025-13": write YYYY-MM or YYYY-MM-DD.'),
])
def test_wrong_use_is_2_and_says_what_is_right(project, arguments, said):
    done = valuelab(*arguments, cwd=project)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "outputs").exists()


def test_nothing_to_run_is_2(tmp_path):
    done = valuelab("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no `params` folder" in done.stderr
    write_customer(tmp_path, "acme")
    done = valuelab("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no `notebooks` folder" in done.stderr
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    (tmp_path / "params" / "acme.yaml").unlink()
    (tmp_path / "empty").mkdir()
    done = valuelab("run", "--params", "empty", cwd=tmp_path)
    assert done.returncode == 2
    assert "There are no customers" in done.stderr


def test_check_says_what_can_be_made_and_what_is_wrong_and_runs_nothing(project):
    params = project / "params" / "brightlane.yaml"
    params.write_text(params.read_text().replace("currency: USD", "currancy: USD\nstrategy: neither"))
    done = valuelab("check", cwd=project)
    assert done.returncode == 1
    assert "ok acme: Acme, as of 2025-09" in done.stdout
    assert "01_baseline" in done.stdout
    assert "currancy" in done.stdout
    assert "neither" in done.stdout, "all problems at once"
    assert "Traceback" not in done.stdout + done.stderr
    assert valuelab("check", "acme", cwd=project).returncode == 0
    assert not (project / "outputs").exists()


def test_check_tells_repairs_in_full_and_fits_the_terminal(project):
    data = project / "data" / "acme" / "kpis.csv"
    data.write_text(data.read_text().replace("2024-05,Clients,105", "2024-05,Clients,TBA") + "2025-09,Clients,109\n")
    done = valuelab("check", "acme", "--as-of", "2025-06", cwd=project)
    assert done.returncode == 0
    text = " ".join(done.stdout.split())
    for said in ("left out: kpis.csv, Clients, rows 20-23: rows after as_of left out (4): only what was known by then counts",
                 "missing: kpis.csv, Clients, row 6: values not known", "yes: where we land: 17 known months of Clients; 13 are needed",
                 "data/acme/kpis.csv: 22 rows, sha256 "):
        assert said in text
    assert max(map(len, done.stdout.splitlines())) <= 200
    narrow = subprocess.run([Path(sys.executable).with_name("valuelab"), "check", "acme"], cwd=project, capture_output=True, text=True, check=True,
                            env={**os.environ, "COLUMNS": "60", "NO_COLOR": "1"})
    assert max(map(len, narrow.stdout.splitlines())) <= 60
    (found,) = json.loads(valuelab("check", "acme", "--as-of", "2025-06", "--json", cwd=project).stdout)
    assert (found["ok"], found["as_of"]) == (True, "2025-06")
    assert {n["kind"] for n in found["quality"]} == {"left out", "missing"}
    assert {p["answer"] for p in found["outlook"]} <= {"yes", "weakly", "no"}
    data.write_text("")
    (found,) = json.loads(valuelab("check", "acme", "--json", cwd=project).stdout)
    assert (found["ok"], len(found["problems"])) == (False, 1)


def test_it_works_from_a_folder_inside_of_the_project(project):
    done = valuelab("check", "acme", cwd=project / "notebooks")
    assert done.returncode == 0, done.stderr


def test_new_writes_a_customer_that_can_be_checked_and_never_writes_over_one(project):
    done = valuelab("new", "fresh-co", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "params/fresh-co.yaml" in done.stdout
    assert (project / "params" / "fresh-co.yaml").is_file()
    assert list((project / "data" / "fresh-co").iterdir())
    before = (project / "params" / "fresh-co.yaml").read_bytes()
    again = valuelab("new", "fresh-co", cwd=project)
    assert again.returncode == 2
    assert (project / "params" / "fresh-co.yaml").read_bytes() == before


def test_calibrate_invents_accounts_like_a_customer(tmp_path):
    write_customer(tmp_path, "acme")
    copy_project(tmp_path / "sample", "parcelway")
    done = valuelab("calibrate", "parcelway", "--replicates", "20", cwd=tmp_path / "sample")
    assert done.returncode == 0, done.stderr
    for said in ("20 accounts invented like Parcelway", "wrong alarms:", "1 month ahead", "6 months ahead", "Nothing was written"):
        assert said in done.stdout
    assert not (tmp_path / "sample" / "outputs").exists()
    # exit 2: nothing to scan; wrong use
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    done = valuelab("calibrate", "acme", cwd=tmp_path)
    assert done.returncode == 2
    assert "Add `outcome` and `indicators`" in done.stderr
    assert valuelab("calibrate", "acne", cwd=tmp_path).returncode == 2
    assert valuelab("calibrate", "acme", "--replicates", "3", cwd=tmp_path).returncode == 2
    assert valuelab("calibrate", cwd=tmp_path).returncode == 2
    # exit 1: the customer's files are wrong
    params = tmp_path / "params" / "acme.yaml"
    params.write_text(params.read_text().replace("currency: USD", "currancy: USD"))
    done = valuelab("calibrate", "acme", cwd=tmp_path)
    assert done.returncode == 1
    assert "currancy" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_scheduled_run_from_back_fill_to_forgetting(project):
    (project / "data" / "brightlane" / "kpis.csv").unlink()
    done = valuelab("run", "--from", "2025-07", "--to", "2025-09", "--keep", "1", "--log-json", "--notify", "sh -c 'cat > got.json; exit 3'", cwd=project)
    assert done.returncode == 1
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(e["as_of"], e["workbook"]) for e in said if e["event"] == "made"] == [(m, "01_baseline") for m in ("2025-07", "2025-08", "2025-09")]
    assert all(e["seconds"] > 0 for e in said if e["event"] == "made")
    assert "note: --notify sh: ended with exit code 3" in done.stderr, "its own failure is told and changes nothing"
    got, kept = (json.loads((project / name).read_text()) for name in ("got.json", "outputs/last-run.json"))
    assert got == kept == {k: v for k, v in said[-1].items() if k != "event"}
    assert (kept["state"], kept["exit_code"], kept["customers"]) == ("finished", 1, {"made": ["acme"], "unchanged": [], "failed": ["brightlane"]})
    assert {f["as_of"] for f in kept["failures"]} == {"2025-07", "2025-08", "2025-09"}
    assert sorted(p.name for p in (project / "outputs" / "acme").glob("20*")) == ["2025-08", "2025-09"]
    # where nothing fails nobody is told; unchanged reports are left alone
    (project / "got.json").unlink()
    done = valuelab("run", "acme", "--as-of", "2025-09", "--notify", "sh -c 'cat > got.json'", cwd=project)
    assert (done.returncode, done.stderr) == (0, ""), "no bar where there is no terminal"
    assert "Customers: 1 unchanged." in done.stdout
    assert not (project / "got.json").exists()
    # asked, and the answer is no; then yes
    no = valuelab("forget", "acme", cwd=project)
    assert no.returncode == 1
    assert (project / "outputs" / "acme").is_dir()
    assert valuelab("forget", "acme", "--yes", cwd=project).returncode == 0
    assert not (project / "outputs" / "acme").exists()
    assert "acme" not in (project / "outputs" / "index.html").read_text()
    assert (project / "params" / "acme.yaml").exists()


def test_help_and_version():
    done = valuelab("--help")
    assert done.returncode == 0
    for command in ("run", "check", "new", "schema", "calibrate", "forget"):
        assert f"  {command} " in done.stdout
        assert valuelab(command, "--help").returncode == 0
    assert "valuelab" in valuelab("--version").stdout


def test_looking_whether_anything_changed_loads_nothing_heavy():
    script = ("import sys, valuelab.cli, valuelab.run.batch, valuelab.run.pool\n"
              "print(*sorted({'pandas', 'numpy', 'scipy', 'matplotlib', 'papermill', 'nbconvert', 'nbformat', 'IPython'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
