"""A workbook that does not apply, opened anyway, says what to add and ends cleanly; papermill from the root works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import copy_project
from tests.test_browser import figures_of
from tests.test_reports import Page


def papermill(project: Path, notebook: str, customer: str, **parameters: str) -> Path:
    target = project / "out.ipynb"
    words = [word for name, value in ({"customer": customer} | parameters).items() for word in ("-p", name, value)]
    done = subprocess.run([sys.executable, "-m", "papermill", f"notebooks/{notebook}.ipynb", target.name, *words], cwd=project,
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return target


@pytest.mark.parametrize("notebook", ["01_baseline", "02_leading_indicators", "03_conversion"])
def test_a_workbook_that_does_not_apply_says_what_to_add(tmp_path, notebook):
    done = papermill(copy_project(tmp_path / "project", "stonebrook-tools"), notebook, "stonebrook-tools")
    html = "".join("".join(o.get("data", {}).get("text/html", "")) for c in nbformat.read(done, 4).cells for o in c.get("outputs", ()))
    assert "to the params" in Page(html).text


def test_papermill_from_the_root_gives_the_figures_of_the_report(samples, tmp_path):
    project = copy_project(tmp_path / "project", "harbour-care")
    before = str(samples / "harbour-care" / "2025-03" / "results.json")
    done = papermill(project, "01_baseline", "harbour-care", previous=before)
    report = Page((samples / "harbour-care" / "2025-09" / "01_baseline.html").read_text(encoding="utf-8")).figures
    assert figures_of(done) == report
