"""``load_customer``: from an id or a path to a ``Customer``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from valuelab.errors import InputError, Problem
from valuelab.formatting import LOCALE, use_locale
from valuelab.inputs.assemble import assemble, choose_as_of, read_data
from valuelab.inputs.brand import read_brand
from valuelab.inputs.find import locate
from valuelab.inputs.handed import handed
from valuelab.inputs.periods import Unreadable, parse_period
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import read_params, totals_of, usable_part
from valuelab.inputs.sources import Sources
from valuelab.language import ENGLISH, use_language
from valuelab.types import Customer


def load_customer(customer: str | Path, *, as_of: str | None = None, previous: str | None = None) -> Customer:
    """Read a customer's params and data files, as they were known on one day.

    Repairs (dropped duplicates, gaps, rows after ``as_of``) are counted in ``Customer.quality``; agreed and assumed
    figures are listed in ``Customer.assumptions``. Not for files that change while they are read.

    Parameters
    ----------
    customer
        A customer id, looked up as ``params/<id>.yaml`` in the working folder and then in each parent folder; or the
        path of a params file.
    as_of
        The last day that counts, ``YYYY-MM`` or ``YYYY-MM-DD``. None or "": what the params say, or else the last
        complete period in the data: the outcome's last month, or the last period of the cash flow with an actual.
        A customer with monthly data is looked at up to the last month that is over by that day.
    previous
        Path of the ``results.json`` of an earlier date, kept as ``Customer.previous``. None or "": none.

    Returns
    -------
    Customer
        Series by month (PeriodIndex), fractions as fractions, money in the customer's currency, nothing filled in.

    Raises
    ------
    InputError
        With all problems of params and data at once; each says where, what and what to do.

    Examples
    --------
    >>> load_customer("../etc/passwd")
    Traceback (most recent call last):
    ...
    valuelab.errors.InputError: ../etc/passwd: 1 problem
      - customer: "../etc/passwd" is not a customer id. An id has a-z, digits and hyphens; a path ends in .yaml.
    """
    path = locate(customer)
    if (ready := handed(path, as_of, previous)) is not None:
        use_locale(ready.locale)
        use_language(ready.language)
        return ready
    params, text, problems = read_params(path)
    use_locale(params.locale if params is not None else LOCALE)
    use_language(params.language if params is not None else ENGLISH)
    findings = Findings(problems)
    declared = _declared_as_of(as_of, findings) or (params.as_of if params else None)
    results = _read_previous(previous, path.stem, findings)
    sources = Sources(path, findings, last_day=declared.end_time.date() if declared is not None else None)
    if params is None or problems:  # the data are read all the same: one round of corrections, not two
        part = params or usable_part(text)
        if part is not None:
            sources.totals = totals_of(part)
            read_data(part, text, sources, findings)
            read_brand(part.brand, text, sources, findings)
        raise InputError(path.stem, _once(findings.problems))
    sources.totals = totals_of(params)
    data = read_data(params, text, sources, findings)
    brand = read_brand(params.brand, text, sources, findings)
    until = choose_as_of(declared, params, data, text.name, findings)
    if until is not None:
        results = _if_earlier(results, until.as_of, findings)
        loaded = assemble(path.stem, params, text, data, until, findings, results)
        if not findings.problems:
            return replace(loaded, brand=brand)
    raise InputError(path.stem, _once(findings.problems))


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _declared_as_of(as_of: str | None, findings: Findings) -> pd.Period | None:
    if not as_of:
        return None
    try:
        return parse_period(str(as_of))
    except Unreadable as reason:
        findings.refuse("as_of", reason.what, fix=reason.fix)
        return None


def _read_previous(previous: str | None, customer: str, findings: Findings) -> Mapping[str, Any] | None:
    if not previous:
        return None
    path = Path(previous)
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        findings.refuse(
            "previous",
            f'"{path.name}" cannot be opened ({error.strerror or error})',
            fix="Name the results.json of an earlier date, or nothing.",
        )
        return None
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, dict):
        findings.refuse(
            "previous", f'"{path.name}" is no results.json', fix="Name the results.json of an earlier date, or nothing."
        )
        return None
    if loaded.get("customer", customer) != customer:  # whose it is, is nobody's business here
        findings.refuse(
            "previous", f'"{path.name}" is about another customer', fix="Name the results.json of an earlier date of this customer, or nothing."
        )
        return None
    return loaded


def _if_earlier(results: Mapping[str, Any] | None, as_of: pd.Period, findings: Findings) -> Mapping[str, Any] | None:
    """The results, unless they are of the date of this report or a later one: nothing can have changed since then."""
    written = str(results.get("as_of", "")) if results else ""
    try:
        day = parse_period(written).end_time.date() if written else None
    except Unreadable:
        day = None
    if day is not None and day >= as_of.end_time.date():
        findings.refuse("previous", f"is as of {written}, which is not before {as_of}", fix="Name the results.json of an earlier date, or nothing.")
        return None
    return results
