"""How many points an indicator must rise for a target of the outcome, under both readings, and whether the scale has them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import derived
from valuelab.types import Better, CannotSay, Estimate, Result

NEAR_THE_END = 0.05  # of the scale: closer than this, nearly everybody must score the top mark


@dataclass(frozen=True, slots=True)
class PointsReading(Result):
    """Points needed under one reading, and the level they lead to.

    ``reachable`` is False past the end of the scale, ``beyond_seen`` is True where the level was never seen: that the effect
    holds up to there is an assumption.
    """

    points: Estimate
    level: Estimate
    reachable: bool
    beyond_seen: bool = False

    @property
    def mark(self) -> str:
        """off the scale | beyond what was seen | within what was seen."""
        return "off the scale" if not self.reachable else "beyond what was seen" if self.beyond_seen else "within what was seen"


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
                  better: Better = "higher", key: str = "points_needed") -> PointsNeeded | CannotSay:
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
        Lowest and highest level ever seen; a level beyond is marked and warned of.
    better
        Of the outcome: "lower" where the target is to be undercut; a point must then go with less of it.
    key
        Keys are ``<key>.additive.points``, ``.additive.level``, ``.compound.points``, ``.compound.level``.

    Returns
    -------
    PointsNeeded or CannotSay
        CannotSay where more (less) is wanted and a point does not go with more (less), where target or current is not above 0,
        and where the indicator stands off its own scale.

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
    wanted = 1 if better == "higher" else -1
    open_gap = wanted * (ratio - 1) > 0
    if open_gap and wanted * effect.value <= 0:
        verb = "rise" if wanted > 0 else "fall"
        return CannotSay(
            f"the outcome must {verb} by {format_fraction(abs(ratio - 1))}, but a point of the indicator goes with {format_fraction(effect.value)} of it: "
            "raising the indicator does not lead there", "Check which direction of the indicator is the better one, or use another indicator.")
    warnings = []
    clear = not effect.bare and (effect.low > 0 if wanted > 0 else effect.high < 0)
    if open_gap and not effect.bare and not clear:
        warnings.append("The effect may be nothing at all (its interval holds 0), so there is no upper limit to the points needed: no interval is shown.")
    where = _Where(effect, clear, open_gap, level_now, scale, range_seen, key, {"target": target, "base": current, "effect": effect})
    additive = where.reading("additive", "(target / base − 1) / effect", lambda e: (ratio - 1) / e)
    compound = where.reading("compound", "log of (target / base) / log of (1 + effect)", lambda e: math.log(ratio) / math.log1p(e))
    if additive.beyond_seen or compound.beyond_seen:
        warnings.append(f"A level of {format_number(max(additive.level.value, compound.level.value), 2)} was never seen (highest so far "
                        f"{format_number(range_seen[1], 2)}): that the effect holds there is an assumption.")
    verdict = {2: "yes", 1: "depends on the reading", 0: "no"}[additive.reachable + compound.reachable]
    return PointsNeeded(
        target=float(target), current=float(current), level_now=float(level_now), effect_per_point=effect, additive=additive, compound=compound,
        reachable=verdict, reason=_reason(verdict, open_gap, additive, compound, scale), warnings=tuple(warnings),
    )


def _checked(name: str, value: float, *, above: float | None = None) -> float:
    if not math.isfinite(value) or (above is not None and value <= above):
        raise AnalysisError(f"{name}={value}: a finite number" + ("" if above is None else f" above {above:g}"))
    return float(value)


@dataclass(frozen=True, slots=True)
class _Where:
    """What both readings share: the effect, whether its sign is clear, whether anything is needed, and where the indicator stands."""

    effect: Estimate
    clear: bool
    open_gap: bool
    level_now: float
    scale: tuple[float, float] | None
    seen: tuple[float, float] | None
    key: str
    named: dict[str, float | Estimate]

    def reading(self, name: str, formula: str, points_for: Callable[[float], float]) -> PointsReading:
        effect, points, ends = self.effect, 0.0, None
        if self.open_gap:
            points = points_for(effect.value)
            if self.clear and effect.low > -1:  # a weak effect needs many points, so the ends change places
                ends = sorted((points_for(effect.high), points_for(effect.low)))
        low, high = ends or (None, None)
        shared = dict(level=effect.level if ends else None, kind="estimated", convention=name, source=effect.source)
        needed = Estimate(points, low, high, unit="points", key=f"{self.key}.{name}.points", **shared,
                          derivation=derived(formula, self.named) if self.open_gap else None)
        reached = Estimate(self.level_now + points, *((self.level_now + e for e in ends) if ends else ()), key=f"{self.key}.{name}.level", **shared,
                           derivation=derived("level now + points", {"level now": self.level_now, "points": needed}))
        beyond = self.open_gap and self.seen is not None and reached.value > self.seen[1]
        return PointsReading(needed, reached, self.scale is None or reached.value <= self.scale[1], beyond)


def _reason(verdict: str, open_gap: bool, additive: PointsReading, compound: PointsReading, scale: tuple[float, float] | None) -> str:
    if not open_gap:
        return "the target is already reached, so no points are needed"
    levels = {"additive": additive.level.value, "compound": compound.level.value}
    told = " and ".join(f"{format_number(level, 2)} ({name})" for name, level in levels.items())
    if scale is None:
        return f"the level needed is {told}; the indicator has no stated scale, so its end was not checked"
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
