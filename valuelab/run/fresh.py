"""One report made again, in a folder that is thrown away, as if the files had just arrived."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from valuelab.run import publish
from valuelab.run.batch import run_batch
from valuelab.run.project import Project
from valuelab.run.tasks import Event


class NotMade(Exception):
    """The report cannot be made again; the message says why."""


def fresh_page(project: Project, customer: str, as_of: str, workbook: str, *, beside: Path | None = None) -> str:
    """The HTML of a report, made anew from the files that are there now.

    Parameters
    ----------
    customer, as_of, workbook
        Which report.
    beside
        The folder that holds the report, whose manifest names the earlier report that it was made with; where there is none, the
        latest earlier one of the project's outputs.

    Raises
    ------
    NotMade
        Where the customer fails, or the workbook does not apply any more.
    """
    published = project.outputs / customer
    told: list[Event] = []
    with tempfile.TemporaryDirectory(prefix="valuelab-audit-") as folder:
        outputs = Path(folder) / "outputs"
        if before := _previous(published, as_of, beside):
            (outputs / customer / before).mkdir(parents=True)
            shutil.copy(published / before / publish.RESULTS, outputs / customer / before)
        run_batch(replace(project, outputs=outputs, outputs_at=""), [customer], as_of=[as_of], jobs=1, tell=told.append)
        page = outputs / customer / as_of / f"{workbook}.html"
        if not page.is_file():
            reasons = [e.text for e in told if e.kind == "failed"] or [f"{workbook} does not apply to {customer} as of {as_of}"]
            raise NotMade(f"the report cannot be made again: {reasons[0]}")
        return page.read_text(encoding="utf-8")


def _previous(published: Path, as_of: str, beside: Path | None) -> str:
    """The date of the earlier report that this one was held against, where that is still there."""
    try:
        named = json.loads((beside / publish.MANIFEST).read_text(encoding="utf-8"))["previous"] if beside is not None else None
    except (OSError, ValueError, KeyError):
        named = None
    before = publish.previous_date(published, as_of) if named is None else named
    return before if before and (published / before / publish.RESULTS).is_file() else ""
