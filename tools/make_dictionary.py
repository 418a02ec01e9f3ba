"""Writes schema/params.schema.json and docs/data-dictionary.md from the code; --check only compares."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from valuelab.inputs import cash_flow, cash_lines, layouts
from valuelab.inputs.params_schema import params_schema
from valuelab.run.portfolio import COLUMNS as PORTFOLIO_COLUMNS
from valuelab.run.result_keys import RESULT_KEYS

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (
    ("date", layouts.DATE_NAMES, "the month, or a day in it; of daily and weekly rows the day", "2025-04"),
    ("metric", layouts.METRIC_NAMES, "name of the measure, as the params write it; of a wide table the names head the columns", "Clients serviced"),
    ("value", layouts.VALUE_NAMES, "the figure; empty, TBA, N/A or - where it is not known, never 0", "1,803"),
    ("segment", layouts.SEGMENT_NAMES, "a part of the whole (a region, a team); parts are brought together", "North"),
    ("n", layouts.COUNT_NAMES, "how many people answered; groups of fewer than five are not shown", "48"),
)
FLOWS = {
    "expenditure_est": ("what was planned to be spent in the period", "20,000"),
    "expenditure_act": ("what was spent; empty or TBA where it is not known yet", "20,000"),
    "revenue_est": ("what was planned to come in", "12,000"),
    "revenue_act": ("what came in; empty or TBA where it is not known yet", "9,656"),
}
LINES = (
    ("category", cash_lines.CATEGORY_NAMES, "with this column a period has several rows, one a line of cost or benefit; an amount that a line does not have stays empty", "Subscription"),
    ("recurrence", cash_lines.RECURRENCE_NAMES, "one-off or recurring; may be left out", "recurring"),
)


def schema_text() -> str:
    return json.dumps(params_schema(), indent=1, ensure_ascii=False) + "\n"


def dictionary() -> str:
    schema = params_schema()
    parts = ["# Data dictionary", "Made by `python tools/make_dictionary.py` from the code. Do not edit it by hand.",
             "## Params: `params/<customer>.yaml`",
             "Every key of a params file. Figures are written as people do: `5%`, `$375`, `26,000`. Keys in **bold** must be there. "
             "`valuelab schema` prints the same as JSON Schema, for editors.", _section("", schema)]
    for name, definition in schema["$defs"].items():
        body = next((part for part in definition.get("anyOf", [definition]) if "properties" in part), None)
        if body is not None:
            short = "May be written as one text. " if "anyOf" in definition else ""
            parts += [f"### {name}", f"{short}".strip(), _section(name, body)]
    parts += ["## Data files", "A table of measures is long (a row each value, with the columns below) or wide (a date, and a column each measure; or a "
              "row each measure, and a column each month). Case does not count in names of columns.",
              _table(("column", "also called", "meaning", "example"),
                     [(f"`{name}`", ", ".join(sorted(known - {name})), meaning, f"`{example}`") for name, known, meaning, example in COLUMNS]),
              "A cash flow table has a column for the period (called as a date above; whole numbers count from period 0), and:",
              _table(("column", "meaning", "example"), [(f"`{c}`", FLOWS[c][0], f"`{FLOWS[c][1]}`") for c in cash_flow.COLUMNS]),
              "and may have, for a table line by line:",
              _table(("column", "also called", "meaning", "example"),
                     [(f"`{name}`", ", ".join(sorted(known - {name})), meaning, f"`{example}`") for name, known, meaning, example in LINES]),
              "## `results.json`", "What a report says, for machines. `*` stands for any name, `[]` for each of a list. Fractions are fractions.",
              _table(("key", "type", "meaning"), [(f"`{key}`", kind, meaning) for key, (kind, meaning) in RESULT_KEYS.items()]),
              "## `outputs/portfolio.parquet`", "A row a customer, in the order in which they need attention. Amounts are in each customer's currency. The "
              "metadata of the file holds this table (`valuelab.columns`) and the score of earlier probabilities over all customers (`valuelab.score`).",
              _table(("column", "type", "meaning"), [(f"`{name}`", kind, meaning) for name, (kind, meaning) in PORTFOLIO_COLUMNS.items()])]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(name: str, body: dict[str, Any]) -> str:
    required = body.get("required", [])
    rows = []
    for key, json_of in body["properties"].items():
        bold = f"**`{key}`**" if key in required else f"`{key}`"
        default = f"`{json_of['default']}`" if "default" in json_of else ""
        rows.append((bold, _kind(json_of), json_of["description"], default, f"`{json_of['examples'][0]}`"))
    return _table(("key", "what is written", "meaning", "default", "example"), rows)


def _kind(json_of: dict[str, Any]) -> str:
    """What may be written, in words."""
    if "$ref" in json_of:
        name = json_of["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in json_of:
        return " / ".join(dict.fromkeys(str(choice).lower() for choice in json_of["enum"]))
    if "anyOf" in json_of:
        return " or ".join(dict.fromkeys(_kind(part) for part in json_of["anyOf"] if part != {"type": "null"}))
    if "allOf" in json_of:
        return _kind(json_of["allOf"][0])
    if json_of.get("type") == "array":
        return f"list of {_kind(json_of['items'])}"
    if json_of.get("type") == "object":
        return f"names with {_kind(json_of['additionalProperties'])}"
    pattern = json_of.get("pattern", "")
    if pattern == r"\d":
        return "figure"
    return "date" if r"\d{4}" in pattern else "text"


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def files() -> dict[Path, str]:
    """What should stand in the repository."""
    return {ROOT / "schema" / "params.schema.json": schema_text(), ROOT / "docs" / "data-dictionary.md": dictionary()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 where a file differs")
    check = parser.parse_args().check
    stale = [path for path, text in files().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files()[path], encoding="utf-8")
        print(f"{'differs' if check else 'wrote'}: {path.relative_to(ROOT)}")
    sys.exit(1 if check and stale else 0)
