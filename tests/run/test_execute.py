from __future__ import annotations

import pytest

pytestmark = pytest.mark.filterwarnings("default")  # papermill's and nbformat's own, on import


def fails(path, tmp_path) -> str:
    from valuelab.run.execute import WorkbookFailed, execute

    with pytest.raises(WorkbookFailed) as failed:
        execute(path, {"customer": "a", "as_of": "", "previous": ""}, folder=tmp_path, timeout=60)
    return str(failed.value)


def test_a_workbook_that_does_not_have_the_parameters_is_refused(tmp_path):
    from tests.run.small import write_workbook

    for parameters in ('customer = "acme"\nas_of = ""', "customer, as_of = 1, 2", "not python"):
        path = write_workbook(tmp_path, "01_baseline", parameters=parameters)
        reason = fails(path, tmp_path)
        assert reason.startswith("01_baseline.ipynb: its cell with the tag `parameters` does not set")
        assert reason.endswith("previous")


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "01_baseline.ipynb"
    for text in ("", "{", "[]", '{"cells": 3}'):
        path.write_text(text)
        assert "01_baseline.ipynb is no readable notebook" in fails(path, tmp_path)


def test_a_kept_workbook_has_neither_clock_nor_stray_outputs_and_can_be_run_again():
    from nbformat.v4 import new_code_cell, new_output

    from tests.run.small import workbook
    from valuelab.run.collect import RESULT_MIME
    from valuelab.run.execute import for_keeping

    executed = workbook("1")
    executed.metadata["papermill"] = {"start_time": "2026-01-01", "input_path": "/home/me", "parameters": {}}
    result = new_output("display_data", data={RESULT_MIME: {"key": "k"}, "text/html": "<p>x</p>"})
    executed.cells[3].outputs = [new_output("stream", name="stderr", text="/home/me/x.py"), result]
    executed.cells[3].metadata |= {"papermill": {"duration": 1.0}, "execution": {"iopub.execute_input": "2026-01-01"}}
    injected = new_code_cell("# Parameters\ncustomer = 'acme.yaml'", metadata={"tags": ["injected-parameters"], "papermill": {"status": "x"}})
    executed.cells.insert(2, injected)
    for cell in executed.cells:
        cell.metadata.setdefault("tags", [])  # papermill does
    kept = for_keeping(executed, {"customer": "acme", "as_of": "2025-03", "previous": "../2025-02/results.json"})
    assert "2026" not in str(kept)
    assert "/home/me" not in str(kept)
    assert "papermill" not in str(kept)
    assert [o for cell in kept.cells for o in cell.get("outputs", [])] == [result]
    assert kept.cells[2]["id"] == "injected-parameters"
    assert "previous = '../2025-02/results.json'" in kept.cells[2].source.replace('"', "'")


def test_the_text_of_a_notebook_is_nbformat_s_but_for_its_blanks():
    import json

    import nbformat
    from nbformat.v4 import new_output

    from tests.run.small import workbook
    from valuelab.run.execute import to_text

    notebook = workbook("print('é')\n2")
    notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="é\nü\n"), new_output("display_data", data={"text/html": "<b>\n1</b>", "image/png": "AA\n", "application/vnd.a+json": {"x": [1, None]}})]
    notebook.metadata["signature"] = "of nobody's business"
    as_nbformat = json.loads(nbformat.writes(notebook))
    text = to_text(notebook)
    assert json.loads(text) == as_nbformat and "é" in text and not any(line.startswith(" ") for line in text.splitlines())
    assert nbformat.reads(text, as_version=4).cells[-1].outputs[0].text == "é\nü\n"
