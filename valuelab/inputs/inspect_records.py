"""A look at a table with a line for each order, ticket or answer: what can be counted, added up or averaged in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from valuelab.inputs.cells import Cell, Sheet
from valuelab.inputs.layouts import plain
from valuelab.inputs.quality import Findings
from valuelab.inputs.records import Records, dated_columns, open_records, read_records, sounds_like_a_key
from valuelab.inputs.seen_measures import Seen, SeenMeasure, are_words, currency_of, date_text, see_measure
from valuelab.inputs.table_keys import ReadingText

MOST_COLUMNS = 60
_ANSWERS = 11  # different answers that a question has at most: 0 to 10


def see_records(sheet: Sheet, file: str) -> Seen | None:
    """The lines counted, and each column of numbers; None where there is no header over lines with dates."""
    records = open_records([sheet], Findings())
    dated = dated_columns(records) if records else []
    if records is None or not dated:
        return None
    findings, remarks = Findings(), []
    date_key = (("date", records.header[dated[0]]),) if len(dated) > 1 else ()
    if date_key:
        remarks.append("other columns with dates: " + ", ".join(records.header[at] for at in dated[1:]))
    columns = {at: [cells[at] if at < len(cells) else None for _, cells in records.body] for at in range(min(len(records.header), MOST_COLUMNS))}
    keys = [at for at, cells in columns.items() if at not in dated and sounds_like_a_key(records.header[at]) and _tells_apart(cells)]
    counted = _counted(records, keys, columns, date_key, _name(sheet.title if len(sheet.title) > 6 else file), findings)
    measures, words = [counted] if counted else [], []
    for at, cells in columns.items():
        if at in dated or at in keys or not records.header[at]:
            continue
        if are_words(cells):
            words.append(records.header[at])
        elif found := _figures(records, at, date_key, findings):
            measures.append(found)
    if counted and any(m.survey for m in measures) and all(m.survey for m in measures if m is not counted):
        measures.remove(counted)  # lines are answers: how many came in is no measure of anything
    remarks += [f"columns of words, not read: {', '.join(words[:6])}"] * bool(words)
    days = [cells[dated[0]] for _, cells in records.body if dated[0] < len(cells)]
    return Seen(
        sheet.title, tuple(measures), (), tuple(date_text(cell) for cell in days[:5] if plain(cell)),
        currency_of(cell for cells in columns.values() for cell in cells[:500]), tuple(findings.problems), tuple(remarks),
    ) if measures else None


def _counted(
    records: Records, keys: list[int], columns: dict[int, list[Cell]], date_key: tuple[tuple[str, str], ...], name: str, findings: Findings
) -> SeenMeasure | None:
    """The lines themselves; a key that stands in several of them is counted in their place."""
    again = [at for at in keys if len({plain(cell) for cell in columns[at]}) < len(columns[at])]
    count = records.header[again[0]] if again else "rows"
    because = f'"{count}" stands in several lines, and each counts once' if again else "each line counts as one"
    return _see(records, name, (("count", count), *date_key), findings, because=because)


def _figures(records: Records, at: int, date_key: tuple[tuple[str, str], ...], findings: Findings) -> SeenMeasure | None:
    name = records.header[at]
    different = {plain(cells[at]) for _, cells in records.body if at < len(cells) and plain(cells[at])}
    answers = len(different) <= _ANSWERS and all(re.fullmatch(r"(10|\d)(\.0)?", text) for text in different)
    return _see(records, name, (("value", name), *date_key), findings, survey=answers)


def _see(
    records: Records, name: str, keys: tuple[tuple[str, str], ...], findings: Findings, *, survey: bool = False, because: str = ""
) -> SeenMeasure | None:
    how = ReadingText.model_validate(dict(keys))
    rows = read_records(records, name, how, findings=findings, currency="", fiscal_year_starts=1)
    seen = see_measure(rows, survey=survey, total_by="sum" if because else None, because=because) if rows else None
    return replace(seen, reading=keys) if seen else None


def _tells_apart(cells: Sequence[Cell]) -> bool:
    filled = [plain(cell) for cell in cells if plain(cell)]
    return len(set(filled)) > len(filled) / 10  # an order has a line for each of its parts


def _name(file: str) -> str:
    """What the lines may be called, from the name of their sheet or file."""
    words = re.sub(r"[\W\d_]+", " ", PurePath(file).stem).strip()
    return words[:1].upper() + words[1:] if words else "Lines"
