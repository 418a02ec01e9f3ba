"""Arithmetic in words, as the evidence of a report writes it, worked out again.

Numbers and series are named; ``+ − × / ^`` and brackets as usual; of series ``sum of``, ``mean of``, ``last of``, ``lowest of``, ``running sum of``,
``payback of``; ``larger of a and b``. Series go period by period; ``period number`` counts from 0.

Examples
--------
>>> work_out("(target − projected) / target", {"target": 26_000, "projected": 21_400})
0.17692307692307693
>>> work_out("lowest of running sum of (in − out)", {"in": [0, 5, 9], "out": [4, 3, 0]})
-4.0
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

Value = float | list[float]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
PERIOD_NUMBER = "period number"
DAYS = "days from the first"


class Unreadable(ValueError):
    """A formula that cannot be worked out: an unknown name, a bracket that does not close."""


def work_out(formula: str, named: Mapping[str, float | Sequence[float]]) -> float:
    """The number that a formula gives; a result that is no number is ``Unreadable``."""
    reader = _Reader(formula, {name: v if isinstance(v, (int, float)) else [float(x) for x in v] for name, v in named.items()})
    found = reader.sum()
    if reader.rest:
        raise Unreadable(f"{formula!r}: cannot read {reader.rest[:30]!r}")
    if isinstance(found, list):
        raise Unreadable(f"{formula!r} gives a series, not a number")
    return float(found)


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, formula: str, named: dict[str, Value]):
        self.rest = formula.strip()
        lengths = {len(v) for v in named.values() if isinstance(v, list)}
        if len(lengths) > 1:
            raise Unreadable(f"{formula!r}: its series have {sorted(lengths)} periods")
        if lengths:
            named = {PERIOD_NUMBER: [float(i) for i in range(lengths.pop())]} | named
        self.named = named
        self.names = sorted(named, key=len, reverse=True)  # the longest name first: "value of a unit" before "value"

    def take(self, word: str) -> bool:
        """Whether the formula goes on with this word; then it is read."""
        if not self.rest.startswith(word):
            return False
        after = self.rest[len(word):]
        if word[-1].isalnum() and after[:1].isalnum():
            return False
        self.rest = after.lstrip()
        return True

    def sum(self) -> Value:
        found = self.product()
        while True:
            if self.take("+"):
                found = _each(lambda a, b: a + b, found, self.product())
            elif self.take("−"):
                found = _each(lambda a, b: a - b, found, self.product())
            else:
                return found

    def product(self) -> Value:
        found = self.power()
        while True:
            if self.take("×"):
                found = _each(lambda a, b: a * b, found, self.power())
            elif self.take("/"):
                found = _each(_divided, found, self.power())
            else:
                return found

    def power(self) -> Value:
        found = self.single()
        return _each(lambda a, b: a**b, found, self.power()) if self.take("^") else found

    def single(self) -> Value:
        for name in self.names:
            if self.take(name):
                return self.named[name]
        for words, function in _OF_SERIES.items():
            if self.take(words):
                of = self.single()
                if not isinstance(of, list):
                    raise Unreadable(f"{words!r} needs a series")
                return function(of)
        if self.take("larger of"):
            first = self.single()
            if not self.take("and"):
                raise Unreadable("“larger of” needs “and”")
            return _each(max, first, self.single())
        if self.take("log of"):
            return _each(lambda a, _: math.log(a), self.single(), 0.0)
        if self.take("("):
            found = self.sum()
            if not self.take(")"):
                raise Unreadable(f"a bracket does not close before {self.rest[:30]!r}")
            return found
        if match := _NUMBER.match(self.rest):
            self.rest = self.rest[match.end():].lstrip()
            return float(match[0])
        raise Unreadable(f"cannot read {self.rest[:40]!r}")


def _each(function: Callable[[float, float], float], one: Value, other: Value) -> Value:
    if isinstance(one, list) or isinstance(other, list):
        length = len(one) if isinstance(one, list) else len(other)
        pairs = zip(one if isinstance(one, list) else [one] * length, other if isinstance(other, list) else [other] * length, strict=True)
        return [function(a, b) for a, b in pairs]
    return function(one, other)


def _divided(one: float, other: float) -> float:
    if other == 0:
        raise Unreadable("a division by zero")
    return one / other


def _running(values: list[float]) -> list[float]:
    total, found = 0.0, []
    for value in values:
        total += value
        found.append(total)
    return found


def _payback(values: list[float]) -> float:
    """The index at which the running sum turns to zero or above for good, on a straight line inside the period."""
    running = _running(values)
    below = [i for i, total in enumerate(running) if total < 0]
    if not below:
        return 0.0
    last = below[-1]
    if last + 1 == len(running):
        raise Unreadable("it is not paid back")
    return last + -running[last] / (running[last + 1] - running[last])


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


_OF_SERIES: dict[str, Callable[[list[float]], Value]] = {
    "sum of": math.fsum, "mean of": _mean, "last of": lambda values: values[-1], "lowest of": min, "running sum of": _running, "payback of": _payback,
}
