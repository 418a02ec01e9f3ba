"""The health score: a few indicators, each green, amber or red, weighted; and what moved it since last time. Opinions are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.surveys import review_survey
from valuelab.formatting import FRACTION_POINTS
from valuelab.inputs.health import LICENCES_IN_USE
from valuelab.inputs.health_before import ReportedHealth, renewal_key, reported_health, score_at_renewal
from valuelab.provenance import Derivation, derived
from valuelab.registers import HealthLine, Light
from valuelab.types import Customer, Estimate, Result

POINTS: dict[Light, float] = {"green": 1.0, "amber": 0.5, "red": 0.0}
GREEN_FROM, RED_BELOW = 0.75, 0.5  # of the score
SAME = 1e-9  # of the score; the order of additions may change the last bits
BACK = 3  # months: what data say of "before"
FEWEST, USUAL, MOST = 5, 7, 10  # indicators of one score
USE_OF_ADOPTION: dict[str, Light] = {"good": "green", "watch": "amber", "needs a conversation": "red", "inactive": "red"}


@dataclass(frozen=True, slots=True)
class HealthIndicator(Result):
    """One indicator: where it stands, what it weighs (a share of all weights), and how far it moved the score.

    ``light`` is None where it is not known. ``light_before``: as the last report had it, else as the register or the data say of last time. ``moved``: how
    far its light moved the score, in points, None where it is not known how it stood before. ``from_data``: its figure is the data's, in ``unit``.
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
class HealthMove(Result):
    """One cause by which the score moved, the ones before it having moved it already; ``was`` and ``now``: lights or weights in words, "" where there is none."""

    cause: Literal["method", "new figure", "judged anew", "another weight", "indicator added", "indicator gone"]
    name: str
    was: str
    now: str
    change: Estimate
    after: Estimate


@dataclass(frozen=True, slots=True)
class HealthScore(Result):
    """The weighted mean of the indicators that are known: green counts 1, amber ½, red 0.

    ``before``: the score of the last report, of ``since``; without one (``since`` is "") that of the same indicators as the register and the data have last time, where
    all of them have it. ``moves``: from there to now, adding up to ``change`` exactly. ``notes``: what is no fault and yet worth saying.
    ``at_renewal``: the score in the last report before the contract came up, and whether it was ``renewed``; None while that is not decided.
    """

    score: Estimate
    light: Light
    before: Estimate | None
    change: Estimate | None
    indicators: tuple[HealthIndicator, ...]
    opinion: Estimate
    warnings: tuple[str, ...] = ()
    since: str = ""
    moves: tuple[HealthMove, ...] = ()
    notes: tuple[str, ...] = ()
    at_renewal: Estimate | None = None
    renewed: bool | None = None


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
    reported = reported_health(customer)
    found = [_as_reported(_indicator(line, customer, adoption), reported) for line in customer.health]
    known = [x for x in found if x.light is not None]
    if not known:
        return None
    whole = sum(x.line.weight for x in known)
    score = _score([(x.light, x.line.weight) for x in known], "health.score")
    before = _before(known, reported)
    moves = () if before is None else tuple(_moves(known, reported, before))
    change = before and Estimate(score.value - before.value, unit=FRACTION_POINTS, kind="assumed", key="health.change", convention="points of the score",
                                 derivation=derived("now − before", {"now": score, "before": before}))
    by_light = {m.name: m.change for m in moves if m.cause in ("new figure", "judged anew")}
    weighed = tuple(x if x.light is None else replace(x, weight=x.line.weight / whole, moved=_moved(x, whole, by_light, before is not None)) for x in found)
    weight = sum(x.line.weight for x in known if x.line.kind == "subjective")
    opinion = Estimate(weight / whole, unit="fraction", kind="assumed", key="health.opinion", convention="of the weights",
                       derivation=derived("opinions / all", {"opinions": weight, "all": whole}))
    light: Light = "green" if score.value >= GREEN_FROM else "red" if score.value < RED_BELOW else "amber"
    warnings, notes = _warnings(weighed)
    return HealthScore(score, light, before, change, tuple(sorted(weighed, key=_worst_first)), opinion, warnings, reported.since if reported else "", moves, notes, *_renewal(customer))


def _renewal(customer: Customer) -> tuple[Estimate | None, bool | None]:
    """The score before the contract came up, and what was decided."""
    then = score_at_renewal(customer)
    if then is None:
        return None, None
    return Estimate(then, unit="fraction", kind="assumed", key=renewal_key(customer.renewal.date), convention="in the last report before the contract came up",
                    derivation=Derivation(method="As the last report before the renewal had it")), customer.renewal.renewed


def _as_reported(found: HealthIndicator, reported: ReportedHealth | None) -> HealthIndicator:
    """Last time is the last report, where there is one: the register and the data may mean another time."""
    if reported is None:
        return found
    return replace(found, light_before=reported.lights[found.line.name][0] if found.line.name in reported.lights else None)


def _before(known: list[HealthIndicator], reported: ReportedHealth | None) -> Estimate | None:
    if reported is not None:
        return Estimate(reported.score, unit="fraction", kind="assumed", key="health.score_before", convention=f"in the report as of {reported.since}",
                        derivation=Derivation(method=f"As the report as of {reported.since} had it"))
    befores = [x.light_before for x in known]
    return None if None in befores else _score([(x.light_before, x.line.weight) for x in known], "health.score_before")


def _moves(known: list[HealthIndicator], reported: ReportedHealth | None, before: Estimate) -> Iterator[HealthMove]:
    """From the score of last time to that of now: the way it is worked out, lights, weights, then indicators that came and went."""
    now = {x.line.name: x for x in known}
    stand = dict(reported.lights) if reported is not None else {x.line.name: (x.light_before, x.line.weight) for x in known}
    switches = [("method", "how lights become a score", "", "", None, None)]
    switches += [("new figure" if x.line.light is None else "judged anew", n, stand[n][0], x.light, x.light, stand[n][1])
                 for n, x in now.items() if n in stand and stand[n][0] != x.light]
    switches += [("another weight", n, f"{stand[n][1]:g}", f"{x.line.weight:g}", x.light, x.line.weight) for n, x in now.items() if n in stand and stand[n][1] != x.line.weight]
    switches += [("indicator added", n, "", x.light, x.light, x.line.weight) for n, x in now.items() if n not in stand]
    switches += [("indicator gone", n, light, "", None, None) for n, (light, _) in stand.items() if n not in now]
    last, count = before, 0
    for cause, name, was, is_now, light, weight in switches:
        if light is not None:
            stand[name] = (light, weight)
        elif cause == "indicator gone":
            del stand[name]
        after = _score(list(stand.values()), f"changes.health.step.{count + 1}.after")
        if abs(after.value - last.value) <= SAME:
            continue
        count += 1
        change = Estimate(after.value - last.value, unit=FRACTION_POINTS, kind="assumed", key=f"changes.health.step.{count}", convention="points of the score",
                          derivation=derived("after it − before it", {"after it": after, "before it": last}))
        yield HealthMove(cause, name, was, is_now, change, after)
        last = after


def _worst_first(found: HealthIndicator) -> tuple[float, float]:
    return (2.0 if found.light is None else POINTS[found.light], -found.line.weight)


def _indicator(line: HealthLine, customer: Customer, adoption: Adoption | None) -> HealthIndicator:
    if line.light is not None:
        return HealthIndicator(line, "qualitative", line.light, line.light_before, None, None)
    if line.value is not None:
        before = None if line.before is None else light_of(line.before, line.green, line.red)
        return HealthIndicator(line, "quantitative", light_of(line.value, line.green, line.red), before, None, None)
    unit = ""
    if line.name in customer.indicators or (customer.outcome is not None and line.name == customer.outcome.name):
        measure = customer.measure(line.name)
        series, unit = measure.series.dropna(), measure.unit
        now = float(series.iloc[-1]) if len(series) else None
        then = series.get(series.index[-1] - BACK) if len(series) else None
        line = replace(line, value=now, before=None if then is None else float(then))
    elif survey := next((s for s in customer.surveys if s.name == line.name), None):
        answered = review_survey(survey)
        unit = answered.last.figure.unit
        line = replace(line, value=answered.last.figure.value, before=answered.rounds[-2].figure.value if len(answered.rounds) > 1 else None)
    elif line.name == LICENCES_IN_USE and adoption is not None and adoption.total.share is not None:
        share = adoption.total.share.value
        if line.green is None:
            return HealthIndicator(replace(line, value=share), "quantitative", USE_OF_ADOPTION.get(adoption.total.status), None, None, None, True, "fraction")
        line, unit = replace(line, value=share), "fraction"
    lights = [None if v is None else light_of(v, line.green, line.red) for v in (line.value, line.before)]
    return HealthIndicator(line, "quantitative", lights[0], lights[1], None, None, True, unit)


def _score(lights: list[tuple[Light, float]], key: str) -> Estimate:
    """The weighted mean of lights with their weights."""
    inputs = {f"weight {i}": weight for i, (_, weight) in enumerate(lights, 1)} | {f"points {i}": POINTS[light] for i, (light, _) in enumerate(lights, 1)}
    over = " + ".join(f"weight {i} × points {i}" for i in range(1, len(lights) + 1))
    under = " + ".join(f"weight {i}" for i in range(1, len(lights) + 1))
    value = sum(weight * POINTS[light] for light, weight in lights) / sum(weight for _, weight in lights)
    return Estimate(value, unit="fraction", kind="assumed", key=key, convention="weighted mean: green 1, amber ½, red 0", derivation=derived(f"({over}) / ({under})", inputs))


def _moved(found: HealthIndicator, whole: float, by_light: Mapping[str, Estimate], walked: bool) -> Estimate | None:
    """How far its light moved the score; with a whole walk as it was met there, else by its own weight of now."""
    if found.light_before is None:
        return None
    key = f"health.indicator.{found.line.name}.moved"
    if found.line.name in by_light:
        return by_light[found.line.name].keyed(key, derivation=derived("the same step", {"the same step": by_light[found.line.name]}))
    now = POINTS[found.light]
    before = now if walked else POINTS[found.light_before]  # a light that stays moves nothing; what its weight does is a step of its own
    return Estimate(found.line.weight / whole * (now - before), unit=FRACTION_POINTS, kind="assumed", key=key, convention="points of the score",
                    derivation=derived("weight / all weights × (now − before)", {"weight": found.line.weight, "all weights": whole, "now": now, "before": before}))


def _warnings(found: tuple[HealthIndicator, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What makes the score doubtful, and what is only worth saying."""
    known = [x for x in found if x.light is not None]
    lines, notes = [f"{x.line.name}: not known, and left out of the score." for x in found if x.light is None], []
    if len(known) < FEWEST:
        lines.append(f"The score rests on {len(known)} indicator{'' if len(known) == 1 else 's'}; five to seven make one that a single wrong one does not turn.")
    elif len(found) > MOST:
        lines.append(f"The score rests on {len(known)} indicators; with more than ten nobody knows what moves it.")
    elif len(found) > USUAL:
        notes.append(f"The score rests on {len(known)} indicators. More than seven, up to ten, are fine where somebody has the time to look after them.")
    if all(x.line.kind == "subjective" for x in known):
        lines.append("All of it is opinion: nothing in it was counted.")
    return tuple(lines), tuple(notes)
