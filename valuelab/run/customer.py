"""One customer, all its dates in ascending order: load, run what applies, publish whole, keep the status."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from valuelab.errors import ValuelabError
from valuelab.run import cache, publish
from valuelab.run.approval import carry_over
from valuelab.run.beside import Beside
from valuelab.run.cards import card_of
from valuelab.run.collect import PagesDisagree, assemble, bundles, to_json
from valuelab.run.convert import title_of, to_html
from valuelab.run.engine import NAME as ENGINE
from valuelab.run.evidence import FigureWithoutKey
from valuelab.run.execute import WorkbookFailed, execute, for_keeping, read_workbook, to_text
from valuelab.run.project import date_text, last_day
from valuelab.run.review_page import STEM, review_notebook
from valuelab.run.storage import Busy, storage_of
from valuelab.run.tasks import Event, Task, Tell, request_key, unchanged
from valuelab.spreadsheet import make_spreadsheet


def run_customer(task: Task, tell: Tell) -> str:
    """Run a customer; returns ``made``, ``unchanged`` or ``failed``. What went wrong is told, never raised."""
    folder = task.project.outputs / task.customer
    try:
        with storage_of(task.project).held(task.customer):
            storage_of(task.project).bring([task.customer], pages=task.pdf or task.slides)
            return run_alone(task, tell)
    except Busy as error:
        tell(Event("failed", task.customer, text=str(error)))
    except OSError as error:
        tell(Event("failed", task.customer, text=_cannot_write(folder, error)))
    return "failed"


def run_alone(task: Task, tell: Tell) -> str:
    """``run_customer`` of a customer that nobody else works on."""
    folder = task.project.outputs / task.customer
    try:
        return _Run(task, folder, tell).run()
    except OSError as error:
        tell(Event("failed", task.customer, text=_cannot_write(folder, error)))
        return "failed"


def _cannot_write(folder: Path, error: OSError) -> str:
    return f"cannot write to {folder.parent.name}/{folder.name}: {error.strerror or error}"


def _times(report: Path) -> dict[Path, int]:
    """The files of a report and when each was written."""
    return {path: path.stat().st_mtime_ns for path in report.rglob("*") if path.is_file()}


class _Run:
    """The state of one customer's run."""

    def __init__(self, task: Task, folder: Path, tell: Tell):
        self.task, self.folder, self.tell = task, folder, tell
        self.storage = storage_of(task.project)
        self.base = request_key(task)  # before anything is loaded: files that change meanwhile are run again next time
        self.status = publish.read_status(folder)
        self.resolved: dict[str, str] = {}  # requested → date
        self.failures: list[publish.Failure] = []
        self.beside = Beside(task)

    def run(self) -> str:
        with self.beside:
            return self._run()

    def _run(self) -> str:
        publish.recover(self.folder)
        accounts = self._load()
        made = 0
        for as_of in sorted(accounts, key=last_day):
            if not self.task.force and unchanged(self.folder, self.base, as_of):
                self.tell(Event("unchanged", self.task.customer, as_of))
                before = _times(self.folder / as_of)
                for event in self.beside.add(self.folder / as_of, as_of):
                    self.tell(event)
                self.storage.wrote(*(path for path, when in _times(self.folder / as_of).items() if before.get(path) != when))
                continue
            made += self._attempt(as_of, accounts[as_of])
        self._keep_status()
        return "failed" if self.failures or self.beside.failed else "made" if made else "unchanged"

    def _load(self) -> dict[str, Any]:
        """The customer at each requested date, under the date that it came to."""
        from valuelab.inputs import load_customer  # heavy, and only workers need it

        accounts: dict[str, Any] = {}
        for requested in self.task.requested:
            try:
                account = load_customer(self.task.params, as_of=requested or None)
            except ValuelabError as error:
                self._fail(requested, requested, str(error))
                continue
            except Exception as error:  # a mistake of ours in reading must not end the other customers
                self._fail(requested, requested, f"{type(error).__name__}: {error}")
                continue
            as_of = date_text(account.as_of)
            self.resolved[requested] = as_of
            accounts[as_of] = account
            self.status = replace(self.status, name=account.name)
        return accounts

    def _attempt(self, as_of: str, account: Any) -> bool:
        try:
            self._make(as_of, account)
        except WorkbookFailed as error:
            self._fail(self._requested(as_of), as_of, str(error), error.detail)
        except (PagesDisagree, FigureWithoutKey, ValuelabError) as error:
            self._fail(self._requested(as_of), as_of, str(error))
        except OSError as error:
            self._fail(self._requested(as_of), as_of, f"cannot write: {error.strerror or error}")
        else:
            return True
        return False

    def _make(self, as_of: str, account: Any) -> None:
        """Run, convert and publish one date."""
        started, before = datetime.now(UTC), publish.previous_date(self.folder, as_of)
        previous = self.folder / before / publish.RESULTS if before else None
        key = cache.report_key(self.base, as_of, previous)
        applies = account.applies()
        seconds: dict[str, float] = {}
        pages: dict[str, Any] = {}
        executed: dict[str, Any] = {}
        runs = [workbook for workbook in self.task.project.workbooks() if not applies.get(workbook.stem)]
        handed = self._read_once(as_of, previous) if len(runs) > 1 and self.task.engine == ENGINE else []
        with publish.replacing(self.folder, as_of) as building:
            for workbook in runs:
                clock = time.perf_counter()
                notebook = self._execute(workbook, as_of, previous, handed)
                notebook = for_keeping(notebook, {
                    "customer": self.task.customer, "as_of": as_of, "previous": f"../{before}/{publish.RESULTS}" if before else ""})
                pages[workbook.stem] = {"title": title_of(notebook), "results": bundles(notebook)}
                executed[workbook.stem] = notebook
                seconds[workbook.stem] = round(time.perf_counter() - clock, 3)
            not_run = {p.stem: {"title": title_of(read_workbook(p)), "add": applies[p.stem]}
                       for p in self.task.project.workbooks() if applies.get(p.stem)}
            results = assemble(self.task.customer, as_of, name=account.name, pages=pages, not_run=not_run)
            publish.write_text(building / publish.RESULTS, to_json(results))
            publish.write_json(building / publish.CARD, card_of(results))
            spreadsheet = make_spreadsheet(results)
            if spreadsheet is not None:
                publish.write_bytes(building / f"{spreadsheet[0]}.xlsx", spreadsheet[1])
            for stem, notebook in executed.items():
                publish.write_text(building / f"{stem}.html", to_html(
                    notebook, name=results["name"], as_of=as_of, results=results, workbook=stem,
                    spreadsheet=f"{stem}.xlsx" if spreadsheet is not None and spreadsheet[0] == stem else ""))
            review = review_notebook(executed, results)
            if review is not None:
                publish.write_text(building / f"{STEM}.html", to_html(review, name=results["name"], as_of=as_of, results=results, workbook=STEM))
            for stem, notebook in executed.items():
                publish.write_text(building / f"{stem}.ipynb", to_text(notebook))
            carry_over(self.folder / as_of, building)
            publish.write_json(building / publish.MANIFEST, {
                "key": key, "as_of": as_of, "previous": before, "started": started.isoformat(timespec="seconds"), "seconds": seconds,
                "versions": cache.versions(), "inputs": cache.inputs_of(self.task.params),
                "files": {p.name: cache.file_digest(p) for p in sorted(building.iterdir())}})
            made_beside = self.beside.add(building, as_of)
        self.storage.report_made(self.folder / as_of)
        for stem, took in seconds.items():
            self.tell(Event("made", self.task.customer, as_of, stem, took))
        for event in made_beside:
            self.tell(event)
        if not seconds:
            self.tell(Event("made", self.task.customer, as_of, text="no workbook applies: " + "; ".join(sorted({missing["add"] for missing in not_run.values()}))))

    def _read_once(self, as_of: str, previous: Path | None) -> list[bytes]:
        """The customer as each workbook would read it; where that fails they say why. Workbooks add what they worked out."""
        from valuelab.inputs import load_customer
        from valuelab.inputs.handed import pack

        try:
            account = load_customer(self.task.params, as_of=as_of, previous=str(previous) if previous else None)
        except Exception:
            return []
        return [pack(account, self.task.params, as_of=as_of, previous=previous)]

    def _execute(self, workbook: Path, as_of: str, previous: Path | None, handed: list[bytes]) -> Any:
        home = self.task.params.parent
        parameters = {"customer": self.task.params.name, "as_of": as_of,
                      "previous": os.path.relpath(previous, home) if previous else ""}
        return execute(workbook, parameters, folder=home, timeout=self.task.timeout, engine=self.task.engine, memory=self.task.memory, handed=handed,
                       say=lambda text: self.tell(Event("note", self.task.customer, as_of, workbook.stem, text=text)))

    def _requested(self, as_of: str) -> str:
        return next((r for r, resolved in self.resolved.items() if resolved == as_of), as_of)

    def _fail(self, requested: str, as_of: str, reason: str, detail: str = "") -> None:
        reason = self._without_paths(reason)
        self.failures.append(publish.Failure(requested, as_of, reason))
        self.tell(Event("failed", self.task.customer, as_of, text=reason, detail=detail))

    def _without_paths(self, text: str) -> str:
        """Messages are kept and shown to others: where this machine keeps the project is not their business."""
        project = self.task.project
        for folder in (project.params.parent, project.notebooks.parent, project.outputs.parent, Path.home()):
            if len(folder.parts) > 1:
                text = text.replace(f"{folder}{os.sep}", "")
        return text

    def _keep_status(self) -> None:
        """Write status.json: this run's failures, and older ones that this run did not mend."""
        made = set(publish.dates(self.folder)) & set(self.resolved.values()) - {f.as_of for f in self.failures}
        older = [f for f in self.status.failures if f.requested not in self.task.requested and f.as_of not in made]
        if "" in self.resolved and self.resolved[""] in made:
            older = [f for f in older if f.as_of in publish.dates(self.folder)]  # attempts at dates without a report are history
        failed = {f.as_of for f in self.failures}
        resolved = {k: v for k, v in self.status.resolved.items() if v.get("base") == self.base}
        resolved |= {requested: {"base": self.base, "as_of": as_of} for requested, as_of in self.resolved.items() if as_of not in failed}
        self.folder.mkdir(parents=True, exist_ok=True)
        publish.write_status(self.folder, replace(self.status, failures=(*older, *self.failures), resolved=resolved))
        self.storage.wrote(self.folder / publish.STATUS)
