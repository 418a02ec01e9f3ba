"""Agreed money from the params: value of a unit, price review, renewal; each figure is a line of the assumptions log."""

from __future__ import annotations

from valuelab.inputs.agreed import AssumptionsLog
from valuelab.inputs.schema import Params
from valuelab.inputs.sections import FigureText, MoneyText, Origin, ShareText
from valuelab.provenance import derived
from valuelab.types import BenefitPlan, DirectBenefit, Estimate, PriceOption, Renewal, StatedCost, UnitValue


def unit_value(params: Params, log: AssumptionsLog) -> UnitValue | None:
    """What one unit of the outcome is worth."""
    written = params.unit_value
    if written is None:
        return None
    name = f"Money per unit of {params.outcome.name if params.outcome else 'the outcome'}"
    value = log.estimate(written, path="unit_value.value", name=name, unit=params.currency, convention=written.basis)
    if written.margin is None:
        return UnitValue(value, written.basis)
    margin = _with_origin(written.margin, written)
    return UnitValue(
        value,
        written.basis,
        log.estimate(
            margin, path="unit_value.margin", name="Margin: profit of revenue", unit="fraction", convention="of revenue"
        ),
    )


def _with_origin(figure: FigureText, origin: Origin) -> FigureText:
    """A figure inside a section that names its source is from that source, unless it names its own."""
    if figure.source or figure.agreed_by:
        return figure
    return figure.model_copy(
        update={"source": origin.source, "agreed_by": origin.agreed_by, "agreed_on": origin.agreed_on}
    )


def direct_benefit(params: Params, log: AssumptionsLog) -> DirectBenefit | None:
    """Price, volume and profit today, and the options under review."""
    written = params.direct_benefit
    if written is None:
        return None
    price = log.estimate(written.price, path="direct_benefit.price", name="Price today", unit=params.currency)
    volume = log.estimate(
        written.volume,
        path="direct_benefit.volume",
        name="Volume a year today",
        unit=written.volume.value.unit or "units",
        convention="a year",
    )
    profit = log.estimate(
        written.profit_per_unit,
        path="direct_benefit.profit_per_unit",
        name="Profit per unit today",
        unit=params.currency,
    )
    options = []
    for name, option in written.options.items():
        options.append(PriceOption(name, option.price.value, option.volume.value))
        log.say(
            f"{name}: price and volume",
            f"price {option.price.text}, volume {option.volume.text}",
            note="an option under review",
        )
    return DirectBenefit(price, volume, profit, tuple(options))


def stated_costs(params: Params, log: AssumptionsLog) -> tuple[StatedCost, ...]:
    """What the initiative costs, each line once or by period; hours of the customer's own staff times their rate."""
    found = []
    for name, written in params.costs.items():
        path = f"costs.{name}"
        if written.amount is not None:
            figure = _with_origin(written.amount, written)
            per = figure.value.per
            amount = log.estimate(figure, path=path, name=f"Cost: {name}", unit=params.currency, convention=_every(per))
        else:
            per = written.hours.value.per
            hours = log.estimate(_with_origin(written.hours, written), path=f"{path}.hours", name=f"Cost: {name}, hours", unit="hours", convention=_every(per))
            rate = log.estimate(_with_origin(written.rate, written), path=f"{path}.rate", name=f"Cost: {name}, an hour", unit=params.currency, convention="an hour")
            amount = _product(hours, rate, key=f"assumptions.{path}", convention=_every(per))
        found.append(StatedCost(name, written.role, amount, per))
    return tuple(found)


def benefit_plans(params: Params, log: AssumptionsLog) -> tuple[BenefitPlan, ...]:
    """Direct benefits other than prices, as ``analysis.direct_benefits`` names their figures."""
    found = []
    for name, written in params.benefits.items():
        path = f"benefits.{name}"

        def read(key: str, *, unit: str = "", convention: str = "") -> Estimate | None:
            figure = getattr(written, key)  # noqa: B023  # called within the turn of the loop
            if figure is None:
                return None
            money = isinstance(figure, MoneyText)
            share = isinstance(figure, ShareText)
            return log.estimate(_with_origin(figure, written), path=f"{path}.{key}", name=f"{name}: {key.replace('_', ' ')}",  # noqa: B023
                                unit=params.currency if money else "fraction" if share else figure.value.unit, convention=convention)

        figures = {key.replace("_", " "): read(key) for key in written.figure_keys}
        found.append(BenefitPlan(name, written.kind, figures, years=written.years.value, starts_after_months=written.starts_after,
                                 cost=read("cost", convention="once"), cost_per_year=read("cost_per_year", convention="a year")))
        log.say(f"{name}: how long it is counted", f"{written.years.text.split()[0]} years, starting after {written.starts_after} months",
                note="no discounting inside these years")
    return tuple(found)


def _every(per: str) -> str:
    return f"a {per}" if per else "once"


def _product(hours: Estimate, rate: Estimate, *, key: str, convention: str) -> Estimate:
    """Hours × rate; the range is that of the one that has a range."""
    ranged, other = (hours, rate) if rate.bare else (rate, hours)
    low, high = (None, None) if ranged.bare else (ranged.low * other.value, ranged.high * other.value)
    return Estimate(hours.value * rate.value, low, high, level=ranged.level, unit=rate.unit, kind="agreed" if "agreed" in (hours.kind, rate.kind) else "assumed",
                    convention=convention, source=hours.source or rate.source, key=key, derivation=derived("hours × rate", {"hours": hours, "rate": rate}))


def renewal_of(params: Params, log: AssumptionsLog) -> Renewal | None:
    """When the contract ends, and what it is worth."""
    written = params.renewal
    if written is None:
        return None
    value = written.contract_value
    if value is None:
        return Renewal(written.date, renewed=written.renewed)
    amount = log.estimate(value, path="renewal.contract_value", name="Contract value", unit=params.currency)
    return Renewal(written.date, amount.value, f"a {value.value.per}" if value.value.per else "", written.renewed)
