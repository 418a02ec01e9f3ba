"""A project with tiny workbooks, quick to run, for the tests of running."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = 'customer = "acme"\nas_of = ""\nprevious = ""'
EMIT = """
from IPython.display import display
def emit(key, data, *, role="section", status="", sentence="", html=None):
    display({"text/html": html or f"<section class='vl'><h2>{key}</h2><p>{sentence}</p></section>", "text/plain": key,
             "application/vnd.valuelab.result+json": {"key": key, "type": "T", "role": role, "status": status, "sentence": sentence,
                                                      "data": data}}, raw=True)
def figure(key, value):
    return {"key": key, "value": value, "low": None, "high": None, "unit": "", "kind": "measured"}
"""
HEADLINE = 'emit("headline", {"f": figure("a.b", 1.0)}, role="headline", status="behind", sentence="Three short of ten.")'
ACCOUNT = 'emit("account", {"as_of": as_of, "previous": "/".join(previous.split("/")[-2:])}, role="account", sentence="Acme")'


def workbook(*code: str, title: str = "Where are we?", parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    """A workbook with a title, its parameters, an account, and some code cells."""
    cells = [new_markdown_cell(f"# {title}", id="title"), new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}),
             new_code_cell(EMIT + ACCOUNT, id="set-up")]
    cells += [new_code_cell(source, id=f"code-{n}") for n, source in enumerate(code)]
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}})


def write_workbook(project: Path, name: str, *code: str, **options: str) -> Path:
    path = project / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(workbook(*code, **options), path)
    return path


def write_customer(project: Path, customer: str, *, name: str = "Acme", last_month: int = 9) -> Path:
    """Params and a little data, to the end of ``last_month`` of 2025."""
    (project / "params").mkdir(parents=True, exist_ok=True)
    data = project / "data" / customer / "kpis.csv"
    data.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{year}-{month:02d},Clients,{100 + month}" for year in (2024, 2025) for month in range(1, 13) if (year, month) <= (2025, last_month)]
    data.write_text("date,metric,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    params = project / "params" / f"{customer}.yaml"
    params.write_text(
        f"customer: {json.dumps(name)}\ncurrency: USD\nstarted: 2025-01\ndata: ../data/{customer}/kpis.csv\n"
        "outcome:\n  name: Clients\n  total_by: sum\n  targets:\n    - 1500 by 2025-12\n", encoding="utf-8")
    return params
