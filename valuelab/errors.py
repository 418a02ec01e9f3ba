"""Errors that a user can act on: which file, which rows, what to do. All problems of a file are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, and what to do about it.

    Parameters
    ----------
    where
        The file (and sheet), or the params key, in the user's words: ``kpis.csv, column "value"``.
    what
        What is wrong, with the offending text quoted.
    rows
        Line numbers in the file as an editor or spreadsheet shows them (header = 1); empty where no row is meant.
    fix
        What to do, in the imperative.
    """

    where: str
    what: str
    rows: tuple[int, ...] = ()
    fix: str = ""

    def __str__(self) -> str:
        rows = ""
        if self.rows:
            shown = ", ".join(str(r) for r in self.rows[:8])
            more = f" and {len(self.rows) - 8} more" if len(self.rows) > 8 else ""
            rows = f", {'rows' if len(self.rows) > 1 else 'row'} {shown}{more}"
        fix = f" {self.fix}" if self.fix else ""
        return f"{self.where}{rows}: {self.what}.{fix}" if self.where else f"{self.what}.{fix}"


class ValuelabError(Exception):
    """A mistake that the user can mend. Shown as its message alone, in the terminal and in a notebook."""

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this: a user's mistake is a sentence, not a stack."""
        return [f"{type(self).__name__}: {self}"]


class InputError(ValuelabError):
    """Something is wrong with a customer's params or data; ``problems`` lists everything found.

    Examples
    --------
    >>> error = InputError("acme", [Problem("kpis.csv", '"abc" is not a number', (4,), "Correct it.")])
    >>> print(error)
    acme: 1 problem
      - kpis.csv, row 4: "abc" is not a number. Correct it.
    """

    def __init__(self, customer: str, problems: Sequence[Problem]):
        self.customer = customer
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem" + ("s" if len(self.problems) != 1 else "")
        lines = [f"{customer}: {count}", *(f"  - {p}" for p in self.problems)]
        super().__init__("\n".join(lines))

    def __reduce__(self):  # crosses process borders
        return type(self), (self.customer, self.problems)


class AnalysisError(ValuelabError, ValueError):
    """An analysis was called with arguments it cannot use; the message has the name, the value and the rule."""
