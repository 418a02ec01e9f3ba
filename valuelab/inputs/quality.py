"""What was found while reading: problems that stop, and repairs that are counted. Nothing is repaired silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from valuelab.errors import Problem
from valuelab.types import DataFile, QualityNote


@dataclass(slots=True)
class Findings:
    """Collects problems and quality notes of one customer while its files are read."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[QualityNote] = field(default_factory=list)
    files: list[DataFile] = field(default_factory=list)

    def refuse(self, where: str, what: str, *, fix: str = "", rows: Iterable[int] = ()) -> None:
        """Something that only a person can mend."""
        problem = Problem(where, what, tuple(sorted(set(rows))), fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def note(self, what: str, *, where: str, why: str, count: int | None = None, rows: Iterable[int] = ()) -> None:
        """A repair, a gap or something left out; without ``count`` the rows are counted. Of none nothing is said."""
        rows = tuple(sorted(set(rows)))
        count = len(rows) if count is None else count
        if count:
            self.notes.append(QualityNote(what, where, count, why, rows))
