"""What a params file may say: one model a section, each figure read as it is written.

Nothing is optional by accident: unknown keys are refused. ``read_params`` turns whatever is wrong into sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BeforeValidator, field_validator, model_validator

from valuelab.formatting import LOCALE
from valuelab.inputs.account_registers import ExpansionText, FlagText, MeetingText, MilestoneText, WantedText
from valuelab.inputs.adoption_text import AdoptionText
from valuelab.inputs.colours import parse_shape_colour, parse_text_colour
from valuelab.inputs.figures import Figure, parse_fraction, parse_number
from valuelab.inputs.health import HealthText
from valuelab.inputs.people import PersonText
from valuelab.inputs.periods import Unreadable, parse_fiscal_start, parse_lag, parse_month, parse_scale, shorten
from valuelab.inputs.sections import (
    AsksForData,
    BaselineText,
    BasisChoice,
    Change,
    Choice,
    ConversionText,
    CostText,
    Day,
    DayText,
    FigureText,
    Flag,
    MoneyText,
    Month,
    MonthOrDay,
    Name,
    Names,
    Note,
    Origin,
    PromiseLine,
    Section,
    Share,
    ShareText,
    TargetLine,
    UnitValueText,
    VariableName,
    as_words,
    currency_code,
    language_code,
    locale_code,
    one_text,
    reader,
)
from valuelab.inputs.survey_text import RenewalsText, ScorecardText, SurveyText
from valuelab.inputs.table_keys import ReadingText
from valuelab.language import ENGLISH


def _plan(value: Any) -> Any:
    if not isinstance(value, Mapping):
        shape = one_text(value).lower()
        if shape not in ("linear", "saturating", "ramp"):
            raise Unreadable(
                f"{shorten(value)} is not a plan", "Write linear, saturating, ramp, or milestones {2025-06: 40%}."
            )
        return shape
    steps = tuple(sorted((parse_month(key), parse_fraction(one_text(share)).value) for key, share in value.items()))
    if not steps:
        raise Unreadable("has no milestones", "Write for example {2025-06: 40%, 2025-12: 100%}.")
    months = [month for month, _ in steps]
    if len(set(months)) < len(months):
        raise Unreadable("names a month twice", "Keep one milestone a month.")
    return steps


MOST_MONTHS = 120  # of a cost horizon


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class MeasureText(AsksForData, ReadingText):
    """An outcome or an indicator."""

    name: Name = ""
    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    unit: Note = ""
    total_by: Annotated[Literal["sum", "mean", "last"], Choice] = "mean"
    better: Annotated[Literal["higher", "lower"], Choice] = "higher"
    scale: Annotated[tuple[float, float], reader(parse_scale)] | None = None
    baseline: BaselineText | None = None
    targets: Annotated[list[TargetLine], BeforeValidator(_as_list)] = []
    promised: Annotated[list[PromiseLine], BeforeValidator(_as_list)] = []
    expected: Annotated[list[PromiseLine], BeforeValidator(_as_list)] = []
    plan: Annotated[str | tuple[tuple[pd.Period, float], ...], BeforeValidator(_plan)] = "linear"
    driver: Annotated[Literal["make money", "save money", "reduce risk", "drive strategy"], Choice] | None = None
    expected_lag: Annotated[int, reader(parse_lag)] | None = None

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
    length: Annotated[Literal["week", "month", "quarter", "year"], Choice]
    first: MonthOrDay

    @model_validator(mode="after")
    def _week_needs_a_day(self) -> PeriodsText:
        if self.length == "week" and self.first.freqstr != "D":
            raise Unreadable(
                f"`first: {self.first}` is a month, but the periods are weeks",
                "Write the first day, for example 2025-02-03.",
            )
        return self


class CashFlowText(AsksForData):
    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    basis: BasisChoice
    periods: PeriodsText | None = None
    discount_rate: ShareText | None = None
    timing: Annotated[Literal["start", "end", "dates"], Choice] = "start"
    revenue_accuracy: ShareText | None = None
    includes: Annotated[list[Annotated[Literal["supplier price", "staff time"], Choice]], BeforeValidator(_as_list)] = []
    source: Note = ""

    @model_validator(mode="after")
    def _has_a_source(self) -> CashFlowText:
        if self.data is None:
            raise Unreadable("`data` is missing", "Add `data:` with the path of the data file, or `query:` with that of a .sql file.")
        return self

    @field_validator("discount_rate", "revenue_accuracy")
    @classmethod
    def _not_negative(cls, share: ShareText | None) -> ShareText | None:
        if share is not None and share.value.value <= -1:
            raise Unreadable(f"{shorten(share.value.text)} is no rate: at −100 % money of tomorrow has no worth", "Agree a rate, for example 8%.")
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
            raise Unreadable(
                f"{shorten(volume.value.text)} is not a volume a year", "Write for example 100,000 units a year."
            )
        return volume


_MONEY_A = {"unit cost": ("cost_now", "cost_then"), "energy and material": ("price",), "cheaper channel": ("cost_now", "cost_then"),
            "retention": ("profit_per_customer",)}
_SHARES = {"unit cost": (), "energy and material": ("reduction",), "cheaper channel": ("share_moved",), "retention": ("lost_now", "lost_then")}
_AMOUNT = {"unit cost": "volume", "energy and material": "quantity", "cheaper channel": "contacts", "retention": "customers"}


class BenefitText(Origin):
    """A direct benefit other than a price: which figures it needs follows from its kind."""

    kind: Annotated[Literal["unit cost", "energy and material", "cheaper channel", "retention"], Choice]
    volume: FigureText | None = None
    quantity: FigureText | None = None
    contacts: FigureText | None = None
    customers: FigureText | None = None
    price: MoneyText | None = None
    cost_now: MoneyText | None = None
    cost_then: MoneyText | None = None
    profit_per_customer: MoneyText | None = None
    reduction: ShareText | None = None
    share_moved: ShareText | None = None
    lost_now: ShareText | None = None
    lost_then: ShareText | None = None
    years: Figure = Figure(1.0, "1")
    starts_after: Annotated[int, reader(parse_lag)] = 0
    cost: MoneyText | None = None
    cost_per_year: MoneyText | None = None

    @field_validator("years", mode="before")
    @classmethod
    def _some_years(cls, value: Any) -> Figure:
        figure = parse_number(one_text(value), "")
        if not 0 < figure.value <= 20 or figure.percent or figure.unit not in ("", "year", "years"):
            raise Unreadable(f"{shorten(figure.text)} is not between 0 and 20 years", "Write for example 3.")
        return figure

    @model_validator(mode="after")
    def _figures_of_its_kind(self) -> BenefitText:
        wanted = self.figure_keys
        every = {key for keys in (*_MONEY_A.values(), *_SHARES.values()) for key in keys} | set(_AMOUNT.values())
        lacking = [key for key in wanted if getattr(self, key) is None]
        if lacking:
            raise Unreadable(f"is {self.kind} and lacks {', '.join(f'`{key}`' for key in lacking)}", f"It needs {', '.join(wanted)}.")
        foreign = [key for key in sorted(every - set(wanted)) if getattr(self, key) is not None]
        if foreign:
            raise Unreadable(f"is {self.kind}, which has no `{foreign[0]}`", f"It needs {', '.join(wanted)}.")
        for key in wanted:
            figure = getattr(self, key).value
            if figure.value < 0:
                raise Unreadable(f"`{key}` is below zero", "Write it without the minus.")
            if key in _SHARES[self.kind] and figure.value > 1:
                raise Unreadable(f"`{key}`, {shorten(figure.text)}, is over 100 %", "Correct it.")
            if key == _AMOUNT[self.kind] and (figure.percent or figure.per not in ("", "year")):
                raise Unreadable(f"`{key}`, {shorten(figure.text)}, is not an amount a year", "Write for example 20 m calls a year.")
        return self

    @property
    def figure_keys(self) -> tuple[str, ...]:
        """The keys of the figures that its kind needs."""
        return (_AMOUNT[self.kind], *_SHARES[self.kind], *_MONEY_A[self.kind])


class CommentText(Section):
    SHORT = "text"
    text: Name
    by: Note = ""
    on: DayText = ""


class BrandText(Section):
    SHORT = "supplier"
    supplier: Name | None = None
    logo: Name | None = None
    colour: Annotated[str, reader(parse_text_colour)] | None = None
    second_colour: Annotated[str, reader(parse_shape_colour)] | None = None


class RenewalText(Section):
    SHORT = "date"
    date: Day
    contract_value: MoneyText | None = None
    renewed: Flag | None = None


def _indicators(value: Any) -> Any:
    """A list of names, of mappings with a name, or a mapping from name to keys: all as the last."""
    if isinstance(value, Mapping):
        return {name: {} if keys is None else keys for name, keys in value.items()}
    found: dict[str, Any] = {}
    for item in as_words(value) if isinstance(value, (str, list)) else []:
        name = item if isinstance(item, str) else item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or not name:
            raise Unreadable("an indicator has no name", "Write `indicators: [Engagement]`, or `- {name: Engagement}`.")
        if name in found:
            raise Unreadable(f"{shorten(name)} is here twice", "Keep one of the two.")
        found[name] = {} if isinstance(item, str) else dict(item)
    return found


class Params(AsksForData):
    """A whole params file."""

    customer: Name
    currency: Annotated[str, reader(currency_code)]
    locale: Annotated[str, reader(locale_code)] = LOCALE
    language: Annotated[str, reader(language_code)] = ENGLISH
    initiative: Note = ""
    segment: Note = ""
    started: Month | None = None
    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    as_of: MonthOrDay | None = None
    strategy: Annotated[Literal["profit", "growth"], Choice] = "profit"
    roi_convention: Annotated[Literal["net", "gross"], Choice] = "net"
    on_track_within: Share = Figure(0.05, "5%")
    fiscal_year_starts: Annotated[int, reader(parse_fiscal_start)] | None = None
    sheet: Name | None = None
    calendar: Annotated[Literal["4-4-5", "4-5-4", "5-4-4"], Choice] | None = None
    outcome: OutcomeText | None = None
    indicators: Annotated[dict[Name, MeasureText], BeforeValidator(_indicators)] = {}
    conversion: dict[Name, ConversionText] = {}
    unit_value: UnitValueText | None = None
    cash_flow: CashFlowText | None = None
    costs: dict[Name, CostText] = {}
    cost_horizon: Annotated[int, reader(parse_lag)] = 12
    direct_benefit: DirectBenefitText | None = None
    benefits: dict[Name, BenefitText] = {}
    adoption: AdoptionText | None = None
    chain: Names = []
    people: list[PersonText] = []
    show_names: Flag = False
    health: list[HealthText] = []
    surveys: dict[Name, SurveyText] = {}
    scorecard: ScorecardText | None = None
    renewals: RenewalsText | None = None
    flags: list[FlagText] = []
    milestones: list[MilestoneText] = []
    outcomes: list[WantedText] = []
    meetings: list[MeetingText] = []
    operational_every: Annotated[Literal["week", "month"], Choice] = "month"
    expansion: list[ExpansionText] = []
    controls: Names = []
    events: dict[Month, Name] = {}
    comment: CommentText | None = None
    renewal: RenewalText | None = None
    brand: BrandText | None = None

    @model_validator(mode="after")
    def _calendar_has_a_start(self) -> Params:
        if self.calendar is not None and self.fiscal_year_starts is None:
            raise Unreadable("`calendar` needs the month in which the year starts", "Add for example `fiscal_year_starts: February`.")
        return self

    @field_validator("cost_horizon")
    @classmethod
    def _some_months(cls, months: int) -> int:
        if not 1 <= months <= MOST_MONTHS:
            raise Unreadable(f"{months} months is not between 1 and {MOST_MONTHS}", "Write for example 24 months.")
        return months

    @model_validator(mode="after")
    def _counted_once(self) -> Params:
        inside = set(self.cash_flow.includes) if self.cash_flow else set()
        twice = next((name for name, cost in self.costs.items() if cost.role in inside), None)
        if twice is not None:
            raise Unreadable(f"the cost {shorten(twice)} is {self.costs[twice].role}, which `cash_flow` says it includes",
                             "Leave one of the two out, or it is counted twice.")
        return self

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
                raise Unreadable(
                    f"{shorten(name)} has another `name`, {shorten(measure.name)}",
                    "Leave `name` out: the key is the name.",
                )
        return indicators
