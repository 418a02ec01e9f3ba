"""What matters most: how far each assumption alone moves a result, and the value at which it turns the result negative."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from valuelab.provenance import Derivation, derived
from valuelab.types import Estimate, Result

_STEPS = 60  # between the assumed value and the end of what is possible, when a change of sign is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Assumed:
    """One assumption of a model: its Estimate, draws (one number where it does not vary), and the ends of what is possible.

    ``basis``: where its range is from, in words ("agreed range", "record of 6 periods", "measured", "one figure without a range").
    ``low`` and ``high``: what the tornado moves it to.
    """

    slug: str
    name: str
    value: Estimate
    draws: np.ndarray
    low: float
    high: float
    basis: str
    least: float = 0.0
    most: float = np.inf


@dataclass(frozen=True, slots=True)
class Driver(Result):
    """One assumption alone, everything else as assumed.

    ``moved_low`` and ``moved_high``: what it is moved to (the ends of its own range, those of 80 % where it was measured or drawn);
    ``result_low`` and ``result_high``: the result there.
    ``swing``: the size of the difference. ``turns_at``: the value at which the result is 0; None where no possible value does that
    (or nothing is set against the result), with the reason in ``turns_text``. ``margin_left``: how far the assumed value may move until then, as a fraction of it.
    Keys: <stem>.<slug>.moved_low, .moved_high, .result_low, .result_high, .swing, .turns_at, .margin_left.
    """

    slug: str
    name: str
    value: Estimate
    basis: str
    varies: bool
    moved_low: Estimate
    moved_high: Estimate
    result_low: Estimate
    result_high: Estimate
    swing: Estimate
    turns_at: Estimate | None
    turns_text: str
    margin_left: Estimate | None


Model = Callable[[Mapping[str, float]], float]


@dataclass(frozen=True, slots=True)
class Formula:
    """A model in words: ``text`` in the grammar of evidence, ``names`` slug → the name it has there, ``fixed`` what else is named."""

    text: str
    names: Mapping[str, str]
    fixed: Mapping[str, float | Estimate]

    def at(self, values: Mapping[str, float | Estimate], *, method: str = "") -> Derivation:
        """The derivation of a result for these values, by slug."""
        return derived(self.text, dict(self.fixed) | {self.names[slug]: v for slug, v in values.items() if slug in self.names}, method=method)


def rank_drivers(assumptions: Sequence[Assumed], model: Model, *, unit: str, convention: str, key: str, challenge: bool = True,
                 formula: Formula | None = None) -> tuple[Driver, ...]:
    """Every assumption alone, the one that moves the result most first.

    Parameters
    ----------
    assumptions
        Their values are where the model starts from.
    model
        From a value for each slug to the result, in ``unit``.
    convention
        What the result is ("net return").
    key
        Stem of the keys.
    challenge
        Whether a result of 0 means anything (a net return after cost does; a benefit without a cost does not).
    formula
        The model in words, for the derivations of results.

    Examples
    --------
    >>> price = Assumed("price", "Price", Estimate(10.0, 8.0, 12.0, level=0.8), np.array([10.0]), 8.0, 12.0, "agreed range")
    >>> units = Assumed("units", "Units", Estimate(5.0), np.array([5.0]), 5.0, 5.0, "one figure without a range")
    >>> first, second = rank_drivers([units, price], lambda v: v["price"] * v["units"] - 40, unit="USD", convention="net return", key="x")
    >>> print(first.name, first.result_low, first.result_high, first.turns_at.value, "|", second.name, second.varies, second.turns_at.value)
    Price $0 $20 8.0 | Units False 4.0
    """
    middle = {a.slug: a.value.value for a in assumptions}
    start = float(model(middle))

    def at(assumption: Assumed, value: float) -> float:
        return float(model(middle | {assumption.slug: value}))

    def money(value: float, name: str, derivation: Derivation | None = None) -> Estimate:
        return Estimate(value, unit=unit, kind="estimated", convention=convention, key=name, derivation=derivation)

    def moved(assumption: Assumed, value: float, name: str) -> Estimate:
        how = "The end of its own range" if value in (assumption.value.low, assumption.value.high) else (
            "An end of the middle 80 % of its draws" if assumption.low != assumption.high else "It has no range, so it stays")
        return assumption.value.keyed(name, value=value, low=None, high=None, level=None, derivation=Derivation(method=how))

    def result(assumption: Assumed, to: Estimate, name: str) -> Estimate:
        values = {a.slug: to if a is assumption else a.value for a in assumptions}
        return money(at(assumption, to.value), name, formula and formula.at(values))

    found = []
    for a in assumptions:
        stem = f"{key}.{a.slug}"
        moved_low, moved_high = moved(a, a.low, f"{stem}.moved_low"), moved(a, a.high, f"{stem}.moved_high")
        low, high = result(a, moved_low, f"{stem}.result_low"), result(a, moved_high, f"{stem}.result_high")
        turns, text = (None, "no cost is stated, so nothing can turn negative") if not challenge else _turns(a, lambda v, a=a: at(a, v), start)
        turns_at = None if turns is None else a.value.keyed(f"{stem}.turns_at", value=turns, low=None, high=None, level=None, kind="estimated",
                                                            derivation=Derivation(method=f"The nearest value at which {formula.text if formula else convention} is 0"),
                                                            convention=f"{a.value.convention}; {convention} is 0 there, everything else as assumed".lstrip("; "))
        left = None
        if turns is not None and a.value.value:
            left = Estimate(turns / a.value.value - 1, unit="fraction", kind="estimated", convention="of the assumed value", key=f"{stem}.margin_left",
                            derivation=derived("turning point / assumed − 1", {"turning point": turns_at, "assumed": a.value}))
        found.append(Driver(
            slug=a.slug, name=a.name, value=a.value, basis=a.basis, varies=a.low != a.high, moved_low=moved_low, moved_high=moved_high,
            result_low=low, result_high=high, swing=money(abs(high.value - low.value), f"{stem}.swing", derived(
                "larger of (high − low) and (low − high)", {"high": high, "low": low})), turns_at=turns_at, turns_text=text,
            margin_left=left))
    return tuple(sorted(found, key=lambda d: -d.swing.value))


def _turns(assumption: Assumed, result: Callable[[float], float], start: float) -> tuple[float | None, str]:
    """(the value nearest to the assumed one at which the result changes sign, why there is none)."""
    if start == 0:
        return assumption.value.value, ""
    crossings = []
    for end in (assumption.least, assumption.most):
        grid = _between(assumption.value.value, end)
        with np.errstate(over="ignore"):  # ten thousand points, compound, are more than a number can be
            worth = [w for w in (result(v) for v in grid) if np.isfinite(w)]
        for a, b, at_a, at_b in zip(grid, grid[1:], worth, worth[1:], strict=False):
            if at_a * at_b <= 0 and at_b != at_a:
                crossings.append(brentq(result, a, b) if at_a * at_b < 0 else (b if at_b == 0 else a))
                break
    if crossings:
        return float(min(crossings, key=lambda v: abs(v - assumption.value.value))), ""
    return None, "at no value" if start > 0 else "at no value: it is negative whatever this is"


def _between(start: float, end: float) -> list[float]:
    if np.isfinite(end):
        return list(np.linspace(start, end, _STEPS))
    size = abs(start) or 1.0
    return [start, *(start + np.sign(end) * size * np.geomspace(0.01, 1e6, _STEPS))]
