"""Who has read a report and approved it: a record beside its pages, and a line on each of them. Until then, and after any change, it is a draft.

The line is no part of what is approved: pages are held to the record by the hash of everything else, so that a report that is made again
with the same content stays approved.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from valuelab.assets import render
from valuelab.errors import ValuelabError
from valuelab.language import ENGLISH, in_language, languages
from valuelab.run import publish
from valuelab.run.cache import file_digest
from valuelab.run.chromium import Chromium, PrintingFailed, find_chromium
from valuelab.run.index import write_index
from valuelab.run.pdf import print_page, to_print
from valuelab.run.project import Project, WrongUse, choose, last_day
from valuelab.run.removal import known_customers
from valuelab.run.storage import storage_of

LONGEST_NAME = 120
_LINE = re.compile(r"<!-- approval -->.*?<!-- /approval -->", re.DOTALL)


class NotApproved(ValuelabError):
    """The report cannot be approved; the message says why. Nothing was written."""


def line(names: Sequence[str] = ()) -> str:
    """What a page says of its approval, between the marks by which it is found again.

    Examples
    --------
    >>> line(("Ann <b>",))
    '<!-- approval -->\\n<p class="approval"><strong>Approved</strong> by <bdi>Ann &lt;b&gt;</bdi>.</p>\\n<!-- /approval -->'
    """
    return f"<!-- approval -->\n{render('approval.html.j2', names=list(names)).strip()}\n<!-- /approval -->"


def content_digest(page: Path) -> str:
    """sha256 of a page without its line of approval."""
    return hashlib.sha256(_LINE.sub("", page.read_bytes().decode("utf-8"), count=1).encode()).hexdigest()


def carry_over(before: Path, report: Path) -> None:
    """What was approved in the folder ``before`` holds for the pages of ``report`` too, if their content is the same; else it is history."""
    record = publish.read_json(before / publish.APPROVAL)
    if not isinstance(record.get("approvals"), list):
        return
    if record["pages"] != _contents(report):
        record = _fresh(record)
    _write(report, record)


def approve(project: Project, customer: str, as_of: str, by: str, *, on: str) -> list[str]:
    """Record that somebody has read a report and approves it, and write it on its pages and on the index.

    Parameters
    ----------
    customer, as_of
        Which report: the name of its folder, ``YYYY-MM`` or ``YYYY-MM-DD``.
    by
        Who.
    on
        The day, for the record alone: pages have no clock.

    Returns
    -------
    list of str
        Everybody who has approved it as it is now.

    Raises
    ------
    NotApproved
        Unknown customer or date, no name, pages that are not as they were made.
    valuelab.run.storage.Busy
        Where a run is working on the customer.
    """
    name = " ".join("".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in by).split())
    if not name or len(name) > LONGEST_NAME:
        raise NotApproved(f"--by must be a name of 1 to {LONGEST_NAME} characters.")
    storage = storage_of(project)
    storage.bring()
    folder, as_of = _report_of(project, customer, as_of)
    with storage.held(customer):
        storage.bring([customer], pages=True)
        record = _approved(folder, as_of, name, on)
        storage.report_made(folder / as_of)
    write_index(project)
    return _names(record)


def _approved(folder: Path, as_of: str, name: str, on: str) -> dict[str, Any]:
    """The record with one more name, in a copy of the report that takes its place."""
    with publish.replacing(folder, as_of) as building:
        shutil.copytree(folder / as_of, building, dirs_exist_ok=True)
        manifest = publish.read_json(building / publish.MANIFEST)
        files = manifest.get("files") if isinstance(manifest.get("files"), dict) else {}
        wrong = sorted({p.name for p in building.glob("*.html")} - set(files)) + [n for n, known in files.items() if not _is(building / n, known)]
        if wrong or not files:
            raise NotApproved(f"{folder.name} {as_of}: {wrong[0] if wrong else publish.MANIFEST} is not as it was made. Run it again, and read it again.")
        record, contents = publish.read_json(building / publish.APPROVAL), _contents(building)
        if record.get("pages") != contents:
            record = {**_fresh(record), "pages": contents}
        if name not in _names(record):
            record["approvals"] = [*record["approvals"], {"by": name, "as_of": as_of, "on": on}]
        _write(building, record)
        for changed in (publish.APPROVAL, *contents):
            files[changed] = file_digest(building / changed)
        publish.write_json(building / publish.MANIFEST, {**manifest, "files": files})
        _print_again(building, as_of)
    return record


def _report_of(project: Project, customer: str, as_of: str) -> tuple[Path, str]:
    """The customer's folder and the name of a report in it."""
    try:
        (customer,) = choose(known_customers(project), [customer])
    except WrongUse as error:
        raise NotApproved(str(error)) from None
    folder = project.outputs / customer
    made = publish.dates(folder)
    if not made:
        raise NotApproved(f"There is no report of {customer} yet. Make one with `valuelab run {customer}`.")
    found = as_of if as_of in made else ""
    if not found:
        with suppress(WrongUse):  # 2025-03-31 is 2025-03
            found = next((date for date in made if last_day(date) == last_day(as_of)), "")
    if not found:
        raise NotApproved(f'There is no report of {customer} as of "{as_of[:40]}". There are: {", ".join(made[-12:])}.')
    return folder, found


def _print_again(report: Path, as_of: str) -> None:
    """No PDF may say draft beside pages that do not: each is printed anew, or goes where there is no browser."""
    stale = [page for page in to_print(report) if page.with_suffix(".pdf").is_file()]
    for page in stale:
        page.with_suffix(".pdf").unlink()
    if stale and (path := find_chromium()):
        with suppress(PrintingFailed), Chromium(path) as chromium:
            for page in stale:
                print_page(chromium, page, as_of)


def _fresh(record: dict[str, Any]) -> dict[str, Any]:
    """A record without approvals; those that it had are history."""
    earlier = list(record.get("earlier", []))
    if record.get("approvals"):
        earlier.append({"pages": record["pages"], "approvals": record["approvals"]})
    return {"schema": 1, "pages": {}, "approvals": [], "earlier": earlier}


def _write(report: Path, record: dict[str, Any]) -> None:
    """The record, with the sha256 of each page as it stands now, and the line on the pages."""
    names = _names(record)
    for page in sorted(report.glob("*.html")):
        html = page.read_bytes().decode("utf-8")
        with in_language(_language_of(html)):
            wanted = line(names)
        marked = _LINE.sub(lambda _, wanted=wanted: wanted, html, count=1)
        if marked != html:
            publish.write_text(page, marked)
    publish.write_json(report / publish.APPROVAL, {**record, "sha256": {p.name: file_digest(p) for p in sorted(report.glob("*.html"))} if record["approvals"] else {}})


def _language_of(html: str) -> str:
    """The language of a page, as its first element names it."""
    found = re.search(r'<html lang="([a-z]+)"', html[:200])
    return found[1] if found and found[1] in languages() else ENGLISH


def _contents(report: Path) -> dict[str, str]:
    return {page.name: content_digest(page) for page in sorted(report.glob("*.html"))}


def _names(record: dict[str, Any]) -> list[str]:
    return [approval["by"] for approval in record["approvals"]]


def _is(path: Path, known: str) -> bool:
    return path.is_file() and file_digest(path) == known
