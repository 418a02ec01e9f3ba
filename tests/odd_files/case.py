"""What a case of the corpus is: a file, the params beside it, and what is right for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.odd_files.make import HALF_YEAR


@dataclass(frozen=True)
class Case:
    """A file and what must come of it: monthly values with exactly these notes, or problems with these words.

    ``months``: of ``measure``, None for a month that is not known. ``error``: words of the message; then ``problems``
    is how many there must be. ``notes``: a piece of what a note says → its count; no other note may be there.
    """

    name: str
    content: str | bytes | Callable[[], bytes]
    suffix: str = ".csv"
    months: Mapping[str, float | None] | None = field(default_factory=lambda: HALF_YEAR)
    notes: Mapping[str, int] = field(default_factory=dict)
    error: str | tuple[str, ...] = ""
    problems: int = 1
    outcome: str = "{name: Clients, total_by: sum}"
    params: str = ""
    currency: str = "USD"
    as_of: str | None = None
    measure: str = "Clients"
    answers: Mapping[str, float] | None = None
    spread: Mapping[str, float] | None = None
    partial: tuple[str, float] | None = None

    def bytes(self) -> bytes:
        """The file."""
        content = self.content() if callable(self.content) else self.content
        return content.encode() if isinstance(content, str) else content

    def params_text(self) -> str:
        """The params file that names it."""
        data = f"data: ../data/acme/{self.name}{self.suffix}\n"
        return f"customer: Acme\ncurrency: {self.currency}\n{data}outcome: {self.outcome}\n{self.params}"
