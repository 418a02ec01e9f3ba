"""Keys of a measure that say how its table is to be read: sheet, records, a scale that changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, model_validator

from valuelab.inputs.periods import Unreadable, parse_month, shorten
from valuelab.inputs.sections import Flag, Name, Section, one_text


def parse_factor(text: str) -> float:
    """How many times larger the values are from a month on.

    Examples
    --------
    >>> parse_factor("10"), parse_factor("1/1000"), parse_factor("x 100")
    (10.0, 0.001, 100.0)
    """
    match = re.fullmatch(r"(?:[x×*] ?)?(1/)?(\d{1,9}(?:\.\d{1,9})?)", text.strip(), re.ASCII)
    if match is None or not float(match[2]) or float(match[2]) == 1:
        raise Unreadable(f"{shorten(text)} is not a factor", "Write how many times larger the values became: 10, 1000 or 1/10.")
    return 1 / float(match[2]) if match[1] else float(match[2])


def _changes(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise Unreadable("is no change of scale", "Write for example {2025-03: 10}: from then on the values are ten times larger.")
    if not value:
        raise Unreadable("names no month", "Write for example {2025-03: 10}.")
    return tuple(sorted((parse_month(month), parse_factor(one_text(factor))) for month, factor in value.items()))


class ReadingText(Section):
    """How a measure is read from its table.

    ``sheet``: of a workbook. ``count``: the table has a line for each order, ticket or answer; ``rows`` counts the lines, the name
    of a column its different values. ``value``: the same, but this column is summed or averaged. ``date``: which column dates the
    lines. ``scale_change``: from a month on the values became so many times larger; earlier ones are brought to the new scale.
    ``confirmed``: values that jump as a changed scale does are right as they are.
    """

    sheet: Name | None = None
    count: Name | None = None
    value: Name | None = None
    date: Name | None = None
    scale_change: Annotated[tuple[tuple[pd.Period, float], ...], BeforeValidator(_changes)] = ()
    confirmed: Flag = False

    @property
    def reads_records(self) -> bool:
        """True where the table has a line for each order, ticket or answer."""
        return self.count is not None or self.value is not None

    @model_validator(mode="after")
    def _count_or_value(self) -> ReadingText:
        if self.count is not None and self.value is not None:
            raise Unreadable("has both `count` and `value`", "Keep `count` to count lines, or `value` to add up or average a column.")
        if self.count is not None and getattr(self, "total_by", "sum") != "sum":
            raise Unreadable("a `count` adds up over the year", "Write `total_by: sum` beside it.")
        if self.date is not None and not self.reads_records:
            raise Unreadable("`date` stands without `count` or `value`", "Add `count: rows`, or leave `date` out.")
        return self
