"""Hand-made results, so that wording, tables and charts are tested without the estimators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.conversion import Conversion, PointsNeeded, PointsReading
from valuelab.analysis.effect import Effect
from valuelab.analysis.leads import LeadScan, LeadVerdict
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import (
    BaselineReview,
    ConversionReview,
    GoalOutlook,
    IndicatorConversion,
    IndicatorReview,
)
from valuelab.analysis.reviews.conversion import PointsFor
from valuelab.analysis.reviews.goals import Goal
from valuelab.analysis.reviews.indicators import IndicatorNow
from valuelab.analysis.targets import gap_reading, measure_progress, shortfall
from valuelab.analysis.value_chain import value_chain
from valuelab.types import CannotSay, ConversionAgreement, Estimate, Measure


def measure(name: str = "Orders", *, months: int = 48, level: float = 1000.0, unit: str = "orders", end: str = "2025-06", seed: int = 1,
            total_by: str = "sum", better: str = "higher", noise: float = 0.03, season: float = 0.08, **other) -> Measure:
    """A seasonal series with noise."""
    index = pd.period_range(end=end, periods=months, freq="M")
    rng = np.random.default_rng(seed)
    values = level * (1 + season * np.sin(2 * np.pi * np.arange(months) / 12) + noise * rng.standard_normal(months))
    return Measure(name, pd.Series(values, index, name=name), total_by=total_by, better=better, unit=unit, **other)


def projection(m: Measure, ahead: int = 12, spread: float = 0.05) -> Projection:
    rng = np.random.default_rng(2)
    level = float(m.series.tail(12).mean())
    index = pd.period_range(m.series.index[-1] + 1, periods=ahead)
    paths = level * (1 + spread * rng.standard_normal((2000, 1)) + spread / 2 * rng.standard_normal((2000, ahead)))
    q = np.quantile(paths, [0.5, 0.1, 0.9, 0.025, 0.975], axis=0)
    path = pd.DataFrame(dict(zip(["value", "low_80", "high_80", "low_95", "high_95"], q, strict=True)), index=index)
    return Projection(name=m.name, unit=m.unit, total_by=m.total_by, history=m.series, path=path, paths=paths,
                      months_used=int(m.series.notna().sum()), level=0.95)


def baseline_fit(m: Measure) -> BaselineFit:
    s = m.series
    years = []
    for start in range(len(s) % 12, len(s), 12):
        year = s.iloc[start : start + 12]
        years.append(dict(year=f"{year.index[0].year}-{year.index[-1].year % 100:02d}", start=year.index[0], end=year.index[-1],
                          total=float(year.sum()), months_known=12, complete=True, change=np.nan if not years else 0.01))
    season = pd.DataFrame(dict(position=range(1, 13), label=["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
                               factor=np.linspace(-0.08, 0.08, 12), low=np.linspace(-0.1, 0.05, 12), high=np.linspace(-0.05, 0.1, 12)))
    last = years[-1]
    return BaselineFit(
        name=m.name, unit=m.unit, total_by=m.total_by, run_rate=Estimate(float(s.tail(12).mean()), unit=m.unit, kind="actual",
                                                                       convention="mean of the last 12 months", key="baseline.run_rate"),
        last_year=Estimate(last["total"], kind="actual", unit=m.unit, key="baseline.last_year"), last_year_periods=(last["start"], last["end"]),
        year_totals=pd.DataFrame(years), season=season, trend_per_year=Estimate(0.01, -0.02, 0.04, level=0.95, unit="fraction",
                                                                               key="baseline.trend_per_year"), breaks=(), months_used=len(s))


def baseline_review(*, target: float = 14000.0, promised: float = 13000.0, **about) -> BaselineReview:
    m = measure(**about)
    p, fit = projection(m), baseline_fit(m)
    end = m.series.index[-1] + 12
    total = Estimate(float(np.median(p.paths.sum(1))), *map(float, np.quantile(p.paths.sum(1), [0.025, 0.975])), level=0.95, unit=m.unit, kind="estimated")
    base = Estimate(float(m.series.tail(12).sum()), kind="actual", unit=m.unit, key="baseline.base")
    goals = []
    lead = None
    for kind, value in (("target", target), ("promised", promised)):
        goal = Goal(kind, value, end - 11, end, decides="phase two" if kind == "promised" else "")
        key = f"goal.{goal.key}"
        inside = kind == "promised" and min(base.value, target) < value < max(base.value, target)
        outlook = GoalOutlook(
            goal, Estimate(value, unit=m.unit, kind="agreed", key=f"{key}.value"), total.keyed(f"{key}.projected"),
            shortfall(total, target=value, better=m.better, unit=m.unit, key=f"{key}.shortfall"),
            Estimate(0.12, unit="fraction", kind="estimated", key=f"{key}.chance"),
            gap_reading(value, current=base.value, target=target, key=f"{key}.gap") if inside else None, False, None)
        goals.append(outlook)
        lead = lead or outlook
    return BaselineReview(
        customer="Example", measure=m, as_of=m.series.index[-1], started=m.series.index[-6], elapsed=6, baseline=fit, projection=p, effect=effect(m),
        goals=tuple(goals), lead=lead, base=base, base_text="the last complete year",
        repeat=shortfall(base, target=target, better=m.better, unit=m.unit, key="baseline.repeat"), next_year=total.keyed("baseline.next_year"),
        growth_needed_per_year=None, difference=None, status="behind", reason="14 % below the target",
        events=((m.series.index[-5], "New rota system went live"),))


def effect(m: Measure) -> Effect:
    since = m.series.tail(6)
    path = pd.DataFrame(dict(actual=since, counterfactual=since * 0.98, low_95=since * 0.9, high_95=since * 1.06))
    return Effect(
        name=m.name, unit=m.unit, started=since.index[0], periods_since=6,
        effect=Estimate(0.02, -0.05, 0.09, level=0.95, unit="fraction", key="effect.effect"),
        total=Estimate(120, -300, 540, level=0.95, unit=m.unit, key="effect.total"), detectable=Estimate(0.1, unit="fraction", key="effect.detectable"),
        detectable_in_a_year=Estimate(0.07, unit="fraction", key="effect.detectable_in_a_year"), before=m.series.iloc[-30:-6], path=path,
        placebos=pd.DataFrame(dict(start=pd.period_range("2022-01", periods=8, freq="M"), effect=np.linspace(-0.05, 0.06, 8), flagged=[False] * 8)),
        placebos_flagged=None, placebos_as_large=Estimate(5, n=8, key="effect.placebos_as_large"), change=Estimate(0.06, unit="fraction", key="effect.change"),
        split=pd.DataFrame(dict(part=["trend", "season", "initiative", "unexplained"], value=[0.01, 0.03, 0.02, 0.0])), verdict="inconclusive",
        reason="no effect at all lies inside the 95 % interval, too", settled_by="six more months would settle an effect of 7 %")


def scan(names: tuple[str, ...] = ("Logins", "Tickets", "Visits"), outcome: str = "Orders") -> LeadScan:
    rng = np.random.default_rng(3)
    rows, verdicts = [], []
    for i, name in enumerate(names):
        for lag in range(-9, 10):
            rows.append(dict(indicator=name, lag_months=lag, statistic=float(rng.normal(0, 0.15)) + (0.6 if i == 0 and lag == 3 else 0), null_95=0.45))
        strength = Estimate(0.36, 0.1, 0.6, level=0.95, unit="fraction", key=f"leads.{name}.strength")
        verdicts.append(LeadVerdict(name, "leads" if i == 0 else "not shown", 3 if i == 0 else None, 2 if i == 0 else None, 4 if i == 0 else None,
                                    "same", strength, 0.004 if i == 0 else 0.7, 48))
    return LeadScan(outcome=outcome, verdicts=tuple(verdicts), profile=pd.DataFrame(rows),
                    false_alarm_rate=Estimate(0.05, unit="fraction", kind="assumed", key="leads.false_alarm_rate"), months_used=48, max_lag_months=9)


def indicator_review(names: tuple[str, ...] = ("Logins", "Tickets", "Visits")) -> IndicatorReview:
    measures = (measure(), *(measure(n, level=7, unit="points", seed=i, total_by="mean") for i, n in enumerate(names)))
    days = pd.Series([30, 29.1, 28.05, 27, 23.55, 21.3, 19.2], pd.period_range("2025-01", periods=7, freq="M"), name="Delivery time")
    progress = measure_progress(Measure("Delivery time", days, unit="days", better="lower"), baseline=30, target=15, start="2025-01", deadline="2025-11",
                                key="progress.Delivery time")
    now = tuple(IndicatorNow(m.name, m.unit, m.better, Estimate(7.0, unit=m.unit, kind="actual", key=f"now.{m.name}"), None, None) for m in measures)
    return IndicatorReview(customer="Example", outcome="Orders", as_of=measures[0].series.index[-1], scan=scan(names), links=(), progress=(progress,),
                           now=now, measures=measures, status="ahead", reason="")


def conversion(name: str = "Logins") -> Conversion:
    rng = np.random.default_rng(4)
    x = rng.normal(0, 1, 40)
    points = pd.DataFrame(dict(period=pd.period_range("2022-01", periods=40, freq="M"), indicator=x, outcome=np.expm1(0.05 * x + 0.03 * rng.standard_normal(40))))
    return Conversion(outcome="Orders", indicator=name, lag_months=6, lag_selected=False, slope=Estimate(0.048, 0.03, 0.066, level=0.95, key=f"conversion.{name}.slope"),
                      effect=Estimate(0.049, 0.03, 0.068, level=0.95, unit="fraction", key=f"conversion.{name}.effect"), range_seen=(5.0, 8.5), points=points, n=40)


def conversion_review(name: str = "Logins") -> ConversionReview:
    agreed = ConversionAgreement(name, Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction", kind="agreed", key=f"assumptions.conversion.{name}.effect"), "additive")
    end = pd.Period("2026-06", "M")
    reading = PointsReading(Estimate(1.9, key="p.additive.points"), Estimate(8.9, key="p.additive.level"), True)
    needed = PointsNeeded(13000.0, 12000.0, 7.0, agreed.effect, reading, reading, "yes", "inside the scale and inside the range seen")
    chain = value_chain(1.0, effect_per_point=agreed.effect, reading="additive", current_units=12000.0, unit_value=375.0, basis="revenue", margin=0.4,
                        currency="USD", unit="orders", key=f"worth.{name}.agreed")
    item = IndicatorConversion(indicator=name, lag_months=6, lag_source="named in advance", measured=conversion(name), agreed=agreed, effect_used=agreed.effect,
                               level=Estimate(7.0, kind="actual", key=f"level.{name}"), scale=(0, 10),
                               level_now=None,
                               needed=(PointsFor(Goal("promised", 13000.0, end - 11, end), needed, end - 5, False),
                                       PointsFor(Goal("target", 90000.0, end - 11, end), CannotSay("no effect", ""), end + 1, True)),
                               worth_agreed=chain, worth_measured=None, agreement="inside", measured_effect=conversion(name).effect, range_seen=(5.0, 8.5))
    return ConversionReview(customer="Example", outcome="Orders", unit="orders", currency="USD", base=Estimate(12000.0, unit="orders", kind="actual", key="conversion.base"),
                            base_text="the last complete year", items=(item,), has_unit_value=True, status="", reason="")
