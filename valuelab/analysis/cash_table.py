"""The table of a cash flow made whole: checked, on a calendar without holes, with net and cumulative columns."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd

from valuelab.errors import AnalysisError
from valuelab.types import Basis, CashFlow, StatedCost

COLUMNS = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act")
ACTUAL = ["expenditure_act", "revenue_act"]
TIMINGS = ("start", "end", "dates")
# How many periods make a year, and what one is called, by the first letter of the frequency.
PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
FREQUENCIES = {"W": (52, "week"), "M": (12, "month"), "Q": (4, "quarter"), "Y": (1, "year"), "A": (1, "year"), "D": (365, "day")}


def cash_flow_of(table: pd.DataFrame, basis: Basis | None) -> CashFlow:
    """A bare table as a CashFlow; the last period that is over is the last one with an actual."""
    _check_index(table.index)
    actual = table.reindex(columns=ACTUAL).notna().any(axis=1).to_numpy()
    as_of = table.index[actual].max() if actual.any() else table.index.min() - 1
    return CashFlow(table, basis=basis, as_of=as_of)


def check_cash_flow(flows: CashFlow) -> None:
    """AnalysisError for what no cash flow may be."""
    _check_index(flows.table.index)
    rate, accuracy = flows.discount_rate_per_year, flows.revenue_accuracy
    if flows.basis not in ("revenue", "profit"):
        raise AnalysisError(f'basis={flows.basis!r}: say "revenue" or "profit"; a CFO asks about the cost of goods')
    if flows.timing not in TIMINGS:
        raise AnalysisError(f"timing={flows.timing!r}: one of {', '.join(TIMINGS)}")
    if flows.table.index.freqstr.startswith("D") and flows.timing != "dates":
        raise AnalysisError(f"timing={flows.timing!r}: flows on single days need timing='dates'")
    if np.isinf(flows.table.reindex(columns=list(COLUMNS)).to_numpy(dtype=float)).any():
        raise AnalysisError("flows: an amount is infinite")
    if rate is not None and not 0 <= rate < 1:
        raise AnalysisError(f"discount_rate={rate}: a fraction per year from 0 to below 1 (10 % is 0.1)")
    if accuracy is not None and not (math.isfinite(accuracy) and accuracy >= 0):
        raise AnalysisError(f"revenue_accuracy={accuracy}: a fraction of 0 or above (±10 % is 0.1)")
    if flows.dates and len(flows.dates) != len(flows.table):
        raise AnalysisError(f"{len(flows.dates)} dates for {len(flows.table)} periods: each period has its date")


def complete_table(flows: CashFlow) -> tuple[pd.DataFrame, list[str]]:
    """(table, warnings): every period from first to last, signed net and cumulative columns, no actual after ``as_of``.

    Net cash flow is revenue − expenditure. Where one of two estimates is missing, the other stands alone (and the warnings
    say so); where an actual is missing, net is unknown, and the running sum of actuals is unknown from there on.
    """
    warnings: list[str] = []
    table = flows.table.reindex(columns=list(COLUMNS)).astype(float).sort_index()
    if not table.index.freqstr.startswith("D"):  # single days have nothing between them
        table = table.reindex(pd.period_range(table.index[0], table.index[-1], freq=table.index.freq))
    for cost in flows.costs:
        added = stated_amounts(cost, flows.table, table.index)
        table["expenditure_est"] = table["expenditure_est"].add(added, fill_value=0.0)
        table["expenditure_act"] = table["expenditure_act"] + added  # no actual is known of it: the stated amount, where the rest is known
    later = np.asarray(table.index > flows.as_of)
    dropped = int(table.loc[later, ACTUAL].notna().any(axis=1).sum())
    if dropped:
        warnings.append(f"Actuals of {dropped} period{'s' if dropped > 1 else ''} after {flows.as_of} are left out.")
        table.loc[later, ACTUAL] = np.nan
    for column in COLUMNS:
        name, kind = column.split("_")
        words = f"{'estimated' if kind == 'est' else 'actual'} {name}"
        negative, missing = (table.index[mask.to_numpy()] for mask in (table[column] < 0, table[column].isna()))
        if len(negative):
            warnings.append(f"Negative {words} in {_few(negative)}: read as a credit, so it counts the other way.")
        if kind == "est" and len(missing):
            warnings.append(f"No {words} for {_few(missing)}: totals are of what is planned elsewhere.")
    planned = table[["revenue_est", "expenditure_est"]]
    net = planned["revenue_est"].fillna(0.0) - planned["expenditure_est"].fillna(0.0)
    table = table[["revenue_est", "revenue_act", "expenditure_est", "expenditure_act"]].assign(
        ncf_est=net.where(planned.notna().any(axis=1)),
        ncf_act=table["revenue_act"] - table["expenditure_act"],
        cum_est=net.cumsum(),
    )
    return table.assign(cum_act=table["ncf_act"].cumsum(skipna=False)), warnings


def stated_amounts(cost: StatedCost, table: pd.DataFrame, index: pd.PeriodIndex) -> pd.Series:
    """A stated cost by period: once in the first one, or its share in every period up to the last in which spending is planned."""
    amounts = pd.Series(0.0, index)
    if not cost.per:
        amounts.iloc[0] = cost.amount.value
        return amounts
    if cost.per not in PER_YEAR:
        raise AnalysisError(f"per={cost.per!r}: one of {', '.join(PER_YEAR)}")
    spending = table.index[table.reindex(columns=["expenditure_est"])["expenditure_est"].fillna(0.0).to_numpy() != 0]
    last = spending.max() if len(spending) else index[-1]
    per_year = FREQUENCIES[index.freqstr.lstrip("0123456789")[0]][0] / index.freq.n
    amounts[index <= last] = cost.amount.value * PER_YEAR[cost.per] / per_year
    return amounts


def list_parts(flows: CashFlow, index: pd.PeriodIndex, compared: np.ndarray) -> pd.DataFrame | None:
    """One row a category of the file or stated cost: category side recurrence estimated to_date_est to_date_act remaining_est.

    ``to_date`` is over the ``compared`` periods; ``to_date_act`` is NaN where there are none, where a line's own actual is
    to be announced, and for stated costs, of which no actual is known. Where costs are stated beside a table without categories, the table's columns are lines of their own.
    """
    lines = flows.parts
    if lines is None and flows.costs:
        table = flows.table.reindex(columns=list(COLUMNS))
        lines = pd.concat([pd.DataFrame({
            "period": table.index, "category": f"{name} in the table", "side": side, "recurrence": "",
            "est": table[f"{name}_est"].to_numpy(float), "act": table[f"{name}_act"].to_numpy(float)})
            for name, side in (("expenditure", "cost"), ("revenue", "benefit"))], ignore_index=True)
    if lines is None:
        return None
    for cost in flows.costs:
        amounts = stated_amounts(cost, flows.table, index)
        lines = pd.concat([lines, pd.DataFrame({
            "period": index, "category": cost.name, "side": "cost", "recurrence": "recurring" if cost.per else "one-off",
            "est": amounts.to_numpy(), "act": np.nan})], ignore_index=True)
    known = index[compared]
    lines = lines.assign(elapsed=lines["period"].isin(known))
    rows = []
    for (category, side, recurrence), group in lines.groupby(["category", "side", "recurrence"], sort=False):
        past = group[group["elapsed"]]
        rows.append({"category": category, "side": side, "recurrence": recurrence, "estimated": float(group["est"].sum()),
                     "to_date_est": float(past["est"].sum()), "to_date_act": float(past["act"].sum(skipna=False)) if len(known) else np.nan,
                     "remaining_est": float(group.loc[~group["elapsed"], "est"].sum())})
    return pd.DataFrame(rows)


def name_missing(table: pd.DataFrame, elapsed: np.ndarray) -> list[str]:
    """One warning that names the elapsed periods whose actuals are still to be announced; empty where there are none."""
    missing = table.index[elapsed & table[ACTUAL].isna().any(axis=1).to_numpy()]
    if not len(missing):
        return []
    return [f"Actual figures to be announced for {_few(missing)}, though over: left out of the comparison on both sides; "
            "the forecast at completion keeps the estimate there."]


def flow_dates(flows: CashFlow, index: pd.PeriodIndex) -> tuple[date, ...]:
    """The day of each flow: as given, else the first day of its period."""
    first_days = dict(zip(index, (stamp.date() for stamp in index.to_timestamp(how="start")), strict=True))
    given = dict(zip(flows.table.index, flows.dates, strict=True)) if flows.dates else {}
    return tuple((first_days | given).values())


def last_over(value: pd.Period | str, index: pd.PeriodIndex) -> pd.Period:
    """The last period that is over at the end of ``value``, which may be a day, a month or a period of ``index``.

    Examples
    --------
    >>> str(last_over("2025-03-15", pd.period_range("2025-01", periods=6, freq="M")))
    '2025-02'
    """
    _check_index(index)
    if not isinstance(value, pd.Period):
        try:
            value = pd.Period(value)
        except ValueError as error:
            raise AnalysisError(f"as_of={value!r}: a day or a month is needed, such as 2025-03-31 or 2025-03") from error
    if value.freqstr == index.freqstr:
        return value
    period = value.asfreq(index.freqstr, how="end")
    return period if period.end_time <= value.end_time else period - 1


def _check_index(index: pd.Index) -> None:
    if not isinstance(index, pd.PeriodIndex) or not len(index):
        raise AnalysisError(f"flows.index is a {type(index).__name__} of {len(index)}: a PeriodIndex with periods is needed")
    if index.freqstr.lstrip("0123456789")[0] not in FREQUENCIES:
        raise AnalysisError(f"flows.index.freq={index.freqstr!r}: weeks, months, quarters, years or single days are needed")
    if index.has_duplicates:
        raise AnalysisError(f"flows.index has {index[index.duplicated()][0]} more than once")


def _few(periods: pd.PeriodIndex) -> str:
    names = [str(period) for period in periods]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
