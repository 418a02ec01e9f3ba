"""What a params file may say: one model a section, each figure read as it is written.

Nothing is optional by accident: unknown keys are refused. ``read_params`` turns whatever is wrong into sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
from babel.numbers import is_currency
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from valuelab.formatting import LOCALE
from valuelab.inputs.figures import (
    Figure,
    TargetText,
    parse_change,
    parse_fraction,
    parse_money,
    parse_number,
    parse_target,
    split_target,
)
from valuelab.inputs.periods import (
    Unreadable,
    parse_day,
    parse_fiscal_start,
    parse_lag,
    parse_month,
    parse_month_range,
    parse_period,
    parse_scale,
    shorten,
)

MAX_NAME = 300


def _reader(parse: Callable[[str], Any]) -> BeforeValidator:
    """Parse a text; lists and mappings are refused before the parser sees them."""

    def read(value: Any) -> Any:
        return parse(_text(value))

    return BeforeValidator(read)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        kind = {dict: "a mapping", list: "a list"}.get(type(value), "empty")
        raise Unreadable(f"is {kind} where one text is wanted", "Write `key: text`.")
    return value


def _name(text: str) -> str:
    if not text:
        raise Unreadable("is empty", "Write a text.")
    if len(text) > MAX_NAME:
        raise Unreadable(f"is longer than {MAX_NAME} characters", "Shorten it.")
    return text


def _choice(text: str) -> str:
    return text.strip().lower()


def _yes_or_no(text: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() not in known:
        raise Unreadable(f"{shorten(text)} is neither true nor false", "Write true or false.")
    return known[text.lower()]


def _day_text(text: str) -> str:
    parse_period(text)
    return text


def _currency(text: str) -> str:
    code = text.upper()
    if not re.fullmatch(r"[A-Z]{3}", code) or not is_currency(code, LOCALE):
        raise Unreadable(f"{shorten(text)} is not a currency code", "Write three letters, for example USD or EUR.")
    return code


def _words(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, _reader(_name)]
Note = Annotated[str, _reader(lambda text: text)]
Choice = _reader(_choice)
Flag = Annotated[bool, _reader(_yes_or_no)]
Month = Annotated[pd.Period, _reader(parse_month)]
MonthOrDay = Annotated[pd.Period, _reader(parse_period)]
Day = Annotated[date, _reader(parse_day)]
DayText = Annotated[str, _reader(_day_text)]
Names = Annotated[list[Name], BeforeValidator(_words)]
Share = Annotated[Figure, _reader(parse_fraction)]
Change = Annotated[Figure, _reader(parse_change)]
BasisChoice = Annotated[Literal["revenue", "profit"], Choice]


class Section(BaseModel):
    """A mapping in the params: known keys only; a key with nothing behind it counts as not written."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)
    SHORT: ClassVar[str] = ""  # the key that a bare text stands for

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, data: Any) -> Any:
        if isinstance(data, str) and cls.SHORT:
            return cls.from_text(data)
        if not isinstance(data, Mapping):
            raise Unreadable(f"{shorten(data)} stands where `key: value` lines are wanted" if isinstance(data, str)
                             else "`key: value` lines are wanted here", f"Keys: {', '.join(known_keys(cls))}.")
        known = known_keys(cls)
        return {key: value for key, value in data.items() if value is not None or key not in known}

    @classmethod
    def from_text(cls, text: str) -> dict[str, str]:
        """The keys that a bare text stands for."""
        return {cls.SHORT: text}


def known_keys(section: type[BaseModel]) -> list[str]:
    """The keys that a section may have, as people write them; where a figure comes from stands last."""
    keys = [info.alias or name for name, info in section.model_fields.items()]
    origin = [key for key in ("source", "agreed_by", "agreed_on", "confirmed") if key in keys]
    return [key for key in keys if key not in origin] + origin


class Origin(Section):
    """Where a figure comes from."""

    source: Note = ""
    agreed_by: Note = ""
    agreed_on: DayText = ""
    confirmed: Flag = False


class FigureText(Origin):
    """A figure with its range and origin; bare where only the value is written."""

    SHORT = "value"
    value: Figure
    low: Figure | None = None
    high: Figure | None = None
    range: Annotated[Literal["min-max"], Choice] | None = None

    @classmethod
    def parse(cls, text: str, currency: str) -> Figure:
        return parse_number(text, currency)

    @field_validator("value", "low", "high", mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Figure:
        return cls.parse(_text(value), info.context["currency"])

    @model_validator(mode="after")
    def _in_order(self) -> FigureText:
        if (self.low is None) != (self.high is None):
            raise Unreadable("has only one of `low` and `high`", "Write both or neither.")
        if self.low is not None and not self.low.value <= self.value.value <= self.high.value:
            raise Unreadable(f"{shorten(self.value.text)} does not lie between low {shorten(self.low.text)} and high "
                             f"{shorten(self.high.text)}", "Correct one of the three.")
        if self.range and self.low is None:
            raise Unreadable("`range: min-max` needs `low` and `high`", "Write them, or leave `range` out.")
        return self


class MoneyText(FigureText):
    @classmethod
    def parse(cls, text: str, currency: str) -> Figure:
        return parse_money(text, currency)


class ShareText(FigureText):
    @classmethod
    def parse(cls, text: str, currency: str) -> Figure:
        return parse_fraction(text)


class BaselineText(FigureText):
    """The declared starting level, and the months it is over."""

    over: Annotated[tuple[pd.Period, pd.Period], _reader(parse_month_range)] | None = None


class ConversionText(ShareText):
    """The agreed effect of one unit of an indicator, and how several units are read."""

    SHORT = ""
    value: Figure = Field(alias="effect")
    reading: Annotated[Literal["additive", "compound"], Choice]


class UnitValueText(MoneyText):
    """Money per unit of the outcome."""

    SHORT = ""
    basis: BasisChoice
    margin: ShareText | None = None

    @model_validator(mode="after")
    def _margin_of_revenue(self) -> UnitValueText:
        if self.margin is not None and self.basis == "profit":
            raise Unreadable("has a `margin`, but its basis is profit already", "Leave `margin` out, or write basis: revenue.")
        if self.margin is not None and not 0 <= self.margin.value.value <= 1:
            raise Unreadable(f"the margin {shorten(self.margin.value.text)} is not between 0 and 100 %", "Correct it.")
        return self


class TargetLine(Origin):
    """One target: ``26,000 by 2026-03``, or the same in keys."""

    SHORT = "value"
    value: Name
    by: Name
    _target: TargetText = PrivateAttr()

    @classmethod
    def from_text(cls, text: str) -> dict[str, str]:
        value, by = split_target(text)
        return {"value": value, "by": by}

    @property
    def target(self) -> TargetText:
        return self._target

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> TargetLine:
        self._target = parse_target(f"{self.value} by {self.by}", info.context["currency"])
        return self


class PromiseLine(TargetLine):
    """One row of what was promised or expected."""

    decides: Note = ""

    @model_validator(mode="after")
    def _is_absolute(self) -> PromiseLine:
        if self.target.figure is None:
            raise Unreadable(f"{shorten(self.target.text)} is not a promise: it names no level",
                             "Write the level itself, for example 23,400 by 2026-03.")
        return self


def _plan(value: Any) -> Any:
    if not isinstance(value, Mapping):
        shape = _text(value).lower()
        if shape not in ("linear", "saturating", "ramp"):
            raise Unreadable(f"{shorten(value)} is not a plan", "Write linear, saturating, ramp, or milestones {2025-06: 40%}.")
        return shape
    steps = tuple(sorted((parse_month(key), parse_fraction(_text(share)).value) for key, share in value.items()))
    if not steps:
        raise Unreadable("has no milestones", "Write for example {2025-06: 40%, 2025-12: 100%}.")
    months = [month for month, _ in steps]
    if len(set(months)) < len(months):
        raise Unreadable("names a month twice", "Keep one milestone a month.")
    return steps


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class MeasureText(Section):
    """An outcome or an indicator."""

    name: Name = ""
    data: Name | None = None
    unit: Note = ""
    total_by: Annotated[Literal["sum", "mean", "last"], Choice] = "mean"
    better: Annotated[Literal["higher", "lower"], Choice] = "higher"
    scale: Annotated[tuple[float, float], _reader(parse_scale)] | None = None
    baseline: BaselineText | None = None
    targets: Annotated[list[TargetLine], BeforeValidator(_as_list)] = []
    promised: Annotated[list[PromiseLine], BeforeValidator(_as_list)] = []
    expected: Annotated[list[PromiseLine], BeforeValidator(_as_list)] = []
    plan: Annotated[str | tuple[tuple[pd.Period, float], ...], BeforeValidator(_plan)] = "linear"
    driver: Annotated[Literal["make money", "save money", "reduce risk", "drive strategy"], Choice] | None = None
    expected_lag: Annotated[int, _reader(parse_lag)] | None = None

    @field_validator("targets", "promised", "expected")
    @classmethod
    def _one_a_month(cls, lines: list[TargetLine]) -> list[TargetLine]:
        months = [line.target.by for line in lines]
        twice = next((m for m in months if months.count(m) > 1), None)
        if twice is not None:
            raise Unreadable(f"has two values for {twice}", "Keep one of them.")
        return sorted(lines, key=lambda line: line.target.by)


class OutcomeText(MeasureText):
    name: Name
    total_by: Annotated[Literal["sum", "mean", "last"], Choice]


class PeriodsText(Section):
    length: Annotated[Literal["week", "month", "quarter"], Choice]
    first: MonthOrDay

    @model_validator(mode="after")
    def _week_needs_a_day(self) -> PeriodsText:
        if self.length == "week" and self.first.freqstr != "D":
            raise Unreadable(f'`first: {self.first}` is a month, but the periods are weeks', "Write the first day, for example 2025-02-03.")
        return self


class CashFlowText(Section):
    data: Name
    basis: BasisChoice
    periods: PeriodsText | None = None
    discount_rate: ShareText | None = None
    timing: Annotated[Literal["start", "end", "dates"], Choice] = "start"
    revenue_accuracy: ShareText | None = None
    source: Note = ""

    @field_validator("discount_rate", "revenue_accuracy")
    @classmethod
    def _not_negative(cls, share: ShareText | None) -> ShareText | None:
        if share is not None and share.value.value < 0:
            raise Unreadable(f"{shorten(share.value.text)} is below zero", "Write it without the minus.")
        return share


class OptionText(Section):
    price: Change = Figure(0.0, "0%")
    volume: Change = Figure(0.0, "0%")


class DirectBenefitText(Section):
    price: MoneyText
    volume: FigureText
    profit_per_unit: MoneyText
    options: dict[Name, OptionText] = {}

    @field_validator("volume")
    @classmethod
    def _a_year(cls, volume: FigureText) -> FigureText:
        if volume.value.percent or volume.value.value < 0 or volume.value.per not in ("", "year"):
            raise Unreadable(f"{shorten(volume.value.text)} is not a volume a year", "Write for example 100,000 units a year.")
        return volume


class CommentText(Section):
    SHORT = "text"
    text: Name
    by: Note = ""
    on: DayText = ""


class RenewalText(Section):
    SHORT = "date"
    date: Day
    contract_value: MoneyText | None = None


def _indicators(value: Any) -> Any:
    """A list of names, of mappings with a name, or a mapping from name to keys: all as the last."""
    if isinstance(value, Mapping):
        return {name: {} if keys is None else keys for name, keys in value.items()}
    found: dict[str, Any] = {}
    for item in _words(value) if isinstance(value, (str, list)) else []:
        name = item if isinstance(item, str) else item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or not name:
            raise Unreadable("an indicator has no name", "Write `indicators: [Engagement]`, or `- {name: Engagement}`.")
        if name in found:
            raise Unreadable(f"{shorten(name)} is here twice", "Keep one of the two.")
        found[name] = {} if isinstance(item, str) else dict(item)
    return found


class Params(Section):
    """A whole params file."""

    customer: Name
    currency: Annotated[str, _reader(_currency)]
    initiative: Note = ""
    started: Month | None = None
    data: Name | None = None
    as_of: MonthOrDay | None = None
    strategy: Annotated[Literal["profit", "growth"], Choice] = "profit"
    roi_convention: Annotated[Literal["net", "gross"], Choice] = "net"
    on_track_within: Share = Figure(0.05, "5%")
    fiscal_year_starts: Annotated[int, _reader(parse_fiscal_start)] | None = None
    outcome: OutcomeText | None = None
    indicators: Annotated[dict[Name, MeasureText], BeforeValidator(_indicators)] = {}
    conversion: dict[Name, ConversionText] = {}
    unit_value: UnitValueText | None = None
    cash_flow: CashFlowText | None = None
    direct_benefit: DirectBenefitText | None = None
    chain: Names = []
    controls: Names = []
    events: dict[Month, Name] = {}
    comment: CommentText | None = None
    renewal: RenewalText | None = None

    @field_validator("on_track_within")
    @classmethod
    def _small(cls, share: Figure) -> Figure:
        if not 0 <= share.value < 1:
            raise Unreadable(f"{shorten(share.text)} is not between 0 and 100 %", "Write for example 5%.")
        return share

    @field_validator("indicators")
    @classmethod
    def _named_once(cls, indicators: dict[str, MeasureText]) -> dict[str, MeasureText]:
        for name, measure in indicators.items():
            if measure.name not in ("", name):
                raise Unreadable(f"{shorten(name)} has another `name`, {shorten(measure.name)}", "Leave `name` out: the key is the name.")
        return indicators
