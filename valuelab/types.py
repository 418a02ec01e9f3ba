"""What the rooms pass to each other: uncertain numbers, measures, promises, a customer.

Fractions everywhere (0.177, never 17.7); money in the customer's currency; periods are pandas Periods and
stand for the whole period. Nothing here opens a file or computes a statistic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

import pandas as pd

from valuelab.errors import AnalysisError
from valuelab.estimates import KINDS as KINDS
from valuelab.estimates import Estimate, Result
from valuelab.estimates import Kind as Kind
from valuelab.estimates import to_plain as to_plain
from valuelab.formatting import LOCALE
from valuelab.language import ENGLISH
from valuelab.provenance import DataFile, Lineage, Origin, QualityNote, Restated
from valuelab.registers import AccountRegister as AccountRegister
from valuelab.registers import HealthLine as HealthLine
from valuelab.registers import PeopleRegister
from valuelab.registers import Person as Person
from valuelab.registers import RenewalRegister as RenewalRegister
from valuelab.registers import ScorecardPlan as ScorecardPlan
from valuelab.registers import Survey as Survey

TotalBy = Literal["sum", "mean", "last"]
Better = Literal["higher", "lower"]
Basis = Literal["revenue", "profit"]


@dataclass(frozen=True, slots=True)
class Target:
    """A wanted value of a measure.

    ``value`` is None while it is to be announced. For a ``sum`` measure the value is for the 12 months that end
    in ``by`` (the last month); for a level it is the level in ``by``. ``text`` is what the params say.
    """

    by: pd.Period
    value: float | None
    text: str = ""
    relative: float | None = None  # +20 % is 0.2; value is then worked out from the baseline

    @property
    def announced(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised ("must have") or expected ("nice to have") value, as written in the sale."""

    kind: Literal["promised", "expected"]
    measure: str
    value: float
    by: pd.Period
    source: str = ""
    agreed_by: str = ""
    agreed_on: str = ""
    decides: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredBaseline:
    """The declared starting level: ``estimate`` over the periods ``start`` … ``end`` (None where not said)."""

    estimate: Estimate
    start: pd.Period | None = None
    end: pd.Period | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How progress from baseline to target was planned: a named curve, or milestones (period → fraction)."""

    shape: Literal["linear", "saturating", "ramp", "milestones"] = "linear"
    milestones: tuple[tuple[pd.Period, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One measured quantity of a customer: its periods, and how to read it.

    ``series``: float, PeriodIndex without holes in the index (missing periods are NaN, never zero), named after
    the measure, up to as_of. ``answers``: number of survey answers per period, ``spread``: their standard deviation; None where not known. ``partial``: a last
    period that is not over at ``as_of`` (drawn apart, in no statistic), or None. ``expected_lag``: periods by
    which this indicator was said, in advance, to move before the outcome.
    """

    name: str
    series: pd.Series
    _: KW_ONLY
    total_by: TotalBy = "mean"
    better: Better = "higher"
    unit: str = ""
    answers: pd.Series | None = None
    spread: pd.Series | None = None
    partial: tuple[pd.Period, float] | None = None
    scale: tuple[float, float] | None = None
    baseline: DeclaredBaseline | None = None
    targets: tuple[Target, ...] = ()
    plan: Plan = Plan()
    driver: str = ""
    expected_lag: int | None = None
    source: str = ""
    lineage: Lineage | None = None

    def origin(self, period: str | pd.Period) -> Origin | None:
        """File, sheet, column, rows and sha256 behind a period's value; None where no value is known."""
        return self.lineage.origin(period) if self.lineage is not None else None

    def __repr__(self) -> str:
        index = self.series.index
        span = f"{index[0]} … {index[-1]}" if len(index) else "no data"
        return f"Measure({self.name!r}, {len(index)} periods {span}, total_by={self.total_by}, better={self.better})"


CostRole = Literal["supplier price", "staff time", "other"]
COST_ROLES = ("supplier price", "staff time", "other")


@dataclass(frozen=True, slots=True)
class StatedCost:
    """A cost of the initiative as the params state it: ``amount`` once (``per`` empty), or every week, month, quarter or year."""

    name: str
    role: CostRole
    amount: Estimate
    per: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CashFlow:
    """Estimated and actual cash flows of an initiative.

    ``table``: PeriodIndex (all periods of the plan, also those after as_of), float columns ``expenditure_est``,
    ``expenditure_act``, ``revenue_est``, ``revenue_act``, all unsigned amounts (>= 0 as a rule); actual columns
    are NaN where to be announced. Actuals after ``as_of`` are already left out. ``as_of`` is the last period
    that is over. ``parts``: the same money line by line where the file has categories, columns period, category, side
    (cost | benefit), recurrence (one-off | recurring | ""), est, act. ``costs``: stated costs that are not in the table;
    analyses add them to the expenditure. ``includes``: what the expenditure is said to contain ("supplier price", "staff time").
    """

    table: pd.DataFrame
    basis: Basis
    as_of: pd.Period
    _: KW_ONLY
    discount_rate_per_year: float | None = None
    timing: Literal["start", "end", "dates"] = "start"
    dates: tuple[date, ...] = ()
    revenue_accuracy: float | None = None
    source: str = ""
    lineage: Lineage | None = None
    parts: pd.DataFrame | None = None
    costs: tuple[StatedCost, ...] = ()
    includes: tuple[str, ...] = ()

    def origin(self, period: str | pd.Period) -> Origin | None:
        """File, sheet, rows and sha256 behind a period's row; the columns are named as in ``table``."""
        return self.lineage.origin(period) if self.lineage is not None else None


@dataclass(frozen=True, slots=True)
class PriceOption:
    """One option of a price review: changes as fractions (+0.1 = 10 % up)."""

    name: str
    price_change: float
    volume_change: float


@dataclass(frozen=True, slots=True)
class DirectBenefit:
    """Price, volume a year and profit a unit today, and the options under review."""

    price: Estimate
    volume: Estimate
    profit_per_unit: Estimate
    options: tuple[PriceOption, ...] = ()


BenefitKind = Literal["unit cost", "energy and material", "cheaper channel", "retention"]


@dataclass(frozen=True, slots=True)
class BenefitPlan:
    """A direct benefit other than a price: ``figures`` by name (see ``analysis.direct_benefits``), over ``years`` from the start.

    ``starts_after_months``: months without benefit at the beginning. ``cost``: once, for the change itself; ``cost_per_year``: to run it.
    """

    name: str
    kind: BenefitKind
    figures: Mapping[str, Estimate]
    years: float = 1.0
    starts_after_months: int = 0
    cost: Estimate | None = None
    cost_per_year: Estimate | None = None


@dataclass(frozen=True, slots=True)
class ConversionAgreement:
    """What was agreed about one indicator: a fraction of the outcome per point, and how to read several points."""

    indicator: str
    effect: Estimate  # fraction of the outcome per one unit of the indicator
    reading: Literal["additive", "compound"]


@dataclass(frozen=True, slots=True)
class UnitValue:
    """Money per unit of the outcome; ``basis`` says whether it is revenue or profit; ``margin`` turns revenue into profit."""

    value: Estimate
    basis: Basis
    margin: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """One line of the assumptions log that every report shows. ``text`` is the figure as people wrote it."""

    name: str
    text: str
    source: str = ""
    agreed_by: str = ""
    agreed_on: str = ""
    note: str = ""
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """When the contract ends and what it is worth (money, as said in ``per``). ``renewed``: what was decided; None while that is open."""

    date: date
    contract_value: float | None = None
    per: str = ""
    renewed: bool | None = None

    def decided_by(self, as_of: pd.Period) -> bool | None:
        """What was decided, as far as a report of that date can know it."""
        return self.renewed if self.date <= as_of.end_time.date() else None


Cadence = Literal["daily", "weekly", "monthly"]
FeatureClass = Literal["value", "differentiated", "new"]


@dataclass(frozen=True, slots=True)
class Team:
    """A team that holds licences, and how often its people are expected to use the product. ``named``: a row of the usage file is of it."""

    name: str
    licences: Estimate
    cadence: Cadence = "monthly"
    named: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Usage:
    """Who uses the product, by team and feature, up to the last month that is over.

    ``rows``: of events day, team, feature, user (people as numbers), one a use; of counts day (the first of its period), team, feature
    ("" is the whole product) and active (people, NaN where not known). ``step``: the length of a period of counts. ``features``: their
    class by name. ``good``, ``talk``: shares of licences from which adoption is good, and up to which it needs a conversation.
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("rows",)
    rows: pd.DataFrame
    kind: Literal["events", "counts"]
    step: Cadence
    teams: tuple[Team, ...]
    month: pd.Period
    _: KW_ONLY
    features: Mapping[str, FeatureClass] = field(default_factory=dict)
    good: float = 0.9
    talk: float = 0.7
    source: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """An opinion, shown as such."""

    text: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose report it is: ``supplier`` by name, ``logo`` as a data address, ``colour`` of text-sized things and ``second_colour`` of bands, both #rrggbb; "" where not said."""

    supplier: str = ""
    logo: str = ""
    colour: str = ""
    second_colour: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Customer(Result):
    """Everything known about one customer as of one day. ``vl.load_customer`` makes it; analyses read it."""

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("previous",)
    id: str
    name: str
    as_of: pd.Period
    currency: str
    _: KW_ONLY
    locale: str = LOCALE
    language: str = ENGLISH
    initiative: str = ""
    segment: str = ""  # of the portfolio; in no report
    started: pd.Period | None = None
    strategy: Literal["profit", "growth"] = "profit"
    roi_convention: Literal["net", "gross"] = "net"
    on_track_within: float = 0.05
    fiscal_year_starts: int = 1
    outcome: Measure | None = None
    indicators: Mapping[str, Measure] = field(default_factory=dict)
    cash_flow: CashFlow | None = None
    direct_benefit: DirectBenefit | None = None
    benefits: tuple[BenefitPlan, ...] = ()
    costs: tuple[StatedCost, ...] = ()
    cost_horizon_months: int = 12
    conversions: tuple[ConversionAgreement, ...] = ()
    unit_value: UnitValue | None = None
    promises: tuple[Promise, ...] = ()
    chain: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    events: tuple[tuple[pd.Period, str], ...] = ()
    usage: Usage | None = None
    register: PeopleRegister | None = None
    health: tuple[HealthLine, ...] = ()
    surveys: tuple[Survey, ...] = ()
    scorecard: ScorecardPlan = ScorecardPlan()
    renewals: RenewalRegister | None = None
    questions: AccountRegister = AccountRegister()
    comment: Comment | None = None
    renewal: Renewal | None = None
    brand: Brand | None = None
    assumptions: tuple[Assumption, ...] = ()
    quality: tuple[QualityNote, ...] = ()
    files: tuple[DataFile, ...] = ()
    restated: tuple[Restated, ...] = ()
    previous: Mapping[str, Any] | None = None  # results.json of the latest earlier as_of
    software: str = ""  # what computes: version and hash of the code

    def measure(self, name: str) -> Measure:
        """The outcome or the indicator of that name."""
        if self.outcome is not None and name == self.outcome.name:
            return self.outcome
        if name in self.indicators:
            return self.indicators[name]
        known = [m.name for m in (self.outcome, *self.indicators.values()) if m is not None]
        raise AnalysisError(f"no measure {name!r}; {self.name} has {', '.join(known) or 'none'}")

    def applies(self) -> dict[str, str]:
        """For each notebook "" where it applies, else what to add to the params so that it does."""
        has_outcome, has_indicators = self.outcome is not None, bool(self.indicators)
        need_outcome = "" if has_outcome else "add an `outcome` with `data` to the params"
        need_both = need_outcome or ("" if has_indicators else "add `indicators` to the params")
        money = self.cash_flow or self.direct_benefit or self.benefits or (has_outcome and self.unit_value)
        return {
            "01_baseline": need_outcome,
            "02_leading_indicators": need_both,
            "03_conversion": need_both,
            "04_roi": "" if money else "add `unit_value`, `cash_flow`, `direct_benefit` or `benefits` to the params",
            "05_health": "" if self.usage or self.register or self.health or len(self.chain) > 1 or self.surveys or self.renewals or self.scorecard != ScorecardPlan()
                         or self.questions != AccountRegister()
                         else "add `adoption`, `chain`, `flags`, `health`, `meetings`, `outcomes`, `people`, `renewals`, `scorecard` or `surveys` to the params",
        }


@dataclass(frozen=True, slots=True)
class CannotSay(Result):
    """A verdict: this question cannot be answered with this customer's data, why, and what would change that."""

    warnings: ClassVar[tuple[str, ...]] = ()
    reason: str
    fix: str = ""
    status: str = "cannot say"

    def __str__(self) -> str:
        return f"Cannot say: {self.reason}{' ' + self.fix if self.fix else ''}"
