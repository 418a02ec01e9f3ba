"""Tables for whoever checks: one function a table, from one result. Missing is a dash, never zero."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.conversion import Conversion, PointsNeeded
from valuelab.analysis.effect import Effect
from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import ConversionReview, GoalOutlook, IndicatorReview, ValueReview
from valuelab.analysis.targets import Progress
from valuelab.analysis.value_case import CaseSide, ValueCase
from valuelab.analysis.value_chain import CostRoom
from valuelab.formatting import format_money, format_number, is_money
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.charts.money import period_word
from valuelab.present.figures import amount, period_text, say, short_period
from valuelab.present.wording.common import GOAL_WORDS, chance_of
from valuelab.present.wording.conversion import goal_value, one_a_value
from valuelab.present.wording.value import income_word, return_word
from valuelab.provenance import rows_named
from valuelab.types import Customer


def column(value: float, unit: str, reference: float | None = None) -> Cell:
    """A number of a column; a dash where it is not known."""
    return number("–") if pd.isna(value) else number(amount(float(value), unit, reference=reference))


def goals(outlooks: tuple[GoalOutlook, ...], better: str) -> Table:
    """Every target, promise and expectation, with where the measure lands."""
    rows = []
    for o in outlooks:
        word = GOAL_WORDS[o.goal.kind]
        span = period_text(o.goal.end)
        if o.value is None:
            rows.append((cell(f"{word}, {span}"), number("to be announced"), *[number("–")] * 5))
            continue
        chance = number("–") if o.chance is None else number(chance_of(o.chance))
        if o.settled:
            chance = cell("reached" if o.reached else "missed")
            chance = Cell(chance.html)
        if o.shortfall is None:
            rows.append((cell(f"{word}, {span}"), cell(o.value), cell(o.reason), *[number("–")] * 4))
            continue
        rows.append((cell(f"{word}, {span}"), cell(o.value, unit=False), cell(o.projected, interval=True, unit=False), cell(o.shortfall.units, unit=False),
                     cell(o.shortfall.of_target), cell(o.shortfall.uplift_needed), chance))
    return table(
        "Goals and where the measure lands", ("goal", "value", "actual or projected", "target − projected", "of target", "change needed, of projected",
                                              "chance if nothing changes"), rows,
        note="A minus sign in “target − projected” is a surplus." if better == "higher" else
        "For this measure lower is better: a positive “target − projected” is what is still too much.")


def projection(result: Projection, most: int = 18) -> Table:
    rows = []
    reference = float(result.path["value"].abs().max())
    for period, r in result.path.head(most).iterrows():
        rows.append((cell(short_period(period)), *(column(r[c], result.unit, reference) for c in ("value", "low_80", "high_80", "low_95", "high_95"))))
    note = "" if len(result.path) <= most else f"The first {most} of {len(result.path)} projected periods; all are in results.json."
    return table(f"Projected {result.name} if nothing changes", ("period", "median", "80 % from", "80 % to", "95 % from", "95 % to"), rows, note=note)


def years(fit: BaselineFit) -> Table:
    rows = []
    for r in fit.year_totals.itertuples():
        rows.append((cell(f"{short_period(r.start)} to {short_period(r.end)}"), column(r.total, fit.unit), column(r.change, "fraction"),
                     number(format_number(r.months_known))))
    verb = {"sum": "total", "mean": "mean", "last": "last value"}[fit.total_by]
    return table(f"{fit.name} by year", ("year", verb, "on the year before", "periods known"), rows,
                 note="A year with unknown periods has no total: missing is not zero.")


def effect(result: Effect) -> Table:
    rows = []
    reference = float(result.path["counterfactual"].abs().max())
    for period, r in result.path.iterrows():
        rows.append((cell(short_period(period)), *(column(r[c], result.unit, reference) for c in ("actual", "counterfactual", "low_95", "high_95"))))
    return table("Actual, and what history led to expect", ("period", "actual", "expected without it", "95 % from", "95 % to"), rows)


def effect_split(result: Effect) -> Table:
    return table("What moved the level since the start", ("part", "of the level before"),
                 [(cell(str(r.part)), number("not shown") if r.part == "initiative" and result.verdict not in ("up", "down")
                   else column(r.value, "fraction")) for r in result.split.itertuples()],
                 note="The level before is the mean of the year before the start. The initiative has a share only where its effect is shown.")


def standing(review: IndicatorReview) -> Table:
    rows = [(cell(n.name), cell(n.unit or "–"), cell(n.baseline, unit=False), cell(n.now, unit=False), cell(n.year_before, unit=False), cell(n.change, unit=False, sign=True),
             cell(f"{n.better} is better")) for n in review.now]
    return table("Where the measures stand", ("measure", "unit", "agreed baseline", "now", "a year before", "change", "reading"), rows,
                 note="“Now” is the mean of the last three periods; “a year before” is the mean of the same periods a year earlier, so season does not "
                      "enter the change.")


def progress(result: Progress) -> Table:
    rows, emphasis = [], {}
    for i, (period, r) in enumerate(result.table.iterrows()):
        rows.append((cell(short_period(period)), number(str(int(r["elapsed"]))), column(r["value"], result.unit), column(r["progress"], "fraction"),
                     column(r["planned"], "fraction"), column(r["ahead_by"] * 100, "", 100)))
        if pd.isna(r["value"]):
            emphasis[i] = "pending"
    return table(f"{result.name}: way from baseline to target", ("period", "since start", "value", "progress", "planned", "points ahead of plan"), rows,
                 emphasis=emphasis, note="Progress = (baseline − actual) / (baseline − target): 0 % at the baseline, 100 % at the target.")


def conversion(review: ConversionReview) -> Table:
    rows, readings = [], []
    for i in review.items:
        measured = i.measured if isinstance(i.measured, Conversion) else None
        if i.agreed is not None:
            readings.append(f"{i.indicator} was agreed as {i.agreed.reading}.")
        rows.append((cell(i.indicator), cell(i.agreed and i.agreed.effect, interval=True), cell(measured and measured.shown, interval=True),
                     cell(measured and measured.uncorrected, interval=True), cell(f"{i.lag_months}, {i.lag_source}")))
    return table(f"Effect of one point on {review.outcome}", ("indicator", "agreed", "measured", "before correction", "lag in months"), rows,
                 note=" ".join(["Additive: every point adds the same. Compound: every point multiplies. The two differ from two points on.", *readings,
                                "Measured effects in percent of the outcome are compound. A dash before correction: nothing was corrected."]))


def points(review: ConversionReview) -> Table | None:
    """One row a goal, effect and reading, each marked by how far it goes beyond what was seen or can be."""
    rows = []
    for i in review.items:
        words = ("agreed", "measured") if i.agreed else ("measured", "")
        linear = isinstance(i.measured, Conversion) and i.measured.model == "linear"
        for p in one_a_value(i.needed):
            for word, n in zip(words, (p.needed, p.needed_measured), strict=True):
                if not isinstance(n, PointsNeeded):
                    continue
                readings = [("additive", n.additive)] if linear and word == "measured" else [("additive", n.additive), ("compound", n.compound)]
                for name, r in readings:
                    mark = "nothing needed" if r.points.value == 0 else f"{r.mark}, and too late" if p.too_late and r.reachable else r.mark
                    rows.append((cell(f"{i.indicator}: {GOAL_WORDS[p.goal.kind]} {goal_value(p.goal.value, review.unit)}"), cell(f"{word}, {name}"),
                                 cell(r.points, interval=True, unit=False), cell(r.level, interval=True, unit=False), cell(mark)))
    if not rows:
        return None
    return table("Points that the goals need", ("goal", "effect and reading", "points", "to level", "is that possible?"), rows,
                 note="Within what was seen: the indicator has been that high. Beyond it, the effect is an assumption. Off the scale: nobody can score that. "
                      "Too late: new points would act, one lag from now, only after the goal.")


_CASE_ROWS = (("expenditure", "expenditure"), ("revenue", "revenue"), ("net return", "net_return"), ("ROI (net)", "roi_net"),
              ("benefit–cost ratio (gross)", "benefit_cost_ratio"), ("net present value", "npv"), ("rate of return a year (IRR)", "irr_per_year"), ("modified rate of return a year (MIRR)", "mirr_per_year"), ("payback", "payback"),
              ("deepest point", "deepest"))


def case_sides(review: ValueReview) -> Table:
    """The sides beside each other; estimates and actuals in columns of their own."""
    case = review.case
    sides: list[tuple[str, CaseSide]] = [("plan, estimated", case.estimated)]
    if case.to_date is not None and not case.complete:
        sides += [("to date, estimated", case.to_date[0]), ("to date, actual", case.to_date[1]), ("at completion, estimated", case.at_completion)]
    if case.actual is not None:
        sides.append(("actual", case.actual))
    order = list(_CASE_ROWS)
    if review.roi_convention == "gross":
        order[3], order[4] = order[4], order[3]
    rows = []
    partial = {"to date, estimated", "to date, actual"}
    for name, attribute in order:
        if attribute == "mirr_per_year" and all(side.mirr_per_year is None for _, side in sides):
            continue
        name = "profit" if attribute == "net_return" and case.basis == "profit" else income_word(case) if attribute == "revenue" else name
        cells = []
        for label, side in sides:
            value = getattr(side, attribute)
            # a ratio of half a plan is not a ratio of the plan: it is to be announced
            open_ratio = label in partial and attribute in ("roi_net", "benefit_cost_ratio", "npv", "payback", "irr_per_year", "mirr_per_year")
            cells.append(number("TBA") if open_ratio else number(rate_missing(side)) if value is None and attribute == "irr_per_year" else cell(value))
        rows.append((cell(name), *cells))
    notes = [e.convention for e in (case.estimated.roi_net, case.estimated.benefit_cost_ratio, case.estimated.npv, case.estimated.mirr_per_year,
                                    case.estimated.payback) if e is not None]
    return table("Estimated and actual", (f"basis: {case.basis}", *(label for label, _ in sides)), rows,
                 note=" · ".join(dict.fromkeys([*notes, *([case.estimated.irr_reason] if case.estimated.irr_per_year is None else [])])))


def forecasts(case: ValueCase) -> Table | None:
    """Both forecasts at completion beside each other, named; nothing where there is only one."""
    if case.at_completion_scaled is None:
        return None
    sides = (case.at_completion, case.at_completion_scaled)
    rows = [(cell({"revenue": income_word(case), "net return": return_word(case)}.get(name, name)), *(cell(getattr(side, attribute)) for side in sides))
            for name, attribute in _CASE_ROWS[:5]]
    return table("Forecast at completion, both ways", (f"basis: {case.basis}", "actuals + remaining estimates", "the same, what remains scaled by performance to date"), rows,
                 note="Performance to date: actual / estimated over the compared periods, of each side by itself.")


def rate_missing(side: CaseSide) -> str:
    """Why there is no rate of return, in a cell; the note has the whole reason."""
    return "not well defined" if "not well defined" in side.irr_reason else "not shown"


def cash_flow(case: ValueCase) -> Table:
    columns = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act", "ncf_est", "ncf_act", "cum_est", "cum_act")
    rows, emphasis = [], {}
    for i, (period, r) in enumerate(case.table.iterrows()):
        cells = [number("TBA") if pd.isna(r[c]) else number(format_money(float(r[c]), case.currency, exact=True)) for c in columns]
        rows.append((cell(say("{} · {}", str(i), short_period(period).removesuffix(f" {period.start_time.year}"))), *cells))
        if pd.isna(r["revenue_act"]):
            emphasis[i] = "pending"
    estimated, actual = case.estimated, case.actual
    totals = [cell(estimated.expenditure), cell(actual.expenditure) if actual else number("TBA"), cell(estimated.revenue),
              cell(actual.revenue) if actual else number("TBA"), cell(estimated.net_return), cell(actual.net_return) if actual else number("TBA"),
              number(""), number("")]
    rows.append((cell("total"), *totals))
    emphasis[len(rows) - 1] = "total"
    return table(f"Cash flow by {period_word(case)}", (period_word(case), "expend. est.", "expend. act.", f"{income_word(case)} est.", f"{income_word(case)} act.", "net est.",
                                                       "net act.", "cumulative est.", "cumulative act."), rows, emphasis=emphasis,
                 note=f"TBA: to be announced, never zero. Net cash flow = {income_word(case)} − expenditure, signed.")


def categories(case: ValueCase) -> Table | None:
    """Costs and benefits by category, one-off and recurring; nothing where the file has none."""
    if case.parts is None:
        return None
    rows = [(cell(str(r.category)), cell(str(r.side)), cell(str(r.recurrence) or "–"), *(
        number("–" if pd.isna(v) else format_money(float(v), case.currency, exact=True)) for v in (r.estimated, r.to_date_est, r.to_date_act, r.remaining_est)))
        for r in case.parts.itertuples()]
    return table("Costs and benefits by category", ("category", "side", "recurrence", "whole plan, est.", "to date, est.", "to date, act.", "still to come, est."), rows,
                 note="To date: the compared periods alone. A dash: to be announced, not planned, or stated and not observed.")


def prices(options: tuple[PriceEffect, ...]) -> Table:
    rows = [(cell(o.name), column(o.price_change, "fraction"), column(o.volume_change, "fraction"), cell(o.gained), cell(o.lost),
             cell(o.net, sign=True), cell(o.break_even_volume_loss)) for o in options]
    return table("Price options, profit a year", ("option", "price", "volume", "gained", "lost", "net", "break-even volume loss"), rows,
                 note="Gained on the units that are still sold; lost on those that are not; break-even against doing nothing.")


def money_goals(review: ValueReview) -> Table:
    rows = []
    for goal in (*review.reach, *review.gaps):
        word = GOAL_WORDS[goal.outlook.goal.kind]
        what = "goal − base" if goal.what == "reach" else "goal − projected"
        rows.append((cell(say("{} {} by {}: {}", word, goal_value(goal.outlook.goal.value, review.unit), short_period(goal.outlook.goal.end), what)),
                     cell(goal.units, interval=True, unit=False), cell(goal.revenue, interval=True), cell(goal.profit, interval=True)))
    return table("Goals in money, a year", ("goal", review.outcome if is_money(review.unit) else review.unit or "units", "revenue", "profit"), rows,
                 note="Goal − base: what reaching it adds. Goal − projected: what is still missing if nothing changes; a minus sign is a surplus.")


def room(result: CostRoom, currency: str) -> Table:
    rows = [(cell(Markup.escape(format_money(float(r.cost), currency, exact=True))), column(r.share_of_benefit, "fraction"),
             number("–" if pd.isna(r.payback_months) else format_number(float(r.payback_months)))) for r in result.table.itertuples()]
    return table("Payback by cost", ("cost of the initiative", "of a year’s benefit", "months to pay back"), rows)


def assumptions(customer: Customer) -> Table:
    rows = []
    for a in customer.assumptions:
        agreed = ", ".join(p for p in (a.agreed_by, a.agreed_on) if p)
        rows.append((cell(a.name), cell(a.text), cell(a.source or "not sourced"), cell(agreed or "–"), cell(a.note or "–")))
    return table("Assumptions", ("what", "figure", "source", "agreed by, on", "note"), rows)


def events(customer: Customer) -> Table:
    return table("Events", ("period", "what happened"), [(cell(period_text(p)), cell(t)) for p, t in customer.events])


def quality(customer: Customer) -> Table:
    rows = []
    for q in customer.quality:
        where = q.where + (f", {rows_named(q.rows, most=6)}" if q.rows else "")
        rows.append((cell(q.what), cell(q.kind), number(format_number(q.count)), cell(where), cell(q.why)))
    return table("Repairs and gaps", ("what", "kind", "how many", "where", "why it matters"), rows,
                 note="Repaired: read in a way that had to be chosen. Left out: does not count. Missing: not known, and never filled. "
                      "Restated: an earlier report had another value. To check: counts as it is.")


def restated(customer: Customer) -> Table:
    rows = []
    for r in customer.restated[:24]:
        before, now = ("not known" if v is None else format_number(v) for v in (r.before, r.now))
        rows.append((cell(r.series), number(short_period(r.period)), number(before), number(now)))
    more = len(customer.restated) - len(rows)
    return table(f"Restated since the report as of {customer.restated[0].since}", ("measure", "period", "was", "is"), rows,
                 note=f"And {more} more, all in results.json." if more > 0 else "")
