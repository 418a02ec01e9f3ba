"""Customers that nobody has seen: other seeds, names, currencies, directions, calendars, gaps. Each gets whole pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import valuelab as vl
from tests.conftest import copy_project, valuelab
from valuelab.assets import script
from valuelab.present.figures import plain
from valuelab.present.show import PARTS, Nothing, show

NAME = '<script>alert(1)</script> & "Sons" $x$ |*| مرحبا'
REVIEWS = (vl.review_baseline, vl.review_leading_indicators, vl.review_conversion, vl.review_value)


def write_customer(folder: Path, *, name: str = "Acme", seed: int = 0, months: int = 50, end: str = "2024-12", currency: str = "EUR",
                   level: float = 500.0, total_by: str = "sum", better: str = "higher", lag: int = 3, effect: float = 0.06, target: float | None = None,
                   gaps: int = 0, outcome: str = "Orders", extra: dict | None = None, start: str | None = None) -> Path:
    """Params and data of one made-up customer; the indicator really moves ``lag`` months first."""
    rng = np.random.default_rng(seed)
    index = pd.period_range(end=end, periods=months, freq="M")
    score = 6 + np.cumsum(rng.normal(0, 0.35, months + lag))
    score = 6 + (score - score.mean()) / max(score.std(), 0.1) * 0.8
    season = 0.08 * np.sin(2 * np.pi * np.arange(months) / 12)
    values = level * np.exp(season + effect * (score[:months] - 6) + rng.normal(0, 0.015, months))
    frame = pd.DataFrame({"date": index.strftime("%Y-%m"), outcome: np.round(values, 4), "Score": np.round(score[lag : lag + months], 2),
                          "Noise": np.round(50 + rng.normal(0, 3, months), 1)})
    if gaps:
        frame = frame.drop(index=rng.choice(np.arange(5, months - 14), gaps, replace=False))
    data = folder / "data" / "acme"
    data.mkdir(parents=True, exist_ok=True)
    frame.to_csv(data / "kpis.csv", index=False)
    by = (index[-1] + 9).strftime("%Y-%m")
    wanted = target if target is not None else level * (12 if total_by == "sum" else 1) * (1.1 if better == "higher" else 0.9)
    params = {
        "customer": name, "currency": currency, "started": start or (index[-1] - 5).strftime("%Y-%m"), "data": "../data/acme/kpis.csv",
        "outcome": {"name": outcome, "total_by": total_by, "better": better, "unit": "orders", "targets": [f"{wanted:.6g} by {by}"]},
        "indicators": {"Score": {"scale": "0-10", "total_by": "mean"}, "Noise": {"total_by": "mean"}},
        "unit_value": {"value": "40", "basis": "revenue"}, **(extra or {}),
    }
    home = folder / "params"
    home.mkdir(exist_ok=True)
    path = home / "acme.yaml"
    path.write_text(yaml.safe_dump(params, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def without_own_scripts(html: str) -> str:
    """The page without the scripts that ship with the code and the sliders' data; whatever else is a script stays."""
    for name in ("index", "sliders"):
        html = html.replace(f"<script>{script(name)[0]}</script>", "")
    return re.sub(r'<script type="application/json">[^<]*</script>', "", html)


KINDS = {
    "plain": {}, "another seed": {"seed": 7}, "lower is better": {"better": "lower", "effect": -0.06}, "a level": {"total_by": "mean", "level": 62.0},
    "last value": {"total_by": "last", "level": 12.5}, "yen": {"currency": "JPY", "level": 250_000.0}, "tiny": {"level": 0.02}, "huge": {"level": 3e8},
    "short": {"months": 20}, "very short": {"months": 8}, "three months": {"months": 3, "start": "2024-11"}, "long": {"months": 140},
    "gaps": {"gaps": 4}, "met already": {"target": 3000.0}, "far off": {"target": 25000.0}, "another calendar": {"end": "2025-05"},
    "not begun": {"start": "2025-03"}, "long ago": {"start": "2021-06"}, "profit basis": {"extra": {"unit_value": {"value": "12", "basis": "profit"}}},
    "hostile name": {"name": NAME, "outcome": "<b>Orders</b> $1 & 'co'"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_customer_gets_whole_pages(kind, tmp_path):
    account = vl.load_customer(write_customer(tmp_path, **KINDS[kind]))
    blocks = [show(account, part) for part in PARTS[type(account)]]
    for review in REVIEWS:
        result = review(account)
        blocks += [show(result, part) for part in PARTS[type(result)]]
    text = ""
    for block in blocks:
        if isinstance(block, Nothing):
            continue
        html = str(block.html())
        json.dumps(block.payload(), allow_nan=False)
        text += plain(html)
        assert "<script" not in without_own_scripts(html) and "<b>Orders" not in html
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b|Traceback|Period\(", plain(html)), plain(html)
        for alt in re.findall(r'alt="([^"]*)"', html):
            assert not re.search(r"\bnan\b|\bNone\b", alt), alt
    assert len(text) > 800


def test_an_indicator_that_is_not_measured_yet_stops_nothing(tmp_path):
    account = vl.load_customer(write_customer(tmp_path))
    empty = pd.Series([], pd.PeriodIndex([], freq="M"), dtype=float, name="Pulse")
    pulse = vl.Measure("Pulse", empty, scale=(0, 10), expected_lag=2)
    account = replace(account, indicators={**account.indicators, "Pulse": pulse})
    for review in REVIEWS:
        result = review(account)
        for part in PARTS[type(result)]:
            assert repr(show(result, part)) is not None
    verdicts = {v.indicator: v.verdict for v in vl.review_leading_indicators(account).verdicts()}
    assert verdicts["Pulse"] == "not enough data"


def test_the_true_leading_indicator_is_found_and_its_effect_covered(tmp_path):
    account = vl.load_customer(write_customer(tmp_path, seed=3, months=60))
    found = {v.indicator: v for v in vl.review_leading_indicators(account).verdicts()}
    assert found["Score"].verdict == "leads"
    assert abs(found["Score"].lag_months - 3) <= 1
    assert found["Noise"].verdict == "not shown"
    measured = vl.fit_conversion(account.outcome, account.indicators["Score"], lag_months=3)
    assert measured.slope.low < 0.06 < measured.slope.high


def test_one_point_of_a_percentage_is_one_percentage_point(tmp_path):
    account = vl.load_customer(write_customer(tmp_path, seed=3, months=60, extra={
        "conversion": {"Score": {"effect": "6% per point", "reading": "additive", "source": "review"}}}))
    shares = replace(account.indicators["Score"], series=account.indicators["Score"].series / 100, unit="fraction", scale=(0.0, 0.1))
    as_share = replace(account, indicators={**account.indicators, "Score": shares})
    first, second = (vl.review_conversion(a).items[0] for a in (account, as_share))
    assert second.measured.effect.value == pytest.approx(first.measured.effect.value, rel=1e-6)
    assert second.level.value == pytest.approx(first.level.value)


def test_units_of_money_change_no_ratio(tmp_path):
    results = []
    for currency in ("EUR", "JPY"):
        folder = tmp_path / currency
        folder.mkdir()
        review = vl.review_baseline(vl.load_customer(write_customer(folder, currency=currency)))
        results.append((review.lead.shortfall.of_target.value, review.lead.projected.value, review.status))
    assert results[0] == results[1]


def test_a_made_up_customer_runs_to_reports_with_nothing_of_another(tmp_path):
    project = copy_project(tmp_path / "project")
    write_customer(project, name=NAME, currency="GBP", better="lower", effect=-0.05, seed=11)
    done = valuelab("run", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    made = sorted(p.stem for p in (project / "outputs").glob("acme/*/*.html"))
    assert made == ["00_value_review", "01_baseline", "02_leading_indicators", "03_conversion", "04_roi"]
    for path in (project / "outputs").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert "<script" not in without_own_scripts(html)
        assert "alert(1)" in html
        for other in ("Harbour", "26,000", "21,400", "Brightlane", "Parcelway", "$375"):
            assert other not in html
    # the same inputs give the same bytes
    before = {p.name: p.read_bytes() for p in (project / "outputs" / "acme").glob("*/*") if p.suffix in (".html", ".ipynb") or p.name == "results.json"}
    assert valuelab("run", "--force", cwd=project).returncode == 0
    after = {p.name: p.read_bytes() for p in (project / "outputs" / "acme").glob("*/*") if p.name in before}
    assert [n for n in before if before[n] != after[n]] == []


def test_no_scenario_stands_in_the_package():
    root = Path(vl.__file__).parent
    words = re.compile(r"Harbour|Brightlane|Parcelway|Stonebrook|Northline|Clients serviced|21[,_]?400|122[,_]?276")
    hits = []
    for path in [*root.rglob("*.py"), *root.rglob("*.j2"), *(root.parent / "notebooks").glob("*.ipynb")]:
        if path.parent.name == ".ipynb_checkpoints":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            # an example in a docstring may be the published one; what runs may not
            if words.search(line) and ">>>" not in line and not line.lstrip().startswith(("...", "#")):
                hits.append(f"{path.relative_to(root.parent)}:{number}: {line.strip()[:80]}")
    assert hits == []
