"""How many points an indicator must rise for a target of the outcome, under both readings, and whether the scale has them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.types import CannotSay, Estimate, Result

NEAR_THE_END = 0.05  # of the scale: closer than this, nearly everybody must score the top mark


@dataclass(frozen=True, slots=True)
class PointsReading(Result):
    """Points needed under one reading, and the level they lead to. ``reachable`` is False past the end of the scale."""

    points: Estimate
    level: Estimate
    reachable: bool


@dataclass(frozen=True, slots=True)
class PointsNeeded(Result):
    """What ``points_needed`` finds.

    Attributes
    ----------
    additive, compound
        Points and level if every point adds the same fraction of today's outcome, or of the outcome the point before led to.
    reachable
        yes | no | depends on the reading.
    reason
        Why, in one sentence.
    """

    target: float
    current: float
    level_now: float
    effect_per_point: Estimate
    additive: PointsReading
    compound: PointsReading
    reachable: str
    reason: str
    warnings: tuple[str, ...] = ()


def points_needed(target: float, *, current: float, effect_per_point: float | Estimate, level_now: float,
                  scale: tuple[float, float] | None = None, range_seen: tuple[float, float] | None = None,
                  key: str = "points_needed") -> PointsNeeded | CannotSay:
    """How many points must the indicator rise so that the outcome reaches the target, and does its scale have them?

    Not a promise: the effect per point is agreed or an association, and is taken to hold as far as the points go.

    Parameters
    ----------
    target, current
        Outcome wanted and outcome now, same unit and same span (both a year, say).
    effect_per_point
        Fraction of the outcome per point (5 % is 0.05), bare or with an interval.
    level_now
        The indicator's level today.
    scale
        Its lowest and highest possible value; None where there are none.
    range_seen
        Lowest and highest level ever seen; a level beyond is warned of.
    key
        Keys are ``<key>.additive.points``, ``.additive.level``, ``.compound.points``, ``.compound.level``.

    Returns
    -------
    PointsNeeded or CannotSay
        CannotSay where more is wanted and the effect is not above 0, where target or current is not above 0, and where the
        indicator stands off its own scale.

    Raises
    ------
    AnalysisError
        Figures that are not finite, an effect of −100 % or below, a scale upside down.

    Notes
    -----
    additive: (target / current − 1) / effect; compound: log(target / current) / log(1 + effect).

    Examples
    --------
    >>> needed = points_needed(26_000, current=21_400, effect_per_point=0.05, level_now=6, scale=(0, 10))
    >>> round(needed.additive.level.value, 2), round(needed.compound.level.value, 2), needed.reachable
    (10.3, 9.99, 'depends on the reading')
    """
    effect = effect_per_point if isinstance(effect_per_point, Estimate) else Estimate(
        _checked("effect_per_point", effect_per_point, above=-1), unit="fraction", kind="assumed", convention="of the outcome per point")
    for argument, number in (("target", target), ("current", current), ("level_now", level_now)):
        _checked(argument, number)
    _checked("effect_per_point", effect.value, above=-1)
    for argument, pair in (("scale", scale), ("range_seen", range_seen)):
        if pair is not None and not (len(pair) == 2 and all(map(math.isfinite, pair)) and pair[0] <= pair[1]):
            raise AnalysisError(f"{argument}={pair}: two finite numbers, lowest first")
    if scale is not None and not scale[0] <= level_now <= scale[1]:
        return CannotSay(f"the indicator stands at {format_number(level_now, 2)}, off its own scale of {scale[0]:g} to {scale[1]:g}",
                         "Correct the scale or the data.")
    if min(target, current) <= 0:
        return CannotSay(f"an effect in percent cannot lead from {format_number(current)} to {format_number(target)}: both must be above 0")

    ratio = target / current
    if ratio > 1 and effect.value <= 0:
        return CannotSay(
            f"the outcome must rise by {format_fraction(ratio - 1)}, but a point of the indicator goes with {format_fraction(effect.value)} of it: "
            "raising the indicator does not lead there", "Check which direction of the indicator is the better one, or use another indicator.")
    warnings = []
    if ratio > 1 and not effect.bare and effect.low <= 0:
        warnings.append("The effect may be nothing at all (its interval holds 0), so there is no upper limit to the points needed: no interval is shown.")
    additive = _reading("additive", lambda e: (ratio - 1) / e, ratio, effect, level_now, scale, key)
    compound = _reading("compound", lambda e: math.log(ratio) / math.log1p(e), ratio, effect, level_now, scale, key)
    if ratio > 1:
        warnings += _beyond_seen(additive, compound, range_seen)
    verdict = {2: "yes", 1: "depends on the reading", 0: "no"}[additive.reachable + compound.reachable]
    return PointsNeeded(
        target=float(target), current=float(current), level_now=float(level_now), effect_per_point=effect, additive=additive, compound=compound,
        reachable=verdict, reason=_reason(verdict, ratio, additive, compound, scale), warnings=tuple(warnings),
    )


def _checked(name: str, value: float, *, above: float | None = None) -> float:
    if not math.isfinite(value) or (above is not None and value <= above):
        raise AnalysisError(f"{name}={value}: a finite number" + ("" if above is None else f" above {above:g}"))
    return float(value)


def _reading(name: str, points_for: Callable[[float], float], ratio: float, effect: Estimate, level_now: float,
             scale: tuple[float, float] | None, key: str) -> PointsReading:
    points, ends = 0.0, None
    if ratio > 1:
        points = points_for(effect.value)
        if not effect.bare and effect.low > 0:  # a weak effect needs many points, so the ends change places
            ends = points_for(effect.high), points_for(effect.low)
    low, high = ends or (None, None)
    shared = dict(level=effect.level if ends else None, kind="estimated", convention=name, source=effect.source)
    needed = Estimate(points, low, high, unit="points", key=f"{key}.{name}.points", **shared)
    reached = Estimate(level_now + points, *((level_now + e for e in ends) if ends else ()), key=f"{key}.{name}.level", **shared)
    return PointsReading(needed, reached, scale is None or reached.value <= scale[1])


def _beyond_seen(additive: PointsReading, compound: PointsReading, range_seen: tuple[float, float] | None) -> list[str]:
    level = max(additive.level.value, compound.level.value)
    if range_seen is None or level <= range_seen[1]:
        return []
    return [f"A level of {format_number(level, 2)} was never seen (highest so far {format_number(range_seen[1], 2)}): "
            "that the effect holds there is an assumption."]


def _reason(verdict: str, ratio: float, additive: PointsReading, compound: PointsReading, scale: tuple[float, float] | None) -> str:
    if ratio <= 1:
        return "the target is already reached, so no points are needed"
    levels = {"additive": additive.level.value, "compound": compound.level.value}
    told = " and ".join(f"{format_number(level, 2)} ({name})" for name, level in levels.items())
    if scale is None:
        return f"the level needed is {told}; the indicator has no declared scale, so its end was not checked"
    top = scale[1]
    near = top - NEAR_THE_END * (top - scale[0])
    everybody = f"which needs nearly everybody at the top of the scale ({format_number(top)}) and is not a promise to make"
    if verdict == "no":
        return f"the level needed is {told}, past the end of the scale at {format_number(top)}"
    if verdict == "yes":
        return f"the level needed is {told}, within the scale up to {format_number(top)}" + (f", but {everybody}" if max(levels.values()) > near else "")
    past, inside = sorted(levels, key=levels.get, reverse=True)
    sentence = f"read as {past} the level needed is {format_number(levels[past], 2)}, off the scale that ends at {format_number(top)}; "
    sentence += f"read as {inside} it is {format_number(levels[inside], 2)}"
    return sentence + (f", {everybody}" if levels[inside] > near else "")
