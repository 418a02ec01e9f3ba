"""What a report keeps of the figures that it rests on, and the account as an earlier report had it.

``declared`` is what results.json holds beside the values of each series; ``as_reported`` reads both back. What an earlier report
did not keep is taken as it is now, so that only what is known to have changed is said to have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd

from valuelab.inputs.lineage import FLOWS, read_kept
from valuelab.types import (
    BenefitKind,
    BenefitPlan,
    CannotSay,
    CashFlow,
    Customer,
    DirectBenefit,
    Estimate,
    Measure,
    PriceOption,
    Promise,
    StatedCost,
    Target,
    UnitValue,
    to_plain,
)


def declared(customer: Customer) -> dict[str, Any]:
    """What somebody declared and a headline rests on, as JSON values."""
    outcome, flows = customer.outcome, customer.cash_flow
    goals = []
    if outcome is not None:
        goals = [{"kind": "target", "by": str(t.by), "value": t.value} for t in outcome.targets]
        goals += [{"kind": p.kind, "by": str(p.by), "value": p.value} for p in customer.promises if p.measure == outcome.name]
    return to_plain({
        "software": customer.software, "currency": customer.currency, "strategy": customer.strategy,
        "outcome": outcome and {"name": outcome.name, "total_by": outcome.total_by, "better": outcome.better, "scale": outcome.scale,
                                "unit": outcome.unit},
        "goals": goals, "unit_value": customer.unit_value, "direct_benefit": customer.direct_benefit, "benefits": customer.benefits,
        "cash_flow": flows and {"basis": flows.basis, "as_of": f"{flows.as_of.start_time:%Y-%m-%d}",
                                "costs": [{"name": c.name, "role": c.role, "amount": c.amount.value, "per": c.per} for c in flows.costs]},
        "assumptions": [{"name": a.name, "text": a.text} for a in customer.assumptions],
    })


def kept_by(customer: Customer) -> Mapping[str, Any] | None:
    """What the previous report kept of what was declared; None where it kept nothing, or there is none."""
    data = customer.previous.get("data") if customer.previous else None
    kept = data.get("declared") if isinstance(data, Mapping) else None
    return kept if isinstance(kept, Mapping) else None


def as_reported(customer: Customer) -> Customer | CannotSay:
    """The account as its previous report had it: series, goals and agreed figures of then; all else as it is now.

    CannotSay where that report did not keep what is needed, or was about another outcome or currency.
    """
    kept = kept_by(customer)
    if kept is None:
        return CannotSay("it was made by a version that did not keep what its figures rested on", "The next report will be able to say.")
    if kept.get("currency") != customer.currency:
        return CannotSay("it was in another currency")
    try:
        return _revived(customer, kept, customer.previous["data"]["values"])
    except _Differs as reason:
        return CannotSay(str(reason))
    except (KeyError, TypeError, ValueError, AttributeError):
        return CannotSay("what it kept of the figures that it rested on cannot be read")


class _Differs(Exception):
    """The two reports cannot be compared; says why."""


def _revived(customer: Customer, kept: Mapping[str, Any], values: Mapping[str, Any]) -> Customer:
    outcome, promises = customer.outcome, customer.promises
    was = kept["outcome"]
    if (outcome is None) != (was is None) or (outcome is not None and outcome.name != was["name"]):
        raise _Differs("it was about another outcome")
    if outcome is not None:
        outcome = _outcome(outcome, was, kept["goals"], values)
        promises = tuple(p for p in promises if p.measure != outcome.name) + tuple(
            Promise(g["kind"], outcome.name, float(g["value"]), pd.Period(g["by"])) for g in kept["goals"] if g["kind"] != "target")
    return replace(
        customer, outcome=outcome, promises=promises, strategy="growth" if kept["strategy"] == "growth" else "profit",
        unit_value=_unit_value(kept["unit_value"]), direct_benefit=_direct_benefit(kept["direct_benefit"]),
        benefits=tuple(_benefit(b) for b in kept.get("benefits", ())),
        cash_flow=_cash_flow(customer.cash_flow, kept["cash_flow"], values),
    )


def _outcome(now: Measure, was: Mapping[str, Any], goals: list[Mapping[str, Any]], values: Mapping[str, Any]) -> Measure:
    series = read_kept(values[now.name], now.series.index.freqstr)
    if series is None:
        raise _Differs("its periods were of another length")
    targets = tuple(Target(pd.Period(g["by"]), None if g["value"] is None else float(g["value"])) for g in goals if g["kind"] == "target")
    scale = None if was["scale"] is None else (float(was["scale"][0]), float(was["scale"][1]))
    if was["total_by"] not in ("sum", "mean", "last") or was["better"] not in ("higher", "lower"):
        raise ValueError("neither was ever written")
    return replace(now, series=series.rename(now.name), total_by=was["total_by"], better=was["better"], scale=scale, targets=targets)


def _cash_flow(now: CashFlow | None, was: Mapping[str, Any] | None, values: Mapping[str, Any]) -> CashFlow | None:
    if now is None or was is None:
        if (now is None) != (was is None):
            raise _Differs("only one of the two has a cash flow")
        return None
    freq = now.table.index.freqstr
    columns = {name.removeprefix(FLOWS): read_kept(series, freq) for name, series in values.items() if name.startswith(FLOWS)}
    if not columns or any(series is None for series in columns.values()):
        raise _Differs("its cash flow was in periods of another length")
    if was["basis"] not in ("revenue", "profit"):
        raise ValueError("never written")
    costs = tuple(StatedCost(str(c["name"]), c["role"], Estimate(float(c["amount"]), kind="agreed"), str(c["per"])) for c in was.get("costs", ()))
    return replace(now, table=pd.DataFrame(columns).astype(float), as_of=pd.Period(was["as_of"], freq=freq), basis=was["basis"], dates=(), lineage=None,
                   costs=costs)


def _estimate(plain: Mapping[str, Any] | None) -> Estimate | None:
    if plain is None:
        return None
    value, low, high = plain["value"], plain["low"], plain["high"]
    if any(not np.isfinite(v) for v in (value, low, high) if v is not None):
        raise ValueError("not finite")
    return Estimate(float(value), low, high, level=plain["level"], n=plain["n"], unit=plain["unit"], kind=plain["kind"], convention=plain["convention"],
                    source=plain["source"], key=plain["key"])


def _unit_value(plain: Mapping[str, Any] | None) -> UnitValue | None:
    if plain is None:
        return None
    if plain["basis"] not in ("revenue", "profit"):
        raise ValueError("never written")
    return UnitValue(_estimate(plain["value"]), plain["basis"], _estimate(plain["margin"]))


def _direct_benefit(plain: Mapping[str, Any] | None) -> DirectBenefit | None:
    if plain is None:
        return None
    options = tuple(PriceOption(str(o["name"]), float(o["price_change"]), float(o["volume_change"])) for o in plain["options"])
    return DirectBenefit(*(_estimate(plain[name]) for name in ("price", "volume", "profit_per_unit")), options)


def _benefit(plain: Mapping[str, Any]) -> BenefitPlan:
    if plain["kind"] not in get_args(BenefitKind):
        raise ValueError("never written")
    return BenefitPlan(str(plain["name"]), plain["kind"], {str(name): _estimate(figure) for name, figure in plain["figures"].items()},
                       years=float(plain["years"]), starts_after_months=int(plain["starts_after_months"]), cost=_estimate(plain["cost"]),
                       cost_per_year=_estimate(plain["cost_per_year"]))
