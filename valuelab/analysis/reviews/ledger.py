"""The promises ledger: what was promised and expected, what of it is there, how likely the rest is, and how earlier reports judged it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from valuelab.analysis.effect import Effect, measure_effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews.goals import Goal, goals_of, starting_level
from valuelab.analysis.reviews.outlooks import LONGEST_HORIZON, GoalOutlook, outlook, project_ahead
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_chain import value_of_units
from valuelab.track_record import Forecast, PromiseRecord, Score, records_of, score
from valuelab.types import CannotSay, Customer, Estimate, Measure, Promise, Result

PLANNED = "planned"  # the plan of a cash flow: nobody's promise, but what was said


@dataclass(frozen=True, slots=True)
class LedgerRow(Result):
    """One promised ("must have"), expected ("nice to have") or planned value, and what there is of it.

    ``value``: what was said, by ``by``. ``so_far``: actuals only, over the known ones of its periods. ``lands``: where it lands if nothing
    changes (estimated; actual once settled). ``realised``: what is measured since the start against what the history led to expect, with its
    interval; None where that cannot be said. ``worth`` and ``realised_worth``: the same over the base in money. ``chance``: of being kept, None
    once settled or where it cannot be said, then ``reason`` (and ``from_when``) say why. ``verdict``: kept | missed | open. ``earlier``: what
    reports before this one said. ``gone_since``: date of the first report whose params no longer have it.
    """

    kind: str
    measure: str
    better: str
    value: Estimate
    by: pd.Period
    start: pd.Period
    source: str
    agreed_by: str
    agreed_on: str
    decides: str
    so_far: Estimate | None
    lands: Estimate | None
    realised: Estimate | None
    worth: Estimate | None
    realised_worth: Estimate | None
    chance: Estimate | None
    verdict: str
    reason: str = ""
    from_when: str = ""
    earlier: tuple[Forecast, ...] = ()
    gone_since: str = ""


@dataclass(frozen=True, slots=True)
class Ledger(Result):
    """Every row, the record that the next report carries forward, and how earlier probabilities turned out."""

    rows: tuple[LedgerRow, ...]
    record: tuple[PromiseRecord, ...]
    score: Score

    @property
    def missed(self) -> tuple[LedgerRow, ...]:
        """Promises (not expectations, nor plans) that were not kept."""
        return tuple(r for r in self.rows if r.verdict == "missed" and r.kind == "promised")


def review_promises(customer: Customer, effect: Effect | CannotSay | None = None, case: ValueCase | None = None,
                    chance_of_plan: Estimate | None = None) -> Ledger | None:
    """The ledger as of this report; None where nothing was ever promised or planned.

    ``effect``: of the initiative on the outcome, where it has been measured already. ``chance_of_plan``: that a cash flow comes to what was
    planned.
    """
    had = {r.identity: r for r in records_of(customer.previous) if _readable(r.by)}
    known = tuple(had.values())
    rows: list[LedgerRow] = []
    for measure in [m for m in (customer.outcome, *customer.indicators.values()) if m is not None]:
        rows += _rows_of(customer, measure, effect, had)
    if case is not None:
        rows.append(_plan(customer, case, chance_of_plan, had))
    listed = {_identity(r) for r in rows}
    rows += [_left_over(r, customer, case) for r in known if r.identity not in listed]
    if not rows:
        return None
    now = {_identity(r): r for r in rows}
    record = [_carried(old, now[old.identity], customer) for old in known]
    record += [_carried(_begun(r, customer), r, customer) for key, r in now.items() if key not in had]
    return Ledger(tuple(rows), tuple(record), score(record))


def _identity(row: LedgerRow) -> tuple[str, str, str, float]:
    return row.kind, row.measure, str(row.by), row.value.value


def _begun(row: LedgerRow, customer: Customer) -> PromiseRecord:
    return PromiseRecord(row.kind, row.measure, row.value.value, str(row.by), row.better, first_seen=str(customer.as_of))


def _carried(old: PromiseRecord, row: LedgerRow, customer: Customer) -> PromiseRecord:
    """The entry of the last report with what this one says: a forecast while it is open, what became of it once that is known."""
    carried = replace(old, gone_since=row.gone_since)
    if row.verdict in ("kept", "missed") and row.lands is not None:
        return replace(carried, kept=row.verdict == "kept", actual=row.lands.value)
    if row.chance is None or row.lands is None or row.gone_since:
        return carried
    said = Forecast(str(customer.as_of), row.chance.value, row.lands.value, row.lands.low, row.lands.high, row.lands.level, customer.software)
    return replace(carried, forecasts=(*(f for f in carried.forecasts if f.as_of != said.as_of), said))


def _rows_of(customer: Customer, measure: Measure, measured: Effect | CannotSay | None, had: dict) -> list[LedgerRow]:
    promises = [p for p in customer.promises if p.measure == measure.name]
    current = {(p.kind, p.measure, str(p.by), p.value) for p in promises}
    gone = [r for key, r in had.items() if r.measure == measure.name and key not in current and r.kind != PLANNED]
    if not promises and not gone or not len(measure.series):
        return []
    is_outcome = customer.outcome is not None and measure.name == customer.outcome.name
    account = replace(customer, promises=(*promises, *(Promise(r.kind, measure.name, r.value, pd.Period(r.by)) for r in gone)))
    goals = [g for g in goals_of(account, measure) if g.kind != "target"]
    projection = project_ahead(measure, tuple(goals))
    base, _ = starting_level(customer, measure, None)
    effect = measured if is_outcome and measured is not None else _effect(customer, measure)
    rows = []
    for goal in goals:
        text = str(goal.end.asfreq("M")) if goal.end.freqstr != "M" else str(goal.end)
        key = (goal.kind, measure.name, text, goal.value)
        record = had.get(key)
        withdrawn = key not in current
        since = (record.gone_since or str(customer.as_of)) if withdrawn and record else ""
        rows.append(_row(customer, measure, goal, projection, base, effect, is_outcome, record, since))
    return rows


def _readable(by: str) -> bool:
    try:
        return pd.Period(by).freqstr == "M"
    except ValueError:
        return False


def _effect(customer: Customer, measure: Measure) -> Effect | CannotSay:
    if customer.started is None:
        return CannotSay("the start of the initiative is not given", "Add `started` to the params.")
    return measure_effect(measure, started=customer.started, total_by=measure.total_by)


def _row(customer: Customer, measure: Measure, goal: Goal, projection: Projection | CannotSay, base: Estimate | None, effect: Effect | CannotSay,
         is_outcome: bool, record: PromiseRecord | None, gone_since: str) -> LedgerRow:
    key = f"promise.{goal.kind}.{measure.name}.{goal.end}" + (f".{goal.value:g}.gone" if gone_since else "")
    seen: GoalOutlook = outlook(goal, measure, projection, base, None)
    value = Estimate(goal.value, kind="agreed", unit=measure.unit, source=goal.source, key=f"{key}.value")
    reason, from_when = "", ""
    if not seen.settled and seen.chance is None:
        reason = seen.reason
        if isinstance(projection, CannotSay):
            from_when = projection.fix
        elif goal.end > measure.series.index[-1] + LONGEST_HORIZON:
            from_when = f"It can be said from {goal.end - LONGEST_HORIZON} on."
    elif not seen.settled and goal.end <= measure.series.index[-1]:
        reason = "its deadline has passed, but not every period is known"
    realised = None
    if isinstance(effect, Effect) and effect.verdict != "too early":
        per = "" if measure.total_by == "sum" else " a period"
        realised = effect.total.keyed(f"{key}.realised", convention=f"actual − what its history led to expect, since {effect.started}{per}")
    worth = realised_worth = None
    if is_outcome and customer.unit_value is not None and measure.total_by == "sum":
        sign = 1 if measure.better == "higher" else -1
        if base is not None:
            worth = _money(customer, Estimate(sign * (goal.value - base.value), kind="agreed", unit=measure.unit), f"{key}.worth")
        if realised is not None:
            turned = realised if sign > 0 else replace(realised, value=-realised.value, low=-realised.high, high=-realised.low)
            realised_worth = _money(customer, turned, f"{key}.realised_worth")
    return LedgerRow(
        goal.kind, measure.name, measure.better, value, goal.end, goal.start, goal.source, goal.agreed_by, goal.agreed_on, goal.decides,
        so_far=_so_far(measure, goal, f"{key}.so_far"), lands=seen.projected and seen.projected.keyed(f"{key}.lands"), realised=realised, worth=worth,
        realised_worth=realised_worth, chance=seen.chance and seen.chance.keyed(f"{key}.chance"),
        verdict=("kept" if seen.reached else "missed") if seen.settled else "open", reason=reason, from_when=from_when,
        earlier=record.forecasts if record else (), gone_since=gone_since)


def _money(customer: Customer, units: Estimate, key: str) -> Estimate:
    unit = customer.unit_value
    worth = value_of_units(units, unit_value=unit.value, basis=unit.basis, margin=unit.margin, currency=customer.currency, key=key)
    money = worth.profit or worth.revenue
    # over what was measured it is no yearly amount
    words = money.convention if units.kind == "agreed" else money.convention.replace(" a year", " since the start")
    return money.keyed(key, convention=words)


def _so_far(measure: Measure, goal: Goal, key: str) -> Estimate | None:
    """Actuals alone: what the known ones of its periods come to; of a level the last known value."""
    known = measure.series.dropna()
    if measure.total_by == "sum":
        inside = known[(known.index >= goal.start) & (known.index <= goal.end)]
        if not len(inside):
            return None
        of = (goal.end - goal.start).n + 1
        return Estimate(float(inside.sum()), kind="actual", n=len(inside), unit=measure.unit, key=key, convention=f"{len(inside)} of {of} periods known")
    inside = known[known.index <= goal.end]
    if not len(inside):
        return None
    return Estimate(float(inside.iloc[-1]), kind="actual", n=1, unit=measure.unit, key=key, convention=f"in {inside.index[-1]}")


def _plan(customer: Customer, case: ValueCase, chance: Estimate | None, had: dict) -> LedgerRow:
    """What a cash flow was planned to come to: judged once every actual is in."""
    word = "profit" if case.basis == "profit" else "net return"
    index = case.table.index
    name = f"{word} of the plan"
    key = f"promise.{PLANNED}.cash_flow"
    planned = case.estimated.net_return.keyed(f"{key}.value")
    by = index[-1].asfreq("M", how="end")
    record = had.get((PLANNED, name, str(by), planned.value))
    verdict = "open" if not case.complete else "kept" if case.actual.net_return.value >= planned.value else "missed"
    reason = "" if verdict != "open" or chance is not None else "nothing varies in it yet, or too little is known of how estimates turn out"
    return LedgerRow(
        PLANNED, name, "higher", planned, by, index[0].asfreq("M", how="start"), planned.source, "", "", "",
        so_far=case.to_date[1].net_return.keyed(f"{key}.so_far") if case.to_date else None, lands=case.at_completion.net_return.keyed(f"{key}.lands"),
        realised=None, worth=None, realised_worth=None, chance=chance and chance.keyed(f"{key}.chance"), verdict=verdict, reason=reason,
        earlier=record.forecasts if record else ())


def _left_over(record: PromiseRecord, customer: Customer, case: ValueCase | None) -> LedgerRow:
    """What earlier reports had and this one has not: a plan that was changed, a measure that is gone. Told, never dropped."""
    as_of = customer.as_of
    by = pd.Period(record.by)
    key = f"promise.{record.kind}.{record.measure}.{record.by}.{record.value:g}.gone"
    kept, actual, unit = record.kept, record.actual, ""
    replanned = record.kind == PLANNED and case is not None
    if replanned:
        unit = customer.currency
        if case.complete:
            actual = case.actual.net_return.value
            kept = actual >= record.value
    lands = Estimate(actual, kind="actual", unit=unit, key=f"{key}.lands") if kept is not None and actual is not None else None
    return LedgerRow(
        record.kind, record.measure, record.better, Estimate(record.value, kind="agreed", unit=unit, key=f"{key}.value"), by, by, "", "", "", "", so_far=None,
        lands=lands, realised=None, worth=None, realised_worth=None, chance=None, verdict="open" if kept is None else "kept" if kept else "missed",
        reason="" if kept is not None else "the plan is another now" if replanned else "its measure is no longer there", earlier=record.forecasts,
        gone_since=record.gone_since or str(as_of))
