"""Headers as spreadsheets have them: years over months, empty columns before the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from valuelab.inputs.cells import Cell
from valuelab.inputs.periods import FIRST_YEAR, LAST_YEAR, month_number

Row = tuple[int, tuple[Cell, ...]]


def is_blank(cell: Cell) -> bool:
    """True for nothing and for blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def years_over_months(above: Sequence[Cell], below: Sequence[Cell]) -> tuple[Cell, ...] | None:
    """One header of two rows, years above and names of months below; a year stands for the columns up to the next.

    Examples
    --------
    >>> years_over_months(["KPI", 2024.0, None, 2025.0], [None, "Nov", "Dec", "Jan"])
    ('KPI', 'Nov 2024', 'Dec 2024', 'Jan 2025')
    >>> years_over_months(["KPI", "Nov", "Dec"], ["Clients", 1.0, 2.0]) is None
    True
    """
    width = max(len(above), len(below))
    top, low = [*above, *[None] * (width - len(above))], [*below, *[None] * (width - len(below))]
    named = [i for i in range(1, width) if isinstance(low[i], str) and month_number(low[i])]
    years = {i: year for i in range(1, width) if (year := _year(top[i]))}
    if len(named) < 2 or not years or min(years) > named[0]:
        return None
    joined, year = [], 0
    for i in range(width):
        year = years.get(i, year)
        if i in named:
            joined.append(f"{low[i]} {year}")
        else:
            joined.append(top[i] if not is_blank(top[i]) and i not in years else low[i])
    return tuple(joined)


def _year(cell: Cell) -> int:
    if isinstance(cell, float) and cell.is_integer() and FIRST_YEAR <= cell <= LAST_YEAR:
        return int(cell)
    return int(cell) if isinstance(cell, str) and re.fullmatch(r"(?:19|20|21)\d\d", cell, re.ASCII) else 0


def leading_blanks(header: Sequence[Cell], body: Sequence[Row]) -> int:
    """How many columns before the table are empty, in the header and in nearly all of what is under it."""
    lead = next((i for i, cell in enumerate(header) if not is_blank(cell)), 0)
    for at in range(lead, 0, -1):
        filled = sum(not all(map(is_blank, cells[:at])) for _, cells in body)
        if filled <= 0.1 * len(body):
            return at
    return 0
