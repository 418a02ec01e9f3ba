"""From a params file to ``Params`` or to every problem in it, each in the user's words with its line."""

from __future__ import annotations

import copy
import difflib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from valuelab.errors import Problem
from valuelab.formatting import is_money
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.schema import Params
from valuelab.inputs.sections import known_keys
from valuelab.inputs.yaml_text import Place, YamlText, read_yaml_text


def nearest(word: str, known: list[str]) -> list[str]:
    """The known words, nearest first; case does not count."""

    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, word.casefold(), other.casefold()).ratio()

    return sorted(known, key=likeness, reverse=True)


def did_you_mean(word: str, known: list[str]) -> str:
    """``Did you mean total_by?``, or all that is known where nothing is near."""
    if not known:
        return ""
    first = nearest(word, known)[0]
    if difflib.SequenceMatcher(None, word.casefold(), first.casefold()).ratio() >= 0.6:
        return f"Did you mean {first}?"
    return f"Known: {', '.join(known[:24])}."


def read_params(path: Path) -> tuple[Params | None, YamlText, list[Problem]]:
    """The params (None where they can't be used), the text with its lines, and the problems."""
    text = read_yaml_text(path)
    problems = list(text.problems)
    if not text.values:
        return None, text, problems
    context = {"currency": _currency_of(text)}
    try:
        params = Params.model_validate(text.values, context=context)
    except ValidationError as error:
        part = usable_part(text)
        return None, text, problems + problems_in_words(error, text) + (_cross_checks(part, text) if part else [])
    return params, text, problems + _cross_checks(params, text)


_PLACEHOLDERS = {
    "customer": "?",
    "currency": "XXX",
    "total_by": "mean",
    "basis": "revenue",
    "reading": "additive",
    "effect": "0%",
    "name": "?",
    "value": "0",
    "by": "2000-01",
    "length": "month",
    "first": "2000-01",
}


def usable_part(text: YamlText) -> Params | None:
    """The params without what is wrong in them, so that problems of the data are told in the same breath."""
    values = copy.deepcopy(text.values)
    for _ in range(8):
        try:
            return Params.model_validate(values, context={"currency": _currency_of(text)})
        except ValidationError as error:
            for item in error.errors(include_url=False):
                _mend(values, item)
    return None


def _mend(values: Any, item: dict[str, Any]) -> None:
    """Take the offending key out, or put a placeholder where one is missing."""
    place = tuple(part for part in item["loc"] if part != "[key]")
    here, path = values, []
    for part in place:
        fits = (
            isinstance(here, dict)
            and part in here
            or isinstance(here, list)
            and isinstance(part, int)
            and part < len(here)
        )
        if not fits:
            break
        path.append((here, part))
        here = here[part]
    if item["type"] == "missing" and isinstance(here, dict) and place[-1] in _PLACEHOLDERS:
        here[place[-1]] = _PLACEHOLDERS[place[-1]]
    elif path:
        parent, part = path[-1]
        if isinstance(parent, dict):
            parent.pop(part)
        else:
            parent[part] = "TBA by 2000-01"  # keeps the places of its neighbours


def _currency_of(text: YamlText) -> str:
    """The declared currency where it is one; without it no sign can contradict it."""
    written = text.values.get("currency")
    code = written.upper() if isinstance(written, str) else ""
    return code if is_money(code) else ""


def problems_in_words(error: ValidationError, text: YamlText) -> list[Problem]:
    """One sentence for each thing that is wrong; no word of the validating library."""
    problems = [_in_words(item, text) for item in error.errors(include_url=False)]
    return list(dict.fromkeys(problems))


def _in_words(item: dict[str, Any], text: YamlText) -> Problem:
    place: Place = tuple(part for part in item["loc"] if part != "[key]")
    written = place
    while written and written not in text.lines:
        written = written[:-1]
    where = text.where(written)
    given = item.get("input")
    match item["type"]:
        case "missing":
            return Problem(where, f"`{place[-1]}` is missing", fix=_MISSING.get(str(place[-1]), "Add it."))
        case "extra_forbidden":
            section = _section_at(place[:-1])
            return Problem(
                text.where(place),
                f"`{place[-1]}` is not a key that is known here",
                fix=did_you_mean(str(place[-1]), known_keys(section)) if section else "",
            )
        case "value_error" if isinstance(item["ctx"]["error"], Unreadable):
            reason = item["ctx"]["error"]
            return Problem(where, reason.what, fix=reason.fix)
        case "literal_error":
            choices = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return Problem(
                where, f"{shorten(given)} is not one of {', '.join(choices)}", fix=did_you_mean(str(given), choices)
            )
        case "dict_type" | "model_type" | "mapping_type" | "model_attributes_type":
            return Problem(where, "`key: value` lines are wanted here", fix="Indent them below the key.")
        case "list_type" | "tuple_type":
            return Problem(where, "a list is wanted here", fix="Write [one, two], or lines that begin with a dash.")
    return Problem(
        where,
        f"{shorten(given)} cannot be used here" if isinstance(given, str) else "cannot be used as it is written",
        fix="Compare it with docs and samples.",
    )


_MISSING = {
    "customer": "Add `customer: NAME`.",
    "currency": "Add `currency: USD`, or the customer's own.",
    "total_by": "Add `total_by: sum` (a year adds up), `mean` or `last` (a level).",
    "basis": "Add `basis: revenue` or `basis: profit`: nothing is called profit without it.",
    "reading": "Add `reading: additive` or `reading: compound`: from two points on they differ.",
    "effect": "Add for example `effect: 5% per point`.",
    "name": "Add `name:` with the name that the data file uses.",
    "data": "Add `data:` with the path of the data file.",
}


def _section_at(place: Place) -> type[BaseModel] | None:
    """The model that reads the section at a place."""
    here: Any = Params
    for part in place:
        if isinstance(here, type) and issubclass(here, BaseModel):
            info = next((f for name, f in here.model_fields.items() if part in (name, f.alias)), None)
            here = info.annotation if info else None
        else:  # a list or a dict: its values
            here = (get_args(here) or (None,))[-1]
        here = _inner(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _inner(annotation: Any) -> Any:
    """The model inside ``X | None``; lists and dicts as they are."""
    parts = [a for a in get_args(annotation) if a is not type(None)]
    if len(parts) == 1 and type(None) in get_args(annotation):
        return parts[0]
    return annotation


def _cross_checks(params: Params, text: YamlText) -> list[Problem]:
    """What one key says about another. ``params`` may lack what was wrong, so presence is judged by what is written."""
    problems = []
    outcome = params.outcome
    written = {key for key, value in text.values.items() if value is not None}
    if not written & {"outcome", "cash_flow", "direct_benefit", "benefits", "adoption", "flags", "health", "outcomes", "people", "renewals", "surveys"}:
        problems.append(
            Problem(text.name, "has nothing to analyse", fix="Add `outcome`, `cash_flow`, `direct_benefit`, `benefits` or `adoption`.")
        )
    if written & {"direct_benefit", "benefits", "adoption"} and not written & {"outcome", "cash_flow", "as_of"}:
        problems.append(
            Problem(
                text.name,
                "`as_of` is missing, and there is no data to take it from",
                fix="Add for example `as_of: 2025-06`.",
            )
        )
    if "unit_value" in written and "outcome" not in written:
        problems.append(
            Problem(text.where(("unit_value",)), "there is no outcome whose unit it values", fix="Add an `outcome`.")
        )
    if "costs" in written and not written & {"cash_flow", "unit_value"}:
        problems.append(
            Problem(text.where(("costs",)), "there is no benefit in money to set the costs against", fix="Add `cash_flow`, or `unit_value` with its `basis`.")
        )
    if outcome is not None and outcome.name in params.indicators:
        problems.append(
            Problem(
                text.where(("indicators", outcome.name)),
                "the outcome is not its own indicator",
                fix="Leave it out here.",
            )
        )
    homeless = [place for place, measure in measures_of(params) if measure.data is None]
    if homeless and not written & {"data", "query"}:
        problems.append(
            Problem(
                text.where(homeless[0]),
                "no data file is named",
                fix="Add `data: ../data/CUSTOMER/kpis.csv` at the top, or `query:` with a .sql file.",
            )
        )
    if ("indicators" in written) == bool(params.indicators):  # else the names were refused before
        problems += _unknown_names(params, text)
    return problems


def _unknown_names(params: Params, text: YamlText) -> list[Problem]:
    """Names in conversion, controls and chain that are no measure."""
    problems = []
    indicators = list(params.indicators)
    measures = ([params.outcome.name] if params.outcome else []) + indicators
    for key, names, allowed in (
        ("conversion", list(params.conversion), indicators),
        ("controls", params.controls, indicators),
        ("chain", params.chain, measures),
    ):
        for name in names:
            if name not in allowed:
                kind = "the outcome or one of the `indicators`" if key == "chain" else "one of the `indicators`"
                place = (key, name) if key == "conversion" else (key,)
                problems.append(
                    Problem(
                        text.where(place),
                        f"{shorten(name)} is not {kind}",
                        fix=did_you_mean(name, allowed) or "Add it there.",
                    )
                )
    return problems


def measures_of(params: Params) -> list[tuple[Place, Any]]:
    """Outcome and indicators with their places, the outcome first."""
    found: list[tuple[Place, Any]] = [(("outcome",), params.outcome)] if params.outcome else []
    return found + [(("indicators", name), measure) for name, measure in params.indicators.items()]


def totals_of(params: Params) -> dict[str, str]:
    """How each measure adds up, by the name that its rows have, without case and blanks."""
    named = [(measure.name if place == ("outcome",) else str(place[-1]), measure) for place, measure in measures_of(params)]
    return {" ".join(name.split()).casefold(): measure.total_by for name, measure in named}
