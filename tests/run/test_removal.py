from __future__ import annotations

import json

import pandas as pd
import pytest
from filelock import FileLock

from tests.run.small import HEADLINE, write_workbook
from tests.run.thousand import results_of, write_report
from valuelab.run.index import write_index
from valuelab.run.project import Project, WrongUse
from valuelab.run.removal import Busy, forget_customer, keep_newest


@pytest.fixture
def project(tmp_path) -> Project:
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    (tmp_path / "params").mkdir()
    found = Project(tmp_path / "params", tmp_path / "notebooks", tmp_path / "outputs")
    for as_of in ("2024-12", "2025-03", "2025-06", "2025-09"):
        write_report(found, results_of("acme", name="Acme of Bremen", as_of=as_of))
    write_report(found, results_of("brightlane"))
    write_index(found)
    return found


def test_a_forgotten_customer_is_named_nowhere(project):
    (project.outputs / ".locks").mkdir(exist_ok=True)
    (project.outputs / ".locks" / "acme.lock").touch()
    (project.params / "acme.yaml").write_text("customer: Acme of Bremen")
    told = {"customers": {"made": ["acme", "brightlane"]}, "failures": [{"customer": "acme", "reason": "x"}], "reports": []}
    (project.outputs / "last-run.json").write_text(json.dumps(told))
    forget_customer(project, "acme")
    for path in project.outputs.rglob("*"):
        assert "acme" not in path.name
        if path.is_file():
            assert b"acme" not in path.read_bytes().lower(), path
    assert list(pd.read_parquet(project.outputs / "portfolio.parquet")["customer"]) == ["brightlane"]
    assert (project.params / "acme.yaml").exists(), "params and data are the user's"


@pytest.mark.parametrize("customer", ["acne", "..", ".", "", "../outputs/acme", "acme/2025-03", ".locks"])
def test_only_a_customer_can_be_forgotten(project, customer):
    with pytest.raises(WrongUse, match="Unknown customer"):
        forget_customer(project, customer)
    assert (project.outputs / "acme" / "2025-09").is_dir()


def test_a_link_is_removed_and_not_what_it_leads_to(project, tmp_path):
    (project.outputs / "acme").rename(tmp_path / "elsewhere")
    (project.outputs / "acme").symlink_to(tmp_path / "elsewhere")
    forget_customer(project, "acme")
    assert not (project.outputs / "acme").is_symlink()
    assert (tmp_path / "elsewhere" / "2025-09" / "results.json").is_file()


def test_a_customer_that_is_being_run_is_left_alone(project):
    (project.outputs / ".locks").mkdir(exist_ok=True)
    with FileLock(project.outputs / ".locks" / "acme.lock"):
        with pytest.raises(Busy, match="another run"):
            forget_customer(project, "acme")
        assert keep_newest(project, "acme", 1) == []
    assert len(list((project.outputs / "acme").glob("20*"))) == 4


def test_the_newest_and_so_many_older_reports_are_kept(project):
    assert keep_newest(project, "acme", 5) == []
    assert keep_newest(project, "acme", 1) == ["2024-12", "2025-03"]
    assert sorted(p.name for p in (project.outputs / "acme").glob("20*")) == ["2025-06", "2025-09"]
    assert keep_newest(project, "acme", 1) == []
    assert keep_newest(project, "never", 1) == []
