"""One side of a value case: what the plan, the actuals or a forecast come to, with ROI, net present value, rates of return, payback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.cash_table import FREQUENCIES, flow_dates
from valuelab.analysis.finance import irr, mirr, npv, payback, rate_per_period, xirr, xnpv
from valuelab.analysis.flow_origins import Origins
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation, derived
from valuelab.types import CashFlow, Estimate, Kind, Result


@dataclass(frozen=True, slots=True)
class CaseSide(Result):
    """One side (est. or act., or a forecast at completion) of a value case over a span of periods. Money in currency.

    ``roi_net`` = net_return / expenditure; ``benefit_cost_ratio`` = revenue / expenditure; both None without expenditure.
    ``npv`` None without a discount rate. ``payback``: index of the period with linear interpolation (F13), None where it never
    turns. ``deepest``: lowest cumulative net cash flow; ``deepest_period`` where. ``irr_per_year``: None, with the reason in
    ``irr_reason`` (under a year; several roots; no sign change). ``mirr_per_year``: outlays financed and income reinvested at the
    discount rate, so always a single number; None without a rate, under a year, or without both outlay and income.
    """

    label: str               # "estimated", "actual", "to date, estimated", "to date, actual", "at completion", "at completion, scaled"
    periods: int
    expenditure: Estimate
    revenue: Estimate
    net_return: Estimate
    roi_net: Estimate | None
    benefit_cost_ratio: Estimate | None
    npv: Estimate | None
    payback: Estimate | None
    deepest: Estimate
    deepest_period: pd.Period
    irr_per_year: Estimate | None
    irr_reason: str
    mirr_per_year: Estimate | None = None


class Clock:
    """When the flows come: the word for a period, how many make a year, the rate per period, the dates."""

    __slots__ = ("dates", "per_year", "rate", "rate_per_year", "timing", "word")

    def __init__(self, flows: CashFlow, index: pd.PeriodIndex):
        number, self.word = FREQUENCIES[index.freqstr.lstrip("0123456789")[0]]
        self.per_year = number / index.freq.n
        self.timing, self.rate_per_year = flows.timing, flows.discount_rate_per_year
        self.rate = None if self.rate_per_year is None else rate_per_period(self.rate_per_year, self.per_year)
        self.dates = flow_dates(flows, index)

    def npv(self, ncf: np.ndarray) -> float:
        if self.timing == "dates":
            return xnpv(self.rate_per_year, ncf, self.dates)
        worth = npv(self.rate, ncf)
        return worth / (1 + self.rate) if self.timing == "end" else worth

    def years(self, periods: int) -> float:
        """How long so many periods are; single days as far as the calendar says."""
        if self.word == "day":
            return ((self.dates[periods - 1] - self.dates[0]).days + 1) / 365
        return periods / self.per_year

    def span(self, periods: int) -> str:
        days = (self.dates[periods - 1] - self.dates[0]).days + 1
        number, word = (days, "day") if self.word == "day" else (periods, self.word)
        return f"{number} {word}{'' if number == 1 else 's'}"

    def when(self, at: float | None) -> float | None:
        """An index of the flows as a time in periods; of single days the days since the first."""
        if at is None or self.word != "day":
            return at
        return float(np.interp(at, np.arange(len(self.dates)), [(d - self.dates[0]).days for d in self.dates]))

    @property
    def days(self) -> np.ndarray:
        """Days since the first flow."""
        return np.array([(d - self.dates[0]).days for d in self.dates])

    @property
    def counting(self) -> str:
        if self.word == "day":
            return "days after the first flow, linear between flows"
        return f"{self.word}s counted from 0, linear inside the {self.word}"

    def modified_rate(self, ncf: np.ndarray, *, whole: bool) -> float | None:
        """MIRR per year at the discount rate; None without a rate, under a year, by dates, or without both outlay and income."""
        if self.rate is None or not whole or self.timing == "dates" or self.years(len(ncf)) < 1:
            return None
        rate = mirr(ncf, finance_rate=self.rate, reinvest_rate=self.rate)
        return None if rate is None else (1 + rate) ** self.per_year - 1

    @property
    def convention(self) -> str:
        if self.timing == "dates":
            return f"{self.per_cent} a year, by dates on 365 days (XNPV), first date undiscounted"
        timing = f"{self.word} 0 undiscounted" if self.timing == "start" else f"each flow at the end of its {self.word}"
        return f"{self.per_cent} a year, (1 + rate)^(1/{format_number(self.per_year)}) − 1 a {self.word}, {timing}"

    @property
    def per_cent(self) -> str:
        return format_fraction(self.rate_per_year, 2)

    def rate_of_return(self, ncf: np.ndarray, *, whole: bool) -> tuple[float | None, str]:
        """(rate per year, reason why not)."""
        moved = ncf[ncf != 0]
        if not whole:
            return None, "Not every period is in it, so a rate of return would leave out what is still to come."
        if self.years(len(ncf)) < 1:
            return None, f"The cash flow spans {self.span(len(ncf))}, under a year: a rate of return per year would mislead."
        if not ((moved > 0).any() and (moved < 0).any()):
            return None, "The net cash flow never changes sign, so there is no rate of return."
        if moved[0] > 0:
            return None, "The cash flow begins with income, so its rate of return would be one that is paid, not earned."
        rate = xirr(ncf, self.dates) if self.timing == "dates" else irr(ncf)
        if rate is None:
            return None, "The net cash flow changes sign more than once and fits several rates of return, or none: not well defined."
        return (rate if self.timing == "dates" else (1 + rate) ** self.per_year - 1), ""


def make_side(label: str, key: str, amounts: pd.DataFrame, clock: Clock, kind: Kind, flows: CashFlow, currency: str, *,
          chosen: np.ndarray | None = None, note: str = "", columns: Mapping[str, pd.Series] | None = None) -> CaseSide:
    """One side. Periods that are not ``chosen`` keep their place in time, with nothing moving in them.

    ``columns``: from which column of the cash flow each period's expenditure and revenue are taken, where they are taken from one.
    """
    chosen = np.ones(len(amounts), dtype=bool) if chosen is None else chosen
    span = int(np.flatnonzero(chosen)[-1]) + 1
    kept = amounts.where(pd.Series(chosen, index=amounts.index), 0.0).fillna(0.0)
    ncf = (kept["revenue"] - kept["expenditure"]).to_numpy()
    running = np.cumsum(ncf)[:span]
    expenditure, revenue = float(kept["expenditure"].sum()), float(kept["revenue"].sum())
    net = revenue - expenditure
    suffix = f"; {note}" if note else ""
    stated = "; stated costs as stated, not observed" if kind == "actual" and flows.costs else ""

    origins = Origins(columns, rate=clock.rate_per_year, per_year=clock.per_year, timing=clock.timing, days=clock.days)

    def part(name: str, value: float | None, convention: str, unit: str = currency, derivation: Derivation | None = None) -> Estimate | None:
        if value is None:
            return None
        mixed = stated if name != "revenue" else ""  # what holds a stated cost is no pure actual
        return Estimate(float(value), unit=unit, kind="estimated" if mixed else kind, convention=convention + suffix + mixed, source=flows.source, key=f"{key}.{name}", derivation=derivation)

    word = "profit" if flows.basis == "profit" else "net return"
    lowest = int(running.argmin())
    rate, irr_reason = clock.rate_of_return(ncf, whole=bool(chosen.all()))
    timing = "by dates on 365 days (XIRR)" if clock.timing == "dates" else f"(1 + rate a {clock.word})^{format_number(clock.per_year)} − 1"
    spent = part("expenditure", expenditure, "sum of expenditure", derivation=origins.sum_of("expenditure"))
    earned = part("revenue", revenue, f"sum of revenue, basis: {flows.basis}", derivation=origins.sum_of("revenue"))
    totals = {"revenue": earned, "expenditure": spent}
    return CaseSide(
        label=label, periods=int(chosen.sum()), expenditure=spent, revenue=earned,
        net_return=part("net_return", net, f"{word}: revenue − expenditure, basis: {flows.basis}", derivation=derived("revenue − expenditure", totals)),
        roi_net=part("roi_net", net / expenditure if expenditure > 0 else None,
                     "net: (revenue − expenditure) / expenditure", "fraction", derived("(revenue − expenditure) / expenditure", totals)),
        benefit_cost_ratio=part("benefit_cost_ratio", revenue / expenditure if expenditure > 0 else None,
                                "gross: revenue / expenditure", "fraction", derived("revenue / expenditure", totals)),
        npv=None if clock.rate_per_year is None else part("npv", clock.npv(ncf), clock.convention, derivation=origins.npv()),
        payback=part("payback", clock.when(payback(ncf[:span])), clock.counting, f"{clock.word}s",
                     None if clock.word == "day" else origins.of_net("payback of")),
        deepest=part("deepest", running[lowest], "lowest cumulative net cash flow", derivation=origins.of_net("lowest of running sum of")),
        deepest_period=amounts.index[lowest],
        irr_per_year=part("irr_per_year", rate, f"rate of return per year, {timing}", "fraction"), irr_reason=irr_reason,
        mirr_per_year=part("mirr_per_year", clock.modified_rate(ncf, whole=bool(chosen.all())),
                           f"modified rate of return per year, outlays financed and income reinvested at {clock.per_cent} a year", "fraction")
        if clock.rate_per_year is not None else None,
    )
