"""Dates that cannot both be meant are pointed out, and nothing is left out for it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from valuelab.inputs.agreed_dates import hold_dates_against_each_other
from valuelab.inputs.quality import Findings
from valuelab.types import BenefitPlan, Promise, Renewal

START = pd.Period("2024-03", freq="M")
GOOD = Promise("promised", "Clients", 100.0, pd.Period("2025-03", freq="M"), agreed_on="2024-02-12")


def told(*, promise: Promise = GOOD, renewal: date | None = None, plan: BenefitPlan | None = None, started: pd.Period | None = START) -> list[str]:
    findings = Findings()
    hold_dates_against_each_other([promise], renewal and Renewal(renewal), [plan] if plan else [], started=started, today=date(2025, 6, 30), findings=findings)
    assert all(note.kind == "to check" for note in findings.notes)
    return [note.what for note in findings.notes]


def by(period: str, agreed_on: str = "") -> Promise:
    return Promise("expected", "Clients", 100.0, pd.Period(period, freq="M"), agreed_on=agreed_on)


@pytest.mark.parametrize(("what", "said"), [
    ({}, ""),
    ({"promise": by("2024-02")}, "before the initiative starts in 2024-03"),
    ({"promise": by("2024-03")}, ""),
    ({"promise": by("2024-02"), "started": None}, ""),
    ({"promise": by("2025-03", "2025-04")}, "agreed on 2025-04, after its own deadline 2025-03"),
    ({"promise": by("2025-03", "2025-03-31")}, ""),
    ({"promise": by("2025-03", "spring")}, ""),
    ({"renewal": date(2025, 5, 31)}, "the renewal on 2025-05-31 is past"),
    ({"renewal": date(2025, 6, 30)}, ""),
    ({"plan": BenefitPlan("Chat", "unit cost", {}, years=1, starts_after_months=12)}, "counted for 1 year and starts after 12 months"),
    ({"plan": BenefitPlan("Chat", "unit cost", {}, years=2, starts_after_months=12)}, ""),
])
def test_what_cannot_both_be_meant(what, said):
    found = told(**what)
    assert len(found) == bool(said)
    assert said in "".join(found)
