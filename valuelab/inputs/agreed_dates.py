"""Dates that were agreed, held against each other: a promise after its deadline, a renewal that is past, a benefit that begins too late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from valuelab.inputs.quality import Findings
from valuelab.types import BenefitPlan, Promise, Renewal


def hold_dates_against_each_other(promises: Sequence[Promise], renewal: Renewal | None, benefits: Sequence[BenefitPlan], *, started: pd.Period | None,
                                  today: date, findings: Findings) -> None:
    """A note "to check" for each pair of dates that cannot both be meant; nothing is left out for it.

    Parameters
    ----------
    started
        First month of the initiative, None where it is not known.
    today
        The day up to which data count.
    """
    for promise in promises:
        where = f"{promise.kind} {promise.measure} by {promise.by}"
        if started is not None and promise.by.end_time < started.start_time:
            findings.note(f"the {promise.kind} value is due by {promise.by}, before the initiative starts in {started}", where=where, count=1,
                          why="it cannot be an effect of it: correct `by` or `started`", kind="to check")
        agreed = _day(promise.agreed_on)
        if agreed is not None and agreed > promise.by.end_time:
            findings.note(f"the {promise.kind} value was agreed on {promise.agreed_on}, after its own deadline {promise.by}", where=where, count=1,
                          why="what is agreed afterwards is no forecast: correct `by` or `agreed_on`", kind="to check")
    if renewal is not None and renewal.date < today:
        findings.note(f"the renewal on {renewal.date} is past", where="renewal.date", count=1, why="write the next one, or whether it was renewed", kind="to check")
    for plan in benefits:
        if plan.starts_after_months >= plan.years * 12:
            findings.note(f"{plan.name} is counted for {plan.years:g} year{'' if plan.years == 1 else 's'} and starts after {plan.starts_after_months} months", where=f"benefits.{plan.name}", count=1,
                          why="so nothing of it is counted: correct `years` or `starts_after`", kind="to check")


def _day(text: str) -> pd.Timestamp | None:
    """The first moment of a day, a month or a year; None for other words."""
    try:
        return pd.Period(text).start_time if text else None
    except ValueError:
        return None
