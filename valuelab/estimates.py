"""An uncertain number with its interval, kind and way back; what every result has; results as plain JSON values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Literal

import pandas as pd

from valuelab.errors import AnalysisError
from valuelab.formatting import format_estimate
from valuelab.provenance import Derivation, Lineage, QualityNote, the_same

Kind = Literal["measured", "agreed", "assumed", "estimated", "actual"]
KINDS = ("measured", "agreed", "assumed", "estimated", "actual")


class Result:
    """What every result has: a JSON-safe dictionary and a one-line repr. ``LEAVE_OUT``: fields that stay out of the dictionary."""

    __slots__ = ()
    LEAVE_OUT: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        if "__repr__" not in cls.__dict__:  # else @dataclass writes a long one
            cls.__repr__ = Result.__repr__

    def to_dict(self) -> dict[str, Any]:
        """Everything in the result as plain JSON values; NaN becomes None, periods become text."""
        return to_plain(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a figure or word of the result, in the order of its fields: figure value low high level unit kind.

        Results that are a table have their own.
        """
        rows = [row for f in dataclasses.fields(self) if f.name not in self.LEAVE_OUT for row in _figures(f.name, getattr(self, f.name))]
        return pd.DataFrame(rows, columns=["figure", "value", "low", "high", "level", "unit", "kind"])

    def __repr__(self) -> str:
        parts = []
        for f in dataclasses.fields(self):
            v = getattr(self, f.name)
            if isinstance(v, (str, int, float, Estimate, pd.Period)) and v != "":
                parts.append(f"{f.name}={str(v)[:60]}")
        return f"{type(self).__name__}({', '.join(parts[:6])})"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty, its kind and its way back.

    Parameters
    ----------
    value, low, high
        The number and the ends of its interval, in ``unit``; fractions as fractions. ``low`` and ``high`` are
        both given or both None ("bare").
    level, n
        The interval's level, 0.95 for 95 % (None where bare); how many observations stand behind it.
    unit
        ``"fraction"`` is shown as percent, ``"fraction points"`` (a difference of two) as points, ``"months"`` and so on as themselves, a currency
        code as money.
    kind
        measured (computed from data) | agreed (with the customer) | assumed | estimated (a forecast) | actual.
    convention
        What must be named beside the figure: "of target", "net: (revenue − expenditure) / expenditure".
    source
        Who said so or which file.
    key
        Stable name in results.json, e.g. ``baseline.shortfall.of_target``.
    derivation
        How it came about: formula, inputs, data, who agreed (None: the convention and a fresh run must do).

    Examples
    --------
    >>> print(Estimate(0.031, 0.004, 0.059, level=0.95, unit="fraction"))
    3.1 % (95 %: 0.4 to 5.9)
    """

    value: float
    low: float | None = None
    high: float | None = None
    _: KW_ONLY
    level: float | None = None
    n: int | None = None
    unit: str = ""
    kind: Kind = "measured"
    convention: str = ""
    source: str = ""
    key: str = ""
    derivation: Derivation | None = field(default=None, compare=False, repr=False)

    def __post_init__(self):
        if not math.isfinite(self.value):
            raise AnalysisError(f"value={self.value}: an Estimate is finite; say 'cannot say' with a reason instead")
        if (self.low is None) != (self.high is None):
            raise AnalysisError(f"low={self.low}, high={self.high}: give both ends of an interval or neither")
        if self.low is not None and not self.low <= self.high:
            raise AnalysisError(f"low={self.low} is above high={self.high}")
        if self.kind not in KINDS:
            raise AnalysisError(f"kind={self.kind!r}: one of {', '.join(KINDS)}")

    @property
    def bare(self) -> bool:
        """True where no interval is known."""
        return self.low is None

    def excludes(self, number: float) -> bool:
        """True where an interval is known and the number lies outside it."""
        return self.low is not None and not self.low <= number <= self.high

    def keyed(self, key: str, **changes: Any) -> Estimate:
        """The same number under another key (and, where given, other unit, convention, …); without a derivation it leads to the first one."""
        return replace(self, key=key, **{"derivation": self.derivation or the_same(self, key)} | changes)

    def __str__(self) -> str:
        return format_estimate(self)


def _figures(name: str, value: Any) -> Iterator[list[Any]]:
    """Rows of ``Result.to_frame``: figures and words, also those inside mappings, tables and small results."""
    match value:
        case None:
            return
        case Estimate():
            yield [name, value.value, value.low, value.high, value.level, value.unit, value.kind]
            return
        case str() | int() | float() | pd.Period() | date():
            if value != "":
                yield [name, value, None, None, None, "", ""]
            return
        case pd.DataFrame():
            parts = list(value.iterrows())
        case Mapping() | pd.Series():
            parts = list(value.items())
        case tuple() | list():
            parts = list(enumerate(value, 1))
        case _ if dataclasses.is_dataclass(value):
            parts = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
        case _:
            return
    for key, part in parts:
        yield from _figures(f"{name}.{key}", part)


def to_plain(value: Any) -> Any:
    """Any result, or part of one, as JSON-safe values (NaN and infinities become None)."""
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return float(value) if math.isfinite(value) else None
        case pd.Period() | date():
            return str(value)
        case pd.Series():
            return {"name": str(value.name or ""), "index": [str(i) for i in value.index],
                    "values": [to_plain(v) for v in value.tolist()]}
        case pd.DataFrame():
            frame = value if isinstance(value.index, pd.RangeIndex) else value.rename_axis(value.index.name or "period").reset_index()
            return [{str(k): to_plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
        case Mapping():
            return {str(k): to_plain(v) for k, v in value.items()}
        case tuple() | list():
            return [to_plain(v) for v in value]
    if isinstance(value, (Lineage, QualityNote)):
        return value.to_dict()
    if dataclasses.is_dataclass(value):
        left_out = getattr(value, "LEAVE_OUT", ())
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in left_out}
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return to_plain(value.tolist())
    raise TypeError(f"{type(value).__name__} cannot be written to results.json")
