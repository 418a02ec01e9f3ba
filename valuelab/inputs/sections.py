"""The pieces that sections of a params file are made of: texts, figures with their origin, targets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
from babel import Locale, UnknownLocaleError
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
    parse_month,
    parse_month_range,
    parse_period,
    shorten,
)
from valuelab.inputs.sql_text import QueryName
from valuelab.language import languages

MAX_NAME = 300
COST_PERIODS = ("", "week", "month", "quarter", "year")


def reader(parse: Callable[[str], Any]) -> BeforeValidator:
    """Parse a text; lists and mappings are refused before the parser sees them."""

    def read(value: Any) -> Any:
        return parse(one_text(value))

    read.parses = parse  # the JSON Schema tells what may be written by how it is read
    return BeforeValidator(read)


def one_text(value: Any) -> str:
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


def currency_code(text: str) -> str:
    code = text.upper()
    if not re.fullmatch(r"[A-Z]{3}", code) or not is_currency(code, LOCALE):
        raise Unreadable(f"{shorten(text)} is not a currency code", "Write three letters, for example USD or EUR.")
    return code


def locale_code(text: str) -> str:
    try:
        found = Locale.parse(text.strip().replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise Unreadable(f"{shorten(text)} is not a locale", "Write language and country, for example de_DE or ja_JP.") from None
    return str(found)


def language_code(text: str) -> str:
    if (code := text.strip().lower()) not in languages():
        raise Unreadable(f"{shorten(text)} is not a language that reports are written in", f"Write one of {', '.join(languages())}.")
    return code


def _variable_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", text):  # not quoted: people may have written an address with a password
        raise Unreadable("is not the name of an environment variable", "Write its name, for example WAREHOUSE; never an address or a password.")
    return text


def as_words(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, reader(_name)]
Note = Annotated[str, reader(lambda text: text)]
Choice = reader(_choice)
Flag = Annotated[bool, reader(_yes_or_no)]
Month = Annotated[pd.Period, reader(parse_month)]
MonthOrDay = Annotated[pd.Period, reader(parse_period)]
Day = Annotated[date, reader(parse_day)]
DayText = Annotated[str, reader(_day_text)]
VariableName = Annotated[str, reader(_variable_name)]
Names = Annotated[list[Name], BeforeValidator(as_words)]
Share = Annotated[Figure, reader(parse_fraction)]
Change = Annotated[Figure, reader(parse_change)]
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
            raise Unreadable(
                f"{shorten(data)} stands where `key: value` lines are wanted"
                if isinstance(data, str)
                else "`key: value` lines are wanted here",
                f"Keys: {', '.join(known_keys(cls))}.",
            )
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


class AsksForData(Section):
    """Where figures come from: ``data`` names a file; ``query`` a .sql file, asked of DuckDB or of the database behind ``connection``.

    Whoever asks declares the three keys. With a query, ``data`` is its ``QueryName``: what reads data need not know the two apart.
    """

    @model_validator(mode="after")
    def _one_source(self) -> AsksForData:
        if self.connection is not None and self.query is None:
            raise Unreadable("`connection` stands alone", "Add `query: ../queries/kpis.sql`, the question to ask there.")
        if self.query is not None and self.data is not None and not isinstance(self.data, QueryName):
            raise Unreadable("has both `data` and `query`", "Keep one of them.")
        if self.query is not None:
            self.__dict__["data"] = QueryName(self.query, self.connection or "")
        return self


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
        return cls.parse(one_text(value), info.context["currency"])

    @model_validator(mode="after")
    def _in_order(self) -> FigureText:
        if (self.low is None) != (self.high is None):
            raise Unreadable("has only one of `low` and `high`", "Write both or neither.")
        if self.low is not None and not self.low.value <= self.value.value <= self.high.value:
            raise Unreadable(
                f"{shorten(self.value.text)} does not lie between low {shorten(self.low.text)} and high "
                f"{shorten(self.high.text)}",
                "Correct one of the three.",
            )
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

    over: Annotated[tuple[pd.Period, pd.Period], reader(parse_month_range)] | None = None


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
            raise Unreadable(
                "has a `margin`, but its basis is profit already", "Leave `margin` out, or write basis: revenue."
            )
        if self.margin is not None and not 0 <= self.margin.value.value <= 1:
            raise Unreadable(f"the margin {shorten(self.margin.value.text)} is not between 0 and 100 %", "Correct it.")
        return self


class CostText(Origin):
    """A cost of the initiative: an amount, once or by period, or the customer's own hours times what an hour costs."""

    SHORT = "amount"
    amount: MoneyText | None = None
    hours: FigureText | None = None
    rate: MoneyText | None = None
    role: Annotated[Literal["supplier price", "staff time", "other"], Choice] = "other"

    @model_validator(mode="after")
    def _amount_or_hours(self) -> CostText:
        if (self.amount is None) == (self.hours is None and self.rate is None):
            raise Unreadable("needs one of `amount`, or `hours` and `rate`", 'Write for example {amount: "$4,000 a month"}, or {hours: 60 a month, rate: $45}.')
        if self.amount is None and (self.hours is None or self.rate is None):
            raise Unreadable(f"has `{'hours' if self.rate is None else 'rate'}` alone", "Hours and rate go together: {hours: 60 a month, rate: $45}.")
        if self.hours is not None and self.hours.low is not None and self.rate.low is not None:
            raise Unreadable("has a range for hours and one for the rate", "Keep the range that matters more, or write `amount` with a range.")
        for key, figure in (("amount", self.amount), ("hours", self.hours), ("rate", self.rate)):
            if figure is not None and min(f.value for f in (figure.value, figure.low) if f is not None) < 0:
                raise Unreadable(f"`{key}` is below zero", "Write costs without a minus.")
        every = (self.amount or self.hours).value
        if every.percent or every.per not in COST_PERIODS:
            raise Unreadable(f"{shorten(every.text)} is not an amount once, or a week, month, quarter or year", 'Write for example "$4,000 a month".')
        if self.rate is not None and self.rate.value.per not in ("", "hour"):
            raise Unreadable(f"{shorten(self.rate.value.text)} is not the rate of an hour", "Write for example $45.")
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
            raise Unreadable(
                f"{shorten(self.target.text)} is not a promise: it names no level",
                "Write the level itself, for example 23,400 by 2026-03.",
            )
        return self
