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
from valuelab.formatting import day_as_here, format_money, format_number, from_to, is_money, unit_text
from valuelab.language import later, phrase, phrases, said, said_or_own
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.charts.money import period_word
from valuelab.present.figures import amount, period_text, say, short_period
from valuelab.present.wording.common import chance_of, goal_word, one
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
        word = goal_word(o.goal.kind)
        span = period_text(o.goal.end)
        if o.value is None:
            rows.append((cell(f"{word}, {span}"), number(phrase("to be announced")), *[number("–")] * 5))
            continue
        chance = number("–") if o.chance is None else number(chance_of(o.chance))
        if o.settled:
            chance = cell(phrase("reached") if o.reached else phrase("missed"))
            chance = Cell(chance.html)
        if o.shortfall is None:
            rows.append((cell(f"{word}, {span}"), cell(o.value), cell(said(o.reason)), *[number("–")] * 4))
            continue
        rows.append((cell(f"{word}, {span}"), cell(o.value, unit=False), cell(o.projected, interval=True, unit=False), cell(o.shortfall.units, unit=False),
                     cell(o.shortfall.of_target), cell(o.shortfall.uplift_needed), chance))
    return table(
        phrase("Goals and where the measure lands"), (phrase("goal"), phrase("value"), phrase("actual or projected"), phrase("target − projected"), phrase("of target"),
                                                      phrase("change needed, of projected"), phrase("chance if nothing changes")), rows,
        note=phrase("A minus sign in “target − projected” is a surplus.") if better == "higher" else
        phrase("For this measure lower is better: a positive “target − projected” is what is still too much."))


def projection(result: Projection, most: int = 18) -> Table:
    rows = []
    reference = float(result.path["value"].abs().max())
    for period, r in result.path.head(most).iterrows():
        rows.append((cell(short_period(period)), *(column(r[c], result.unit, reference) for c in ("value", "low_80", "high_80", "low_95", "high_95"))))
    note = "" if len(result.path) <= most else phrase("The first {most} of {all} projected periods; all are in results.json.", most=most, all=len(result.path))
    return table(phrase("Projected {name} if nothing changes", name=result.name), (phrase("period"), phrase("median"), phrase("80 % from"), phrase("80 % to"), phrase("95 % from"),
                                                                                  phrase("95 % to")), rows, note=note)


def years(fit: BaselineFit) -> Table:
    rows = []
    for r in fit.year_totals.itertuples():
        rows.append((cell(from_to(short_period(r.start), short_period(r.end))), column(r.total, fit.unit), column(r.change, "fraction"),
                     number(format_number(r.months_known))))
    verb = {"sum": phrase("total"), "mean": phrase("mean"), "last": phrase("last value")}[fit.total_by]
    return table(phrase("{name} by year", name=fit.name), (phrase("year"), verb, phrase("on the year before"), phrase("periods known")), rows,
                 note=phrase("A year with unknown periods has no total: missing is not zero."))


def effect(result: Effect) -> Table:
    rows = []
    reference = float(result.path["counterfactual"].abs().max())
    for period, r in result.path.iterrows():
        rows.append((cell(short_period(period)), *(column(r[c], result.unit, reference) for c in ("actual", "counterfactual", "low_95", "high_95"))))
    return table(phrase("Actual, and what history led to expect"), (phrase("period"), phrase("actual"), phrase("expected without it"), phrase("95 % from"), phrase("95 % to")), rows)


def effect_split(result: Effect) -> Table:
    return table(phrase("What moved the level since the start"), (phrase("part"), phrase("of the level before")),
                 [(cell(said(str(r.part))), number(phrase("not shown")) if r.part == "initiative" and result.verdict not in ("up", "down")
                   else column(r.value, "fraction")) for r in result.split.itertuples()],
                 note=phrase("The level before is the mean of the year before the start. The initiative has a share only where its effect is shown."))


def standing(review: IndicatorReview) -> Table:
    rows = [(cell(n.name), cell(unit_text(n.unit) if n.unit else "–"), cell(n.baseline, unit=False), cell(n.now, unit=False), cell(n.year_before, unit=False), cell(n.change, unit=False, sign=True),
             cell(phrase("higher is better") if n.better == "higher" else phrase("lower is better"))) for n in review.now]
    return table(phrase("Where the measures stand"), (phrase("measure"), phrase("unit"), phrase("agreed baseline"), phrase("now"), phrase("a year before"), phrase("change"),
                                                      phrase("reading")), rows,
                 note=phrase("“Now” is the mean of the last three periods; “a year before” is the mean of the same periods a year earlier, so season does not "
                             "enter the change."))


def progress(result: Progress) -> Table:
    rows, emphasis = [], {}
    for i, (period, r) in enumerate(result.table.iterrows()):
        rows.append((cell(short_period(period)), number(str(int(r["elapsed"]))), column(r["value"], result.unit), column(r["progress"], "fraction"),
                     column(r["planned"], "fraction"), column(r["ahead_by"] * 100, "", 100)))
        if pd.isna(r["value"]):
            emphasis[i] = "pending"
    return table(phrase("{name}: way from baseline to target", name=result.name), (phrase("period"), phrase("since start"), phrase("value"), phrase("progress"), phrase("planned"),
                                                                                  phrase("points ahead of plan")), rows,
                 emphasis=emphasis, note=phrase("Progress = (baseline − actual) / (baseline − target): 0 % at the baseline, 100 % at the target."))


def conversion(review: ConversionReview) -> Table:
    rows, readings = [], []
    for i in review.items:
        measured = i.measured if isinstance(i.measured, Conversion) else None
        if i.agreed is not None:
            readings.append(phrase("{name} was agreed as additive.", name=i.indicator) if i.agreed.reading == "additive" else phrase("{name} was agreed as compound.", name=i.indicator))
        rows.append((cell(i.indicator), cell(i.agreed and i.agreed.effect, interval=True), cell(measured and measured.shown, interval=True),
                     cell(measured and measured.uncorrected, interval=True), cell(phrase("{count}, {source}", count=i.lag_months, source=said(i.lag_source)))))
    return table(phrase("Effect of one point on {outcome}", outcome=review.outcome), (phrase("indicator"), phrase("agreed"), phrase("measured"), phrase("before correction"),
                                                                                      phrase("lag in months")), rows,
                 note=" ".join([phrase("Additive: every point adds the same. Compound: every point multiplies. The two differ from two points on."), *readings,
                                phrase("Measured effects in percent of the outcome are compound. A dash before correction: nothing was corrected.")]))


def points(review: ConversionReview) -> Table | None:
    """One row a goal, effect and reading, each marked by how far it goes beyond what was seen or can be."""
    rows = []
    for i in review.items:
        words = (later("agreed"), later("measured")) if i.agreed else (later("measured"), "")
        linear = isinstance(i.measured, Conversion) and i.measured.model == "linear"
        for p in one_a_value(i.needed):
            for word, n in zip(words, (p.needed, p.needed_measured), strict=True):
                if not isinstance(n, PointsNeeded):
                    continue
                readings = [("additive", n.additive)] if linear and word == "measured" else [("additive", n.additive), ("compound", n.compound)]
                for name, r in readings:
                    mark = phrase("nothing needed") if r.points.value == 0 else phrase("{mark}, and too late", mark=said(r.mark)) if p.too_late and r.reachable else said(r.mark)
                    rows.append((cell(f"{i.indicator}: {goal_word(p.goal.kind)} {goal_value(p.goal.value, review.unit)}"), cell(f"{phrase(word)}, {said(name)}"),
                                 cell(r.points, interval=True, unit=False), cell(r.level, interval=True, unit=False), cell(mark)))
    if not rows:
        return None
    return table(phrase("Points that the goals need"), (phrase("goal"), phrase("effect and reading"), phrase("points"), phrase("to level"), phrase("is that possible?")), rows,
                 note=phrase("Within what was seen: the indicator has been that high. Beyond it, the effect is an assumption. Off the scale: nobody can score that. "
                             "Too late: new points would act, one lag from now, only after the goal."))


_CASE_ROWS = ((later("expenditure"), "expenditure"), (later("revenue"), "revenue"), (later("net return"), "net_return"), (later("ROI (net)"), "roi_net"),
              (later("benefit–cost ratio (gross)"), "benefit_cost_ratio"), (later("net present value"), "npv"), (later("rate of return a year (IRR)"), "irr_per_year"),
              (later("modified rate of return a year (MIRR)"), "mirr_per_year"), (later("payback"), "payback"), (later("deepest point"), "deepest"))


def case_sides(review: ValueReview) -> Table:
    """The sides beside each other; estimates and actuals in columns of their own."""
    case = review.case
    sides: list[tuple[str, CaseSide]] = [(phrase("plan, estimated"), case.estimated)]
    partial = {phrase("to date, estimated"), phrase("to date, actual")}
    if case.to_date is not None and not case.complete:
        sides += [(phrase("to date, estimated"), case.to_date[0]), (phrase("to date, actual"), case.to_date[1]), (phrase("at completion, estimated"), case.at_completion)]
    if case.actual is not None:
        sides.append((phrase("actual"), case.actual))
    order = list(_CASE_ROWS)
    if review.roi_convention == "gross":
        order[3], order[4] = order[4], order[3]
    rows = []
    for name, attribute in order:
        if attribute == "mirr_per_year" and all(side.mirr_per_year is None for _, side in sides):
            continue
        name = phrase("profit") if attribute == "net_return" and case.basis == "profit" else income_word(case) if attribute == "revenue" else phrase(name)
        cells = []
        for label, side in sides:
            value = getattr(side, attribute)
            # a ratio of half a plan is not a ratio of the plan: it is to be announced
            open_ratio = label in partial and attribute in ("roi_net", "benefit_cost_ratio", "npv", "payback", "irr_per_year", "mirr_per_year")
            cells.append(number("TBA") if open_ratio else number(rate_missing(side)) if value is None and attribute == "irr_per_year" else cell(value))
        rows.append((cell(name), *cells))
    notes = [e.convention for e in (case.estimated.roi_net, case.estimated.benefit_cost_ratio, case.estimated.npv, case.estimated.mirr_per_year,
                                    case.estimated.payback) if e is not None]
    return table(phrase("Estimated and actual"), (_basis(case), *(label for label, _ in sides)), rows,
                 note=Markup(" · ").join(map(said, dict.fromkeys([*notes, *([case.estimated.irr_reason] if case.estimated.irr_per_year is None else [])]))))


def _basis(case: ValueCase) -> str:
    return phrase("basis: profit") if case.basis == "profit" else phrase("basis: revenue")


def forecasts(case: ValueCase) -> Table | None:
    """Both forecasts at completion beside each other, named; nothing where there is only one."""
    if case.at_completion_scaled is None:
        return None
    sides = (case.at_completion, case.at_completion_scaled)
    rows = [(cell({"revenue": income_word(case), "net return": return_word(case)}.get(name) or phrase(name)), *(cell(getattr(side, attribute)) for side in sides))
            for name, attribute in _CASE_ROWS[:5]]
    return table(phrase("Forecast at completion, both ways"), (_basis(case), phrase("actuals + remaining estimates"), phrase("the same, what remains scaled by performance to date")), rows,
                 note=phrase("Performance to date: actual / estimated over the compared periods, of each side by itself."))


def rate_missing(side: CaseSide) -> str:
    """Why there is no rate of return, in a cell; the note has the whole reason."""
    return phrase("not well defined") if "not well defined" in side.irr_reason else phrase("not shown")


def cash_flow(case: ValueCase) -> Table:
    columns = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act", "ncf_est", "ncf_act", "cum_est", "cum_act")
    rows, emphasis = [], {}
    for i, (period, r) in enumerate(case.table.iterrows()):
        cells = [number("TBA") if pd.isna(r[c]) else number(format_money(float(r[c]), case.currency, exact=True)) for c in columns]
        rows.append((cell(say("{number} · {period}", number=str(i), period=short_period(period).removesuffix(f" {period.start_time.year}"))), *cells))
        if pd.isna(r["revenue_act"]):
            emphasis[i] = "pending"
    estimated, actual = case.estimated, case.actual
    totals = [cell(estimated.expenditure), cell(actual.expenditure) if actual else number("TBA"), cell(estimated.revenue),
              cell(actual.revenue) if actual else number("TBA"), cell(estimated.net_return), cell(actual.net_return) if actual else number("TBA"),
              number(""), number("")]
    rows.append((cell(phrase("total")), *totals))
    emphasis[len(rows) - 1] = "total"
    period, income = one(period_word(case)), income_word(case)
    return table(phrase("Cash flow by {period}", period=period), (period, phrase("expend. est."), phrase("expend. act."), phrase("{income} est.", income=income),
                                                                  phrase("{income} act.", income=income), phrase("net est."), phrase("net act."), phrase("cumulative est."),
                                                                  phrase("cumulative act.")), rows, emphasis=emphasis,
                 note=phrase("TBA: to be announced, never zero. Net cash flow = {income} − expenditure, signed.", income=income))


def categories(case: ValueCase) -> Table | None:
    """Costs and benefits by category, one-off and recurring; nothing where the file has none."""
    if case.parts is None:
        return None
    rows = [(cell(str(r.category)), cell(said(str(r.side))), cell(said(str(r.recurrence)) or "–"), *(
        number("–" if pd.isna(v) else format_money(float(v), case.currency, exact=True)) for v in (r.estimated, r.to_date_est, r.to_date_act, r.remaining_est)))
        for r in case.parts.itertuples()]
    return table(phrase("Costs and benefits by category"), (phrase("category"), phrase("side"), phrase("recurrence"), phrase("whole plan, est."), phrase("to date, est."),
                                                            phrase("to date, act."), phrase("still to come, est.")), rows,
                 note=phrase("To date: the compared periods alone. A dash: to be announced, not planned, or stated and not observed."))


def prices(options: tuple[PriceEffect, ...]) -> Table:
    rows = [(cell(o.name), column(o.price_change, "fraction"), column(o.volume_change, "fraction"), cell(o.gained), cell(o.lost),
             cell(o.net, sign=True), cell(o.break_even_volume_loss)) for o in options]
    return table(phrase("Price options, profit a year"), (phrase("option"), phrase("price"), phrase("volume"), phrase("gained"), phrase("lost"), phrase("net"),
                                                          phrase("break-even volume loss")), rows,
                 note=phrase("Gained on the units that are still sold; lost on those that are not; break-even against doing nothing."))


def money_goals(review: ValueReview) -> Table:
    rows = []
    for goal in (*review.reach, *review.gaps):
        what = phrase("goal − base") if goal.what == "reach" else phrase("goal − projected")
        rows.append((cell(say("{goal} {value} by {date}: {what}", goal=goal_word(goal.outlook.goal.kind), value=goal_value(goal.outlook.goal.value, review.unit),
                              date=short_period(goal.outlook.goal.end), what=what)),
                     cell(goal.units, interval=True, unit=False), cell(goal.revenue, interval=True), cell(goal.profit, interval=True)))
    return table(phrase("Goals in money, a year"), (phrase("goal"), review.outcome if is_money(review.unit) else review.unit or phrase("units"), phrase("revenue"), phrase("profit")), rows,
                 note=phrase("Goal − base: what reaching it adds. Goal − projected: what is still missing if nothing changes; a minus sign is a surplus."))


def room(result: CostRoom, currency: str) -> Table:
    rows = [(cell(Markup.escape(format_money(float(r.cost), currency, exact=True))), column(r.share_of_benefit, "fraction"),
             number("–" if pd.isna(r.payback_months) else format_number(float(r.payback_months)))) for r in result.table.itertuples()]
    return table(phrase("Payback by cost"), (phrase("cost of the initiative"), phrase("of a year’s benefit"), phrase("months to pay back")), rows)


def assumptions(customer: Customer) -> Table:
    rows = []
    for a in customer.assumptions:
        agreed = ", ".join(p for p in (a.agreed_by, day_as_here(a.agreed_on)) if p)
        rows.append((cell(said(a.name)), cell(a.text), cell(a.source or phrase("not sourced")), cell(agreed or "–"), cell(said(a.note) or "–")))
    return table(phrase("Assumptions"), (phrase("what"), phrase("figure"), phrase("source"), phrase("agreed by, on"), phrase("note")), rows)



def events(customer: Customer) -> Table:
    return table(phrase("Events"), (phrase("period"), phrase("what happened")), [(cell(period_text(p)), cell(t)) for p, t in customer.events])


def quality(customer: Customer) -> Table:
    rows = []
    for q in customer.quality:
        rows_, _, numbers = rows_named(q.rows, most=6).partition(" ")
        where = said_or_own(q.where) + (", " + phrases("row {rows}", "rows {rows}", 1 if rows_ == "row" else 2, rows=numbers) if q.rows else "")
        rows.append((cell(said(q.what)), cell(said(q.kind)), number(format_number(q.count)), cell(where), cell(said(q.why))))
    return table(phrase("Repairs and gaps"), (phrase("what"), phrase("kind"), phrase("how many"), phrase("where"), phrase("why it matters")), rows,
                 note=phrase("Repaired: read in a way that had to be chosen. Left out: does not count. Missing: not known, and never filled. "
                             "Restated: an earlier report had another value. To check: counts as it is."))


def restated(customer: Customer) -> Table:
    rows = []
    for r in customer.restated[:24]:
        before, now = (phrase("not known") if v is None else format_number(v) for v in (r.before, r.now))
        rows.append((cell(r.series), number(short_period(r.period)), number(before), number(now)))
    more = len(customer.restated) - len(rows)
    return table(phrase("Restated since the report as of {date}", date=customer.restated[0].since), (phrase("measure"), phrase("period"), phrase("was"), phrase("is")), rows,
                 note=phrase("And {count} more, all in results.json.", count=more) if more > 0 else "")
