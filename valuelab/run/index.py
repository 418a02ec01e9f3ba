"""The page over all customers, worst first. It is made from results.json and status.json alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from valuelab.assets import render, stylesheet
from valuelab.run import publish
from valuelab.run.project import Project

# a question that cannot be answered yet is the last word only where no other has an answer
WORST_FIRST = ("failed", "stale", "behind", "too early", "on track", "ahead", "cannot say", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One workbook of one customer: its question, its status, its answer; or what to add so that it applies."""

    title: str
    link: str = ""
    status: str = ""
    sentence: str = ""
    missing: Markup = Markup("")


@dataclass(frozen=True, slots=True)
class Entry:
    """One customer on the index."""

    id: str
    name: str
    as_of: str = ""
    status: str = ""
    reason: str = ""
    lines: tuple[Line, ...] = ()
    earlier: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    notes: tuple[str, ...] = ()


def write_index(project: Project) -> None:
    """Write ``outputs/index.html`` over every customer in params and in outputs."""
    project.outputs.mkdir(parents=True, exist_ok=True)
    found = entries(project)
    tally = [(status, n) for status in WORST_FIRST if status and (n := sum(e.status == status for e in found))]
    html = render("index.html.j2", entries=found, tally=tally, stylesheet=stylesheet())
    publish.write_text(project.outputs / "index.html", str(html))


def entries(project: Project) -> list[Entry]:
    """Every customer, worst first, then by name."""
    known = project.customers()
    there = {p.name for p in project.outputs.iterdir() if p.is_dir() and (p / publish.STATUS).is_file()}
    found = [_entry(project, customer, customer in known) for customer in sorted({*known, *there})]
    return sorted(found, key=lambda e: (WORST_FIRST.index(e.status), e.name.casefold(), e.id))


def _entry(project: Project, customer: str, in_params: bool) -> Entry:
    folder = project.outputs / customer
    status, made = publish.read_status(folder), publish.dates(folder)
    results = publish.read_json(folder / made[-1] / publish.RESULTS) if made else {}
    name = str(results.get("name") or status.name or customer)
    state, reason = publish.state_of(status, made)
    notes = [] if in_params else ["No longer in the params folder" + ("; these are its last reports." if made else ", and it never had a report.")]
    if not made and state == "ok":
        notes.append(f"Not run yet: valuelab run {customer}")
    for failure in status.failures:
        if failure.reason != reason:
            notes.append(f"As of {failure.as_of or 'the last complete period'}: could not be made. {failure.reason}")
    lines = _lines(customer, made[-1], results) if made else ()
    earlier = tuple((date, _lines(customer, date, publish.read_json(folder / date / publish.RESULTS))) for date in reversed(made[:-1]))
    return Entry(customer, name, made[-1] if made else "", state if state != "ok" else _worst(line.status for line in lines), reason,
                 lines, earlier, tuple(notes))


def _lines(customer: str, as_of: str, results: dict[str, Any]) -> tuple[Line, ...]:
    lines = {}
    for stem, page in results.get("notebooks", {}).items():
        headline = next((p for p in page["results"] if p.get("role") == "headline"), {})
        lines[stem] = Line(page.get("title") or stem, "/".join(quote(part) for part in (customer, as_of, f"{stem}.html")),
                           str(headline.get("status") or ""), _unbroken(str(headline.get("sentence") or "")))
    for stem, page in results.get("not_run", {}).items():
        lines[stem] = Line(page["title"], missing=_with_code(page["add"]))
    return tuple(lines[stem] for stem in sorted(lines))


def _unbroken(sentence: str) -> str:
    """A figure and its sign or scale on one line, as on a report."""
    return re.sub(r"(?<=\d) (?=(%|m|bn|trn)(?!\w))", "\u00a0", sentence)


def _with_code(text: str) -> Markup:
    """Keys in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _worst(statuses: Iterable[str]) -> str:
    known = [s for s in statuses if s in WORST_FIRST]
    return min(known, key=WORST_FIRST.index, default="")
