from __future__ import annotations

import json

import pytest

from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.run import cache


@pytest.fixture
def project(tmp_path):
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    write_customer(tmp_path, "acme")
    return tmp_path


def test_parts_do_not_run_into_each_other():
    assert cache.digest("ab", "c") != cache.digest("a", "bc")
    assert cache.digest("a") == cache.digest(b"a")


def test_inputs_are_params_and_data_under_their_own_names(project):
    found = cache.inputs_of(project / "params" / "acme.yaml")
    assert list(found) == ["acme.yaml", "../data/acme/kpis.csv"]
    assert all(len(sha) == 64 for sha in found.values())


def test_every_input_counts(project):
    params, data = project / "params" / "acme.yaml", project / "data" / "acme" / "kpis.csv"
    seen = [cache.inputs_of(params)]
    data.write_text(data.read_text() + "\n")
    seen.append(cache.inputs_of(params))
    params.write_text(params.read_text() + "# note\n")
    seen.append(cache.inputs_of(params))
    data.unlink()
    seen.append(cache.inputs_of(params))
    assert len({json.dumps(s) for s in seen}) == 4
    assert seen[-1]["../data/acme/kpis.csv"] == "missing"


def test_params_that_cannot_be_read_still_have_a_key(project):
    params = project / "params" / "acme.yaml"
    params.write_text("a: [")
    assert list(cache.inputs_of(params)) == ["acme.yaml"]


def test_outputs_left_in_a_workbook_change_nothing_but_its_cells_do(project):
    path = project / "notebooks" / "01_baseline.ipynb"
    before, raw = cache.software_key([path]), json.loads(path.read_text())
    raw["cells"][2]["execution_count"] = 5
    raw["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    path.write_text(json.dumps(raw))
    assert cache.software_key([path]) == before
    raw["cells"][2]["source"] += "\n1"
    path.write_text(json.dumps(raw))
    assert cache.software_key([path]) != before


def test_a_broken_workbook_has_a_key_too(tmp_path):
    path = tmp_path / "01_x.ipynb"
    path.write_text("{not json")
    assert cache.workbook_source(path) == "{not json"


def test_a_date_and_the_report_before_it_are_part_of_the_key(tmp_path):
    previous = tmp_path / "results.json"
    previous.write_text("1")
    keys = [cache.report_key("b", "2025-03", None), cache.report_key("b", "2025-04", None), cache.report_key("b", "2025-04", previous)]
    previous.write_text("2")
    keys.append(cache.report_key("b", "2025-04", previous))
    assert len(set(keys)) == 4


def test_versions_name_what_computes():
    found = cache.versions()
    assert {"python", "valuelab", "numpy", "pandas", "statsmodels", "papermill", "nbconvert", "nbclient"} <= found.keys()
    assert "not installed" not in found.values()
    assert "pytest" not in found


def test_unchanged_means_that_the_files_are_still_what_they_were(tmp_path):
    page = tmp_path / "01_baseline.html"
    page.write_text("page")
    (tmp_path / "manifest.json").write_text(json.dumps({"key": "k", "files": {page.name: cache.file_digest(page)}}))
    assert cache.is_unchanged(tmp_path, "k")
    assert not cache.is_unchanged(tmp_path, "other")
    page.write_text("edited")
    assert not cache.is_unchanged(tmp_path, "k")
    page.unlink()
    assert not cache.is_unchanged(tmp_path, "k")
    (tmp_path / "manifest.json").write_text("{")
    assert not cache.is_unchanged(tmp_path, "k")
