"""What is asked of a worker and what it tells back; and whether there is anything to ask. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from valuelab.run import cache, publish
from valuelab.run.project import Project, last_day


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know. ``requested`` are dates as the user wrote them; "" is the last complete period.

    ``engine`` runs the notebooks (``valuelab`` forks them, ``stock`` starts a kernel for each); ``memory`` is what each may
    have, in megabytes, 0 for no limit. ``pdf``: print each page beside it; ``slides``: material for slides, too;
    ``browser``: False where it is known that there is none to make them.
    """

    customer: str
    params: Path
    requested: tuple[str, ...]
    project: Project
    software: str
    timeout: float
    force: bool = False
    engine: str = "valuelab"
    memory: int = 0
    pdf: bool = False
    slides: bool = False
    browser: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the terminal: ``made`` a page, found a date ``unchanged``, ``failed``, or a ``note``."""

    kind: str
    customer: str
    as_of: str = ""
    workbook: str = ""
    seconds: float = 0.0
    text: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A worker's last word on a task: its outcome, and whether the worker takes another."""

    outcome: str
    goes_on: bool = True


Tell = Callable[[Event], None]


def request_key(task: Task) -> str:
    """The key of all that a customer's reports have in common."""
    return cache.base_key(task.software, cache.inputs_of(task.params))


def nothing_to_do(task: Task) -> tuple[str, ...]:
    """The dates of a customer where every requested report is there and unchanged, else (); loads nothing heavy."""
    folder = task.project.outputs / task.customer
    status = publish.read_status(folder)
    if task.force or status.failures or not status.resolved or any(map(publish.is_left_over, folder.iterdir())):
        return ()
    base = request_key(task)
    known = [status.resolved.get(requested, {}) for requested in task.requested]
    if not known or any(k.get("base") != base for k in known):
        return ()
    found = sorted({k["as_of"] for k in known}, key=last_day)
    if any(missing_beside(task, folder / as_of) for as_of in found):
        return ()
    return tuple(found) if all(unchanged(folder, base, as_of) for as_of in found) else ()


def missing_beside(task: Task, report: Path) -> bool:
    """True where a report lacks a PDF or material for slides that was asked for and can be made."""
    if not (task.pdf or task.slides):
        return False
    from valuelab.run import pdf, slides  # only where they are asked for

    return bool(task.pdf and task.browser and pdf.to_print(report)) or (task.slides and not slides.is_complete(report, bitmaps=task.browser))


def unchanged(folder: Path, base: str, as_of: str) -> bool:
    """True where the reports of that date are there, and what they were made from is what it was."""
    before = publish.previous_date(folder, as_of)
    previous = folder / before / publish.RESULTS if before else None
    return cache.is_unchanged(folder / as_of, cache.report_key(base, as_of, previous))
