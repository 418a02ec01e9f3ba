"""What a run says of itself: lines as things happen, a summary that fits a terminal, and ``outputs/last-run.json`` for machines.

Times come from the clock, so nothing here is part of a report.
"""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from valuelab.run import publish
from valuelab.run.project import Project
from valuelab.run.storage import LAST_RUN, storage_of
from valuelab.run.tasks import Event

OUTCOMES = ("made", "unchanged", "failed")
MOST_NAMED = 10  # failures in a summary; all of them are in last-run.json


@dataclass(slots=True)
class Journal:
    """Everything that a run told: ``outcomes`` of customers, ``reports`` with their seconds, ``failures`` with their reasons."""

    project: Project
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    outcomes: dict[str, list[str]] = field(default_factory=lambda: {outcome: [] for outcome in OUTCOMES})
    reports: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)

    def heard(self, event: Event) -> None:
        """Take down an event."""
        if event.kind == "made" and event.workbook:
            self.reports.append({"customer": event.customer, "as_of": event.as_of, "workbook": event.workbook, "seconds": round(event.seconds, 3)})
        elif event.kind == "failed":
            self.failures.append({"customer": event.customer, "as_of": event.as_of, "reason": event.text})

    def finished(self, customer: str, outcome: str) -> None:
        """Take down how a customer ended."""
        self.outcomes[outcome].append(customer)

    def summary(self, state: str, exit_code: int | None) -> dict[str, Any]:
        """The run as JSON: ``state`` is running, finished, stopped or failed."""
        return {"schema": 1, "state": state, "exit_code": exit_code, "started": self.started.isoformat(timespec="seconds"),
                "seconds": round(time.monotonic() - self.clock, 3), "customers": {outcome: sorted(ids) for outcome, ids in self.outcomes.items()},
                "failures": sorted(self.failures, key=lambda f: (f["customer"], f["as_of"], f["reason"])),
                "reports": sorted(self.reports, key=lambda r: (r["customer"], r["as_of"], r["workbook"]))}

    def write(self, state: str, exit_code: int | None = None) -> dict[str, Any]:
        """Write ``outputs/last-run.json`` and give what is in it.

        Raises
        ------
        OSError
            Where outputs cannot be written.
        """
        told = self.summary(state, exit_code)
        self.project.outputs.mkdir(parents=True, exist_ok=True)
        publish.write_json(self.project.outputs / LAST_RUN, told)
        storage_of(self.project).wrote(self.project.outputs / LAST_RUN)
        return told


def as_json(event: Event) -> str:
    """An event as one line of JSON, with the time."""
    said = {"event": event.kind, "customer": event.customer, "as_of": event.as_of, "workbook": event.workbook, "text": event.text}
    if event.workbook and event.kind == "made":
        said["seconds"] = round(event.seconds, 3)
    return json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **{k: v for k, v in said.items() if v != ""}}, ensure_ascii=False)


def summary_lines(told: dict[str, Any], *, index: str, width: int = 80) -> list[str]:
    """A run in a few lines, none longer than ``width``: how many of each, which failed and why, where the index is.

    Examples
    --------
    >>> told = {"customers": {"made": ["a"], "unchanged": [], "failed": ["b"]}, "seconds": 75.2, "failures": [
    ...     {"customer": "b", "as_of": "2025-03", "reason": "kpis.csv: there is no such file"}]}
    >>> print(*summary_lines(told, index="outputs/index.html"), sep="\\n")
    Customers: 1 made, 1 failed. Index: outputs/index.html (1 min 15 s)
    """
    customers, failures = told["customers"], told["failures"]
    counts = [f"{len(customers[outcome]):,} {outcome}" for outcome in OUTCOMES if customers[outcome]]
    head = f"Customers: {', '.join(counts) or 'none'}. Index: {index} ({duration(told['seconds'])})"
    lines = textwrap.wrap(head, width, break_on_hyphens=False)
    if sum(map(len, customers.values())) <= MOST_NAMED:
        return lines  # each has just been told above
    for failure in failures[:MOST_NAMED]:
        where = " ".join(filter(None, (failure["customer"], failure["as_of"])))
        lines.append(textwrap.shorten(f"  failed {where}: {failure['reason']}".replace("\n", " "), width - 2, placeholder=" …"))
    lines = [lines[0], *(f"  {line}" if line.startswith("failed ") else line for line in lines[1:])]
    if len(failures) > MOST_NAMED:
        lines.append(f"  … and {len(failures) - MOST_NAMED:,} more failures: {LAST_RUN} beside the index has them all")
    return lines


def duration(seconds: float) -> str:
    """A time as people say it.

    Examples
    --------
    >>> duration(0.42), duration(59.6), duration(3725)
    ('0.4 s', '1 min 0 s', '1 h 2 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def read_last_run(project: Project) -> dict[str, Any]:
    """What the last run wrote; empty where there was none."""
    return publish.read_json(project.outputs / LAST_RUN)


def without(told: dict[str, Any], customers: Sequence[str]) -> dict[str, Any]:
    """A last run that names these customers nowhere."""
    kept = {outcome: [c for c in ids if c not in customers] for outcome, ids in told.get("customers", {}).items()}
    return {**told, "customers": kept, **{part: [row for row in told.get(part, []) if row.get("customer") not in customers] for part in ("failures", "reports")}}
