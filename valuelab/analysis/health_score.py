"""The health score: a few indicators, each green, amber or red, weighted; and what moved it since last time. Opinions are marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from valuelab.analysis.adoption import Adoption
from valuelab.provenance import derived
from valuelab.registers import HealthLine, Light
from valuelab.types import Customer, Estimate, Result

POINTS: dict[Light, float] = {"green": 1.0, "amber": 0.5, "red": 0.0}
GREEN_FROM, RED_BELOW = 0.75, 0.5  # of the score
BACK = 3  # months: what data say of "before"
FEWEST, USUAL, MOST = 5, 7, 10  # indicators of one score
USE_OF_ADOPTION: dict[str, Light] = {"good": "green", "watch": "amber", "needs a conversation": "red", "inactive": "red"}


@dataclass(frozen=True, slots=True)
class HealthIndicator(Result):
    """One indicator: where it stands, what it weighs (a share of all weights), and how far it moved the score.

    ``light`` is None where it is not known. ``moved``: in shares of the score, None where it is not known how it stood before. ``from_data``: its figure is the data's, in ``unit``.
    """

    line: HealthLine
    measured_as: Literal["quantitative", "qualitative"]
    light: Light | None
    light_before: Light | None
    weight: float | None
    moved: Estimate | None
    from_data: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HealthScore(Result):
    """The weighted mean of the indicators that are known: green counts 1, amber ½, red 0. ``before``: of the same indicators, where all of them have it."""

    score: Estimate
    light: Light
    before: Estimate | None
    change: Estimate | None
    indicators: tuple[HealthIndicator, ...]
    opinion: Estimate
    warnings: tuple[str, ...] = ()


def light_of(value: float, green: float, red: float) -> Light:
    """Green from ``green`` on, red beyond ``red``, amber between; where ``green`` is the smaller one less is better.

    Examples
    --------
    >>> [light_of(score, 55, 48) for score in (56, 50, 47)]
    ['green', 'amber', 'red']
    >>> [light_of(days, 20, 30) for days in (15, 25, 31)]
    ['green', 'amber', 'red']
    """
    if green < red:
        value, green, red = -value, -green, -red
    return "green" if value >= green else "red" if value < red else "amber"


def review_health_score(customer: Customer, adoption: Adoption | None) -> HealthScore | None:
    """The score of the indicators in the params; None where there are none, or none is known.

    Not a forecast: whether it tells who renews is not known before renewals have been held against it. The weights are agreed, not measured.
    """
    found = [_indicator(line, customer, adoption) for line in customer.health]
    known = [x for x in found if x.light is not None]
    if not known:
        return None
    whole = sum(x.line.weight for x in known)
    weighed = tuple(x if x.light is None else replace(x, weight=x.line.weight / whole, moved=_moved(x, whole)) for x in found)
    score = _mean(known, [POINTS[x.light] for x in known], "health.score")
    befores = [x.light_before for x in known]
    before = None if None in befores else _mean(known, [POINTS[b] for b in befores], "health.score_before")
    change = before and Estimate(score.value - before.value, unit="fraction", kind="assumed", key="health.change", convention="points of the score",
                                 derivation=derived("now − before", {"now": score, "before": before}))
    weight = sum(x.line.weight for x in known if x.line.kind == "subjective")
    opinion = Estimate(weight / whole, unit="fraction", kind="assumed", key="health.opinion", convention="of the weights",
                       derivation=derived("opinions / all", {"opinions": weight, "all": whole}))
    light: Light = "green" if score.value >= GREEN_FROM else "red" if score.value < RED_BELOW else "amber"
    return HealthScore(score, light, before, change, tuple(sorted(weighed, key=_worst_first)), opinion, _warnings(weighed))


def _worst_first(found: HealthIndicator) -> tuple[float, float]:
    return (2.0 if found.light is None else POINTS[found.light], -found.line.weight)


def _indicator(line: HealthLine, customer: Customer, adoption: Adoption | None) -> HealthIndicator:
    if line.light is not None:
        return HealthIndicator(line, "qualitative", line.light, line.light_before, None, None)
    if line.value is not None:
        before = None if line.before is None else light_of(line.before, line.green, line.red)
        return HealthIndicator(line, "quantitative", light_of(line.value, line.green, line.red), before, None, None)
    unit = ""
    if line.name == customer_name(customer, line.name):
        measure = customer.measure(line.name)
        series, unit = measure.series.dropna(), measure.unit
        now = float(series.iloc[-1]) if len(series) else None
        then = series.get(series.index[-1] - BACK) if len(series) else None
        line = replace(line, value=now, before=None if then is None else float(then))
    elif adoption is not None and adoption.total.share is not None:
        share = adoption.total.share.value
        if line.green is None:
            return HealthIndicator(replace(line, value=share), "quantitative", USE_OF_ADOPTION.get(adoption.total.status), None, None, None, True, "fraction")
        line, unit = replace(line, value=share), "fraction"
    lights = [None if v is None else light_of(v, line.green, line.red) for v in (line.value, line.before)]
    return HealthIndicator(line, "quantitative", lights[0], lights[1], None, None, True, unit)


def customer_name(customer: Customer, name: str) -> str | None:
    """The name, where the customer has a measure of it."""
    return name if name in customer.indicators or (customer.outcome is not None and name == customer.outcome.name) else None


def _mean(known: list[HealthIndicator], points: list[float], key: str) -> Estimate:
    inputs = {f"weight {i}": x.line.weight for i, x in enumerate(known, 1)} | {f"points {i}": p for i, p in enumerate(points, 1)}
    over = " + ".join(f"weight {i} × points {i}" for i in range(1, len(known) + 1))
    under = " + ".join(f"weight {i}" for i in range(1, len(known) + 1))
    value = sum(x.line.weight * p for x, p in zip(known, points, strict=True)) / sum(x.line.weight for x in known)
    return Estimate(value, unit="fraction", kind="assumed", key=key, convention="weighted mean: green 1, amber ½, red 0", derivation=derived(f"({over}) / ({under})", inputs))


def _moved(found: HealthIndicator, whole: float) -> Estimate | None:
    if found.light is None or found.light_before is None:
        return None
    now, before = POINTS[found.light], POINTS[found.light_before]
    return Estimate(found.line.weight / whole * (now - before), unit="fraction", kind="assumed", key=f"health.indicator.{found.line.name}.moved", convention="points of the score",
                    derivation=derived("weight / all weights × (now − before)", {"weight": found.line.weight, "all weights": whole, "now": now, "before": before}))


def _warnings(found: tuple[HealthIndicator, ...]) -> tuple[str, ...]:
    known = [x for x in found if x.light is not None]
    lines = [f"{x.line.name}: not known, and left out of the score." for x in found if x.light is None]
    if len(known) < FEWEST:
        lines.append(f"The score rests on {len(known)} indicator{'' if len(known) == 1 else 's'}; five to seven make one that a single wrong one does not turn.")
    elif len(found) > MOST:
        lines.append(f"The score rests on {len(known)} indicators; with more than ten nobody knows what moves it.")
    elif len(found) > USUAL:
        lines.append(f"The score rests on {len(known)} indicators; more than seven need somebody who looks after them.")
    if all(x.line.kind == "subjective" for x in known):
        lines.append("All of it is opinion: nothing in it was counted.")
    return tuple(lines)
