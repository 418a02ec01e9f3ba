"""What was found while reading: problems that stop, and repairs that are counted. Nothing is repaired silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from valuelab.errors import Problem
from valuelab.provenance import DataFile, QualityKind, QualityNote

# the first word that a note has tells its kind; "repaired" where it has none of them
_KIND_WORDS: tuple[tuple[QualityKind, tuple[str, ...]], ...] = (
    ("left out", ("left out", "dropped", "not used", "not read", "do not name")),
    ("missing", ("missing", "not known", "without a row", "no value yet", "is not over", "ends in")),
    ("to check", ("larger or smaller", "is zero", "one month only", "kept as they are", "differ", "scale")),
)


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

    def note(self, what: str, *, where: str, why: str, count: int | None = None, rows: Iterable[int] = (), kind: QualityKind | None = None) -> None:
        """A repair, a gap or something left out; without ``count`` the rows are counted. Of none nothing is said.

        ``kind`` where the words of ``what`` do not tell it: left out, dropped, not used; missing, not known; see ``kind_of``.
        """
        rows = tuple(sorted(set(rows)))
        count = len(rows) if count is None else count
        if count:
            self.notes.append(QualityNote(what, where, count, why, rows, kind or kind_of(what)))


def kind_of(what: str) -> QualityKind:
    """The kind of a note, from its own words.

    Examples
    --------
    >>> kind_of("total rows left out"), kind_of("missing months: 2025-02"), kind_of("dates like 03/04/2025 read with the day first")
    ('left out', 'missing', 'repaired')
    """
    return next((kind for kind, words in _KIND_WORDS if any(word in what for word in words)), "repaired")
