"""What each notebook will and will not be able to say with a customer's data, and from when: by the rules alone, in no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from valuelab.analysis.cash_table import FREQUENCIES
from valuelab.analysis.conversion import FEWEST_PAIRS
from valuelab.analysis.effect import FEWEST_SINCE
from valuelab.analysis.health_score import FEWEST
from valuelab.analysis.leads import WEAK_BELOW
from valuelab.analysis.pairing import MONTHS_NEEDED, PAIRS_AT_NAMED_LAG, enough_from, longest_stretch
from valuelab.analysis.projection import FEWEST_PERIODS
from valuelab.analysis.renewals import FEWEST_EACH
from valuelab.analysis.series import period_word, season_length
from valuelab.types import CashFlow, Customer, Measure, Result


@dataclass(frozen=True, slots=True)
class Prospect(Result):
    """One thing that a notebook says, or why not. ``from_period``: from when it can, if no period is missed; None where no
    waiting helps, or none is needed. ``fix``: what to add to the params or the data, "" where only time helps.
    """

    notebook: str
    subject: str
    answer: Literal["yes", "weakly", "no"]
    reason: str
    fix: str = ""
    from_period: pd.Period | None = None

    def __str__(self) -> str:
        later = f", from {self.from_period}" if self.from_period is not None else ""
        return f"{self.subject}: {self.reason}{later}{'. ' + self.fix if self.fix else ''}"


def outlook(customer: Customer) -> tuple[Prospect, ...]:
    """What the notebooks can say of a customer as of its date; nothing is estimated.

    Not a promise: data may have enough months and still show nothing.

    Examples
    --------
    >>> months = pd.period_range("2024-03", periods=19, freq="M")
    >>> clients = Measure("Clients", pd.Series(range(100, 119), months, dtype=float), total_by="sum")
    >>> mood = Measure("Mood", pd.Series(range(19), months, dtype=float))
    >>> account = Customer("acme", "Acme", months[-1], "USD", outcome=clients, indicators={"Mood": mood})
    >>> print([p for p in outlook(account) if p.notebook == "02_leading_indicators"][0])
    Mood: 19 paired months with Clients; 24 are needed, from 2026-02
    """
    found: list[Prospect] = []
    missing = customer.applies()
    for notebook, rules in (("01_baseline", _baseline), ("02_leading_indicators", _leads), ("03_conversion", _conversion), ("04_roi", _money), ("05_health", _health)):
        if missing[notebook]:
            found.append(Prospect(notebook, "does not apply", "no", "nothing to analyse", _sentence(missing[notebook])))
        else:
            found += rules(customer)
    return tuple(found)


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _sentence(fix: str) -> str:
    return f"{fix[:1].upper()}{fix[1:]}."


def _baseline(customer: Customer) -> list[Prospect]:
    book, outcome = "01_baseline", customer.outcome
    series = outcome.series
    if not series.notna().any():
        return [Prospect(book, "where we are", "no", f"{outcome.name} has no value yet", "Add its history.")]
    word, known, needed = period_word(series.index), int(series.notna().sum()), FEWEST_PERIODS[season_length(series.index)]
    enough = known >= needed
    found = [Prospect(book, "where we land", "yes" if enough else "no", f"{_count(known, f'known {word}')} of {outcome.name}; {needed} are needed",
                      from_period=None if enough else series.index[-1] + needed - known)]
    if not outcome.targets:
        found.append(Prospect(book, "is it enough", "no", "no target is declared", "Add `targets` to the outcome: how much, by when."))
    elif not any(t.announced for t in outcome.targets):
        found.append(Prospect(book, "is it enough", "no", "every target is to be announced", "Write the target when it is agreed."))
    else:
        found.append(Prospect(book, "is it enough", "yes", f"target {next(t.text or str(t.value) for t in reversed(outcome.targets) if t.announced)}"))
    return [*found, _effect(customer, outcome, word, needed)]


def _effect(customer: Customer, outcome: Measure, word: str, needed: int) -> Prospect:
    book, subject, series = "01_baseline", "what the initiative changed", outcome.series
    if customer.started is None:
        return Prospect(book, subject, "no", "its start is not known", "Add `started`, the first month of the initiative.")
    first = pd.Period(customer.started.start_time, freq=series.index.freq)
    before, since = int(series[: first - 1].notna().sum()), int(series[first:].notna().sum())
    if before < needed:
        return Prospect(book, subject, "no", f"{_count(before, f'known {word}')} before the start in {first}; {needed} are needed",
                        "Add older history: waiting does not help.")
    if since < FEWEST_SINCE:
        return Prospect(book, subject, "no", f"{_count(since, f'known {word}')} since the start in {first}; {FEWEST_SINCE} are needed",
                        from_period=max(first - 1, series.index[-1]) + FEWEST_SINCE - since)
    return Prospect(book, subject, "yes", f"{_count(before, f'known {word}')} before the start in {first}, {since} since")


def _leads(customer: Customer) -> list[Prospect]:
    return [_paired(customer.outcome, indicator) for indicator in customer.indicators.values()]


def _paired(outcome: Measure, indicator: Measure) -> Prospect:
    book, subject = "02_leading_indicators", indicator.name
    if not indicator.series.notna().any() or not outcome.series.notna().any():
        name = outcome.name if not outcome.series.notna().any() else indicator.name
        return Prospect(book, subject, "no", f"{name} has no value yet", "Add its history.")
    lag = indicator.expected_lag
    needed = MONTHS_NEEDED if lag is None else max(MONTHS_NEEDED, PAIRS_AT_NAMED_LAG + lag)
    reach, n = _months_together(outcome.series, indicator.series)
    if reach < needed:
        return Prospect(book, subject, "no", f"{_count(n, 'paired month')} with {outcome.name}; {needed} are needed",
                        from_period=enough_from(outcome.series, indicator.series, needed))
    named = f", lag of {lag} months named in advance" if lag is not None else ""
    if lag is None and reach < WEAK_BELOW:
        return Prospect(book, subject, "weakly", f"{n} paired months with {outcome.name}: only strong leads show under {WEAK_BELOW}",
                        "Name `expected_lag` in advance if one is expected: it finds more.")
    return Prospect(book, subject, "yes", f"{n} paired months with {outcome.name}{named}")


def _months_together(outcome: pd.Series, indicator: pd.Series) -> tuple[int, int]:
    """(months of the longest stretch with at most one gap, those of them that are known of both)."""
    months = pd.period_range(min(outcome.index[0], indicator.index[0]), max(outcome.index[-1], indicator.index[-1]), freq=outcome.index.freq)
    known = (outcome.reindex(months).notna() & indicator.reindex(months).notna()).to_numpy()
    stretch = longest_stretch(known)
    return int(stretch.stop - stretch.start), int(known[stretch].sum())


def _conversion(customer: Customer) -> list[Prospect]:
    book, outcome = "03_conversion", customer.outcome
    agreed = {c.indicator for c in customer.conversions}
    found = []
    for indicator in (customer.indicators[name] for name in customer.indicators if name in agreed):
        lag = indicator.expected_lag or 0
        needed = max(FEWEST_PAIRS, MONTHS_NEEDED - lag)
        shifted = pd.Series(indicator.series.to_numpy(), indicator.series.index + lag)
        known = outcome.series.index[outcome.series.notna() & shifted.reindex(outcome.series.index).notna()]
        pairs = len(known)
        if pairs >= needed:
            found.append(Prospect(book, indicator.name, "yes", f"agreed beside measured: {pairs} pairs of months {lag} apart"))
            continue
        last = known[-1] if pairs else max((s.index[-1] for s in (outcome.series, shifted) if len(s)), default=None)
        found.append(Prospect(book, indicator.name, "weakly", f"agreed alone: {pairs} pairs of months {lag} apart; {needed} are needed to measure it",
                              from_period=None if last is None else last + needed - pairs))
    if not agreed:
        found.append(Prospect(book, "worth of a point", "weakly", "only for indicators that notebook 02 finds to lead", "Add `conversion` where an effect is agreed."))
    if customer.unit_value is None:
        found.append(Prospect(book, "in money", "no", "the value of a unit is not known", "Add `unit_value` with its `basis`, revenue or profit."))
    return found


def _money(customer: Customer) -> list[Prospect]:
    book, found = "04_roi", []
    if customer.cash_flow is not None:
        found.append(_flows(customer.cash_flow))
    elif customer.unit_value is not None and customer.costs:
        names = ", ".join(cost.name for cost in customer.costs)
        found.append(Prospect(book, "does it pay", "yes", f"benefit and cost over {customer.cost_horizon_months} months, if the goal is reached; costs: {names}"))
    elif customer.unit_value is not None:
        found.append(Prospect(book, "does it pay", "no", "what it cost is not known", "Add `costs`, or `cash_flow` with its `basis`; without them only what it may cost can be said."))
    if customer.unit_value is not None:
        value = customer.unit_value
        if value.basis == "revenue" and value.margin is None:
            found.append(Prospect(book, "profit", "no", "the value of a unit is revenue, and no margin is known", "Add `margin` to `unit_value`."))
        else:
            found.append(Prospect(book, "profit", "yes", f"basis {value.basis}" + (", with a margin" if value.margin else "")))
    if customer.direct_benefit is not None:
        found.append(Prospect(book, "price options", "yes", f"{len(customer.direct_benefit.options)} options under review"))
    if customer.benefits:
        priced = sum(plan.cost is not None or plan.cost_per_year is not None for plan in customer.benefits)
        found.append(Prospect(book, "direct benefits", "yes", f"{len(customer.benefits)} agreed, {priced} of them with a cost to set against"))
    return found


def _health(customer: Customer) -> list[Prospect]:
    book, found, usage = "05_health", [], customer.usage
    if usage is not None:
        there = sum(team.named for team in usage.teams)
        found.append(Prospect(book, "who uses it", "yes" if there else "no", f"{there} of {_count(len(usage.teams), 'team')} are in the usage file, up to {usage.month}",
                              "" if there == len(usage.teams) else "Name the teams as the usage file does."))
        found.append(Prospect(book, "which features", "yes", f"{len(usage.features)} of a declared class") if usage.features else
                     Prospect(book, "which features", "no", "no feature has a class", "Add `features` to `adoption`: value, differentiated or new."))
    if customer.health:
        found.append(Prospect(book, "health score", "yes" if len(customer.health) >= FEWEST else "weakly", _count(len(customer.health), "indicator"),
                              "" if len(customer.health) >= FEWEST else "Five to seven indicators make a score that a single wrong one does not turn."))
    for survey in customer.surveys:
        more = len(survey.rounds) > 1
        found.append(Prospect(book, survey.name, "yes" if more else "weakly", f"{_count(survey.rounds[-1].answers, 'answer')} in the last of {_count(len(survey.rounds), 'round')}",
                              "" if more else "Ask again: a change needs two rounds."))
    if customer.renewals is not None:
        kept = sum(r.renewed for r in customer.renewals.rows)
        lost = len(customer.renewals.rows) - kept
        found.append(Prospect(book, "who renews", "yes" if min(kept, lost) >= FEWEST_EACH else "no", f"{_count(kept + lost, 'renewal')}, {lost} of them not renewed",
                              "" if min(kept, lost) >= FEWEST_EACH else f"Fewer than {FEWEST_EACH} of either say nothing of a score."))
    if len(customer.chain) > 1:
        found.append(Prospect(book, "the chain", "yes", f"{_count(len(customer.chain) - 1, 'link')}, each tested by itself"))
    if customer.register is not None:
        found.append(Prospect(book, "people", "yes", f"{_count(len(customer.register.people), 'line')} of opinion, with whose and when"))
    return found


def _flows(flows: CashFlow) -> Prospect:
    known = int(flows.table[["expenditure_act", "revenue_act"]].notna().all(axis=1).sum())
    periods = len(flows.table)
    word = FREQUENCIES[flows.table.index.freqstr[0]][1]
    if known == 0:
        return Prospect("04_roi", "does it pay", "weakly", f"the plan alone: no actual of its {periods} {word}s is known", "Fill in actuals as they come.")
    done = "complete" if known == periods else "to date beside the plan, and the forecast at completion"
    return Prospect("04_roi", "does it pay", "yes", f"{known} of {periods} {word}s have actuals: {done}")
