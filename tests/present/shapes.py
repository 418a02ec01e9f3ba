"""Hostile shapes: every chart for short, long, huge, tiny, negative, flat and broken series, and for names of eighty letters.

``python -m tests.present.shapes FOLDER`` writes every picture as a PNG, to be looked at; without a folder the few small ones that
``test_pictures`` compares with.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pandas as pd

from tests.present import examples
from valuelab.analysis.adoption import review_adoption
from valuelab.analysis.before_after import BeforeAfter
from valuelab.analysis.cash_table import cash_flow_of
from valuelab.analysis.next_measures import MeasureNext, NextMeasure
from valuelab.analysis.prices import direct_benefit
from valuelab.analysis.relationships import QUALITIES, ROLES, review_relationships
from valuelab.analysis.renewals import review_renewals
from valuelab.analysis.reviews.changes import Changes, Step
from valuelab.analysis.reviews.ledger import LedgerRow
from valuelab.analysis.reviews.outcome_chain import LINK_STATES, ChainStep, LinkState, OutcomeChain
from valuelab.analysis.surveys import review_survey
from valuelab.analysis.targets import measure_progress
from valuelab.analysis.value_case import value_case
from valuelab.analysis.value_chain import cost_room
from valuelab.analysis.value_outlook import case_outlook, chain_outlook
from valuelab.present.charts import (
    adoption,
    baseline,
    chain,
    changes,
    evidence,
    indicators,
    ledger,
    money,
    outlook,
    renewals,
    style,
    surveys,
)
from valuelab.present.charts.settle import Sheet
from valuelab.registers import Decided, RenewalRegister, SurveyRound
from valuelab.types import Estimate, Measure, Person, StatedCost, Survey, Team, Usage

LONG = "Requests for urgent quotations from customers of the northern sales district 2025"  # 80 letters and one
assert len(LONG) >= 80
SHAPES: dict[str, dict] = {
    "plain": {}, "three months": dict(months=3), "240 months": dict(months=240), "long names": dict(name=LONG, unit="urgent quotations answered in time"),
    "a billion": dict(level=1e9, unit="USD"), "a thousandth": dict(level=0.001, unit=""), "negative": dict(level=-1000.0), "flat": dict(noise=0.0, season=0.0),
    "one indicator": dict(count=1), "seven indicators": dict(count=7), "half missing": dict(missing=0.5), "shares": dict(level=0.4, unit="fraction", total_by="mean"),
}


def baseline_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    about = dict(about)
    missing, months, level = about.pop("missing", 0.0), about.pop("months", 48), about.get("level", 1000.0)
    about.pop("count", None)
    review = examples.baseline_review(target=level * 14, promised=level * 13, months=max(months, 15), **about)
    review = replace(review, events=((review.measure.series.index[-5], "New rota system went live in all of the northern depots"),
                                     (review.measure.series.index[-2], "Price rise")))
    p, fit = review.projection, review.baseline
    if months < 15:
        short_history = p.history.iloc[-months:]
        p = replace(p, history=short_history)
    if missing:
        p = replace(p, history=p.history.where(np.arange(len(p.history)) % 2 == 0))
    yield "year totals", lambda: baseline.year_totals(review, alt="", caption="")
    yield "projection", lambda: baseline.projection(p, alt="", caption="", goals=review.goals, events=review.events)
    yield "no projection", lambda: baseline.projection(replace(p, path=p.path.iloc[:0]), alt="", caption="", events=review.events)
    yield "season", lambda: baseline.season(fit, alt="", caption="")
    effect = review.effect
    yield "effect", lambda: baseline.effect(effect, alt="", caption="")
    yield "placebos", lambda: baseline.placebos(effect, alt="", caption="")
    yield "split", lambda: baseline.effect_split(effect, alt="", caption="")
    down = replace(effect, split=effect.split.assign(value=[-0.3, 0.01, -0.2, 0.0]), change=Estimate(-0.49, unit="fraction"))
    yield "split down", lambda: baseline.effect_split(down, alt="", caption="")


def indicator_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    name, count = about.get("name", ""), about.get("count", 3)
    names = tuple(f"{name or 'Indicator'} {i}" for i in range(count))
    review = examples.indicator_review(names)
    level, unit, months = about.get("level", 7.0), about.get("unit", "points"), about.get("months", 48)
    measures = tuple(examples.measure(n, months=months, level=level, unit=unit, seed=i) for i, n in enumerate(names))
    if about.get("missing"):
        measures = tuple(replace(m, series=m.series.where(np.arange(len(m.series)) % 2 == 0)) for m in measures)
    review = replace(review, measures=measures)
    yield "series", lambda: indicators.series(review, alt="", caption="")
    scan = examples.scan(names, outcome=name or "Orders")
    yield "lag profile", lambda: indicators.lag_profile(scan, alt="", caption="")
    for word, way in (("progress", 1.0), ("progress behind", 0.4)):
        result = progress(name, way)
        yield word, lambda result=result: indicators.progress(result, alt="", caption="")
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(max(months, 3), 4)), columns=["outcome", "indicator", "outcome_surprise", "indicator_surprise"])
    table.insert(0, "period", pd.period_range("2021-01", periods=len(table), freq="M"))
    pair = BeforeAfter(name or "Orders", names[0], "leads", 6, table, Estimate(0.5, key="a"), Estimate(0.8, key="b"))
    yield "before and after", lambda: evidence.before_after(pair, alt="", caption="")
    needed = MeasureNext(name or "Orders", 0.25, 0.8, tuple(NextMeasure(n, "not shown", 3, 48, 0.25, 120 - 10 * i, None, 118 - 12 * i, None) for i, n in enumerate(names)))
    yield "months needed", lambda: evidence.months_needed(needed, alt="", caption="")


def progress(name: str, way: float):
    days = pd.Series(30 + way * (np.array([30, 29.1, 28.05, 27, 23.55, 21.3, 19.2]) - 30), pd.period_range("2025-01", periods=7, freq="M"), name=name or "Delivery time")
    return measure_progress(Measure(days.name, days, unit="days", better="lower"), baseline=30, target=15, start="2025-01", deadline="2025-11", key="progress")


def conversion_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    review = examples.conversion_review(about.get("name") or "Logins")
    review = replace(review, items=review.items * about.get("count", 2), outcome=about.get("name") or "Orders")
    measured = replace(review.items[0].measured, outcome=review.outcome)
    yield "slope", lambda: indicators.slope(measured, alt="", caption="")
    yield "agreed and measured", lambda: indicators.agreed_and_measured(review, alt="", caption="")
    item = replace(review.items[0], level=Estimate(9.2, key="l")) if about.get("level") else review.items[0]
    yield "points", lambda: indicators.points(item, "orders", alt="", caption="")


def money_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    level = abs(about.get("level", 1000.0)) or 1.0
    periods = {3: 3, 240: 240}.get(about.get("months"), 13)
    index = pd.period_range("2025-01", periods=periods, freq="M")
    rng = np.random.default_rng(6)
    revenue = np.linspace(0, 3, periods) * level
    if about.get("level", 1) < 0:
        revenue = revenue * 0.1
    flows = pd.DataFrame(dict(revenue_est=revenue, revenue_act=revenue * (1 + 0.1 * rng.standard_normal(periods)), expenditure_est=level * 1.0,
                              expenditure_act=level * 1.0), index=index)
    done = value_case(flows, basis="revenue", timing="start", currency="USD", as_of=index[-1])
    half = flows.copy()
    half.loc[index[periods // 2 + 1]:, ["revenue_act", "expenditure_act"]] = np.nan
    going = value_case(half, basis="revenue", timing="start", currency="USD", as_of=index[periods // 2])
    for word, case in (("done", done), ("going", going)):
        yield f"cumulative, {word}", lambda case=case: money.cumulative(case, alt="", caption="")
        yield f"revenue, {word}", lambda case=case: money.revenue(case, alt="", caption="")
    likely = case_outlook(cash_flow_of(half, "revenue"), going)
    if likely is not None:
        yield "cumulative with a fan", lambda: money.cumulative(going, fan=likely.fan, alt="", caption="")
        yield "tornado of a cash flow", lambda: outlook.tornado(likely, alt="", caption="")
    cost = StatedCost(about.get("name") or "Supplier's price", "supplier price", Estimate(level * 40, level * 30, level * 60, level=0.8, unit="USD", kind="agreed"))
    for word, costs in (("return", (cost,) * about.get("count", 2)), ("benefit", ())):
        chained = chain_outlook(points=Estimate(2, 1, 3, level=0.8), effect=Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction"), base=Estimate(1000, 900, 1100, level=0.95),
                                unit_value=Estimate(level, level * 0.5, level * 1.2, level=0.8, unit="USD"), basis="revenue", margin=Estimate(0.4, 0.3, 0.5, level=0.8, unit="fraction"),
                                costs=costs, lag_months=6, indicator=about.get("name", ""), size=2000)
        yield f"tornado of a {word}", lambda chained=chained: outlook.tornado(chained, alt="", caption="")
    rows = [(f"{about.get('name') or 'target'} {i}", Estimate(level * f, level * (f - 0.4), level * (f + 0.3), level=0.95, unit="USD"), style.BLUE)
            for i, f in enumerate((1.0, 0.2, -0.5)[: about.get("count", 3)])]
    yield "beside each other", lambda: outlook.beside(rows, "USD", label="profit a year", alt="", caption="")
    name = about.get("name") or "Raise"
    options = tuple(direct_benefit(price=100 * level, volume=1000, profit_per_unit=30 * level, price_change=c, volume_change=v, name=f"{name} by {c:.0%}")
                    for c, v in ((0.1, -0.0), (0.2, -0.1), (0.3, -0.6))[: about.get("count", 3)])
    yield "prices", lambda: money.prices(options, "USD", alt="", caption="")
    room = cost_room(Estimate(level * 3, level * 2, level * 5, level=0.8, unit="USD", convention="profit"), lag_months=6)
    yield "payback by cost", lambda: money.payback_by_cost(room, "USD", alt="", caption="")


def extreme(about: dict) -> str:
    """A shape by what it does to figures that have no level of their own: shares, scores, answers."""
    level = about.get("level", 1000.0)
    return "flat" if not about.get("noise", 1.0) else "huge" if level >= 1e9 else "tiny" if level == 0.001 else "negative" if level < 0 else "gaps" if about.get("missing") else ""


LANDS = {"flat": (1.0, 1.0, 1.0), "huge": (4.1, 37.5, 0.02), "tiny": (1.001, 0.999, 1.0), "negative": (-0.4, 1.3, -2.1)}  # where promises land, as shares of them


def change_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    """What changed since the last report, and where promises land."""
    level, unit, name, count = about.get("level", 1000.0) * 12, about.get("unit", "orders"), about.get("name") or "Orders", about.get("count", 3)
    causes = (("method", "", ""), ("restated data", f"{name}: Nov 2024 to Feb 2025", ""), ("new data", f"{name}: Mar 2025 to Aug 2025", ""),
              ("changed assumption", f"Baseline of {name}", ""), ("changed assumption", f"Engagement: effect of one point on {name}", ""),
              ("changed assumption", "Discount rate", ""), ("not explained", "", ""))[:max(count, 1)]
    steps, after = [], level
    for i, (cause, what, _) in enumerate(causes):
        change = level * (-1) ** i * 0.03 * (i + 1)
        after += change
        steps.append(Step(cause, what, Estimate(change, unit=unit, key=f"change.{i}"), Estimate(after, unit=unit, key=f"after.{i}")))
    walk = Changes("changes", name, "2025-02", Estimate(level, unit=unit, key="then"), Estimate(after, unit=unit, key="now"),
                   Estimate(after - level, unit=unit, key="difference"), tuple(steps))
    yield "changes", lambda: changes.waterfall(walk, alt="", caption="")

    moved = {"flat": 0.0, "tiny": 0.001}.get(extreme(about), 0.05)  # of the score, for each step
    lights = [Step("judged anew", f"{name} {i}", Estimate((-1) ** i * moved * (i + 1), unit="fraction points", key=f"m.{i}"),
                   Estimate(0.6 + sum((-1) ** j * moved * (j + 1) for j in range(i + 1)), unit="fraction", key=f"a.{i}"), "green", "amber") for i in range(max(count, 1))]
    walked = Changes("changes.health", "the health score", "", Estimate(0.6, unit="fraction", key="then"), lights[-1].after, Estimate(0.1, unit="fraction points", key="d"), tuple(lights))
    yield "health score", lambda: changes.waterfall(walked, alt="", caption="")

    month, size = pd.Period("2026-03", "M"), abs(level) or 1.0
    verdicts = ("open", "kept", "missed")
    rows = []
    for i in range(max(count, 1)):
        verdict, at = verdicts[i % 3], LANDS.get(extreme(about), (0.92, 1.04, 0.71))[i % 3] * size
        lands = Estimate(at, at - 0.15 * size, at + 0.12 * size, level=0.95, unit=unit, key=f"lands.{i}") if verdict == "open" else Estimate(at, unit=unit, key=f"lands.{i}")
        rows.append(LedgerRow(("promised", "expected", "planned")[i % 3], name, "higher", Estimate(size, unit=unit, key=f"value.{i}"), month, month - 11, "", "", "", "",
                              None, lands, None, None, None, Estimate(0.23, unit="fraction", key=f"chance.{i}") if verdict == "open" else None, verdict))
    yield "promises", lambda: ledger.promises(tuple(rows), alt="", caption="")


def adoption_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    name, count, months = about.get("name", ""), about.get("count", 3), max(about.get("months", 48), 4)
    index = pd.period_range(end="2025-06", periods=months, freq="M")
    names = [f"{name or 'Team'} {i}" for i in range(count)]
    rows = [(m.to_timestamp(), n, f, np.nan if about.get("missing") and k % 2 and m != index[-1] else 30.0 + 20 * i - 25 * bool(f))
            for k, m in enumerate(index) for i, n in enumerate(names) for f in ("", name or "Board", f"{name or 'Board'} 2")]
    frame = pd.DataFrame(rows, columns=["day", "team", "feature", "active"])
    teams = tuple(Team(n, Estimate(50.0 + 20 * i, unit="licences", kind="agreed", key=f"assumptions.{n}")) for i, n in enumerate((*names, "Not there")))
    found = review_adoption(Usage(frame, "counts", "monthly", teams, index[-1], features={name or "Board": "differentiated"}))
    yield "adoption teams", lambda: adoption.teams(found, alt="", caption="")
    yield "adoption history", lambda: adoption.history(found, alt="", caption="")
    yield "adoption features", lambda: adoption.features(found.features, alt="", caption="")


def survey_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    name, count, months = about.get("name", "Would recommend"), about.get("count", 3), about.get("months", 4)
    asked = [str(m) for m in pd.period_range(end="2025-06", periods=min(months, 40), freq="M")]
    asked = asked[::7] if extreme(about) == "gaps" else asked
    questions = ("recommend", "satisfaction", "effort")

    def answers(k: int) -> tuple[int, int, int]:
        """How many were asked in a round, how many of them are pleased, and how many are not."""
        return {"huge": (10**9, 9 * 10**8 + k, 10**7), "tiny": (1, k % 2, 0), "negative": (30, 0, 30), "flat": (20, 20, 0)}.get(extreme(about), (20, 9 + k % 4, 5))

    found = [review_survey(Survey(f"{name} {i}", questions[i % 3], tuple(SurveyRound(a, n, well, ill if i % 3 == 0 else None)
                                                                        for k, a in enumerate(asked) for n, well, ill in (answers(k),)))) for i in range(max(count, 1))]
    yield "surveys", lambda: surveys.rounds(found, alt="", caption="")
    yield "one survey", lambda: surveys.rounds(found[:1], alt="", caption="")


def renewal_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    count = {3: 3, 240: 240}.get(about.get("months"), 40)
    rng = np.random.default_rng(3)
    draws = zip(rng.random(count), rng.random(count), strict=True)
    odd = {"flat": lambda r, s: (r > 0.3, 0.8), "huge": lambda r, s: (True, 1.0), "tiny": lambda r, s: (r > 0.3, 0.001 * s), "negative": lambda r, s: (False, 0.0),
           "gaps": lambda r, s: (r > 0.3, 0.4 * s)}.get(extreme(about), lambda r, s: (r > 0.3, s))
    rows = tuple(Decided("2025-01-01", bool(renewed), float(score)) for renewed, score in (odd(*pair) for pair in draws))
    found = review_renewals(RenewalRegister(rows))
    yield "renewals", lambda: renewals.renewals(found, alt="", caption="")


def chain_charts(about: dict) -> Iterator[tuple[str, Callable]]:
    name, count = about.get("name", ""), about.get("count", 3) + 1
    steps = tuple(ChainStep(f"{name or 'Step'} {i}", "secondary", about.get("unit", "points"), None, Estimate(about.get("level", 1000.0), unit=about.get("unit", "")), None, None)
                  for i in range(count))
    links = tuple(LinkState("a", "b", LINK_STATES[i % 5], 11, "", "") for i in range(count - 1))
    found = OutcomeChain(steps, links, ())
    yield "chain", lambda: chain.outcome_chain(found, alt="", caption="")
    people = tuple(Person(role, quality) for i, role in enumerate(ROLES[3:]) for quality in QUALITIES for _ in range(i + count - 3))
    register = review_relationships(people or (Person("unknown", "unknown"),))
    yield "people", lambda: chain.people(register, alt="", caption="")


def all_charts() -> Iterator[tuple[str, str, Callable]]:
    """(shape, chart, how to draw it)."""
    for shape, about in SHAPES.items():
        for make in (baseline_charts, indicator_charts, conversion_charts, money_charts, change_charts, adoption_charts, survey_charts, renewal_charts, chain_charts):
            for name, draw in make(about):
                yield shape, name, draw


@contextmanager
def kept_sheets(*wanted: str) -> Iterator[list[tuple[str, Sheet]]]:
    """Every finished figure that is drawn meanwhile, with "page" or "phone", of those that are wanted; none is written as a picture."""
    kept, address = [], style._address

    def keep(draw, size, height):
        where = "phone" if size.narrow else "page"
        if where in wanted:
            with style._look():
                kept.append((where, style.drawn(draw, size, height)))
        return ""

    style._address = keep
    try:
        yield kept
    finally:
        style._address = address


def write_pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for shape, name, draw in all_charts():
        with kept_sheets("page", "phone") as sheets:
            draw()
        for where, sheet in sheets:
            with style._look():
                sheet.savefig(folder / f"{name}-{where}-{shape}.png".replace(" ", "_"), dpi=60)


KEPT = Path(__file__).with_name("pictures")
KEY_CHARTS = (("projection", "page"), ("projection", "phone"), ("year totals", "page"), ("season", "page"), ("lag profile", "page"), ("slope", "page"),
              ("cumulative, going", "page"), ("prices", "page"), ("changes", "page"), ("promises", "page"), ("promises", "phone"), ("health score", "page"), ("surveys", "page"), ("renewals", "page"), ("chain", "page"),
              ("adoption teams", "page"), ("tornado of a return", "page"))


def key_pictures() -> Iterator[tuple[Path, bytes]]:
    """The charts that are compared with kept pictures, small: (where it is kept, the PNG of now)."""
    plain = {name: draw for _, name, draw in takewhile(lambda chart: chart[0] == "plain", all_charts())}
    for name, where in KEY_CHARTS:
        with kept_sheets(where) as sheets:
            plain[name]()
        buffer = io.BytesIO()
        with style._look():
            sheets[0][1].savefig(buffer, format="png", dpi=55, metadata={"Software": None})
        yield KEPT / f"{name}-{where}.png".replace(", ", "-").replace(" ", "-"), buffer.getvalue()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_pictures(Path(sys.argv[1]))
    else:
        KEPT.mkdir(exist_ok=True)
        for path, png in key_pictures():
            path.write_bytes(png)
