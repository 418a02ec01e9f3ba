"""The sample data: made again byte for byte, and carrying the published figures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
PARAMS = ROOT / "params"


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", ROOT / "tools" / "make_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def harbour_care() -> pd.DataFrame:
    """One column a measure, monthly."""
    table = pd.read_csv(DATA / "harbour-care" / "kpis.csv")
    wide = table.pivot(index="date", columns="metric", values="value")
    wide.index = pd.PeriodIndex(wide.index, freq="M")
    return wide


@pytest.fixture(scope="module")
def parcelway() -> pd.DataFrame:
    table = pd.read_csv(DATA / "parcelway" / "kpis.csv", index_col="date")
    table.index = pd.PeriodIndex(table.index, freq="M")
    return table


@pytest.fixture(scope="module")
def brightlane() -> pd.DataFrame:
    return pd.read_csv(DATA / "brightlane-campaign" / "cash-flow.csv", index_col="period")


def strongest_lag(outcome: pd.Series, indicator: pd.Series, longest: int) -> int:
    """The lag with the largest correlation of year-on-year changes' monthly steps: no trend, no season, little memory."""

    def steps(series: pd.Series) -> pd.Series:
        return series.diff(12).diff()

    sizes = [abs(steps(outcome).corr(steps(indicator).shift(lag))) for lag in range(longest + 1)]
    return int(np.argmax(sizes))


# Made again


def test_the_committed_files_are_what_the_script_makes(samples: ModuleType) -> None:
    for path, content in samples.sample_files().items():
        assert (DATA / path).read_bytes() == content, f"{path}: run python tools/make_samples.py"


def test_no_other_data_file_is_shipped(samples: ModuleType) -> None:
    shipped = {file.relative_to(DATA).as_posix() for file in DATA.rglob("*") if file.is_file()}
    assert shipped == set(samples.sample_files()) | {"README.md"}


def test_the_script_writes_checks_and_notices_a_change(
    samples: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--folder", str(tmp_path)]
    assert samples.main([*folder, "--check"]) == 1
    assert not any(tmp_path.iterdir())
    assert samples.main(folder) == 0
    assert samples.main([*folder, "--check"]) == 0
    changed = tmp_path / "harbour-care" / "kpis.csv"
    changed.write_bytes(changed.read_bytes().replace(b"\n", b"\r\n"))
    capsys.readouterr()
    assert samples.main([*folder, "--check"]) == 1
    assert "differs: harbour-care/kpis.csv" in capsys.readouterr().out


def test_another_seed_gives_other_data_with_the_same_published_figures(samples: ModuleType) -> None:
    table = samples.harbour_care(seed=1)
    assert not table.equals(samples.harbour_care())
    clients = table[table["metric"] == "Clients serviced"].set_index("date")["value"].astype(int)
    assert clients["2024-04":"2025-03"].sum() == 21400


def test_round_to_total_moves_no_value_by_a_whole_unit(samples: ModuleType) -> None:
    values = np.array([1.5, 2.5, 3.25, 0.75])
    rounded = samples.round_to_total(values, 8)
    assert rounded.sum() == 8
    assert np.all(np.abs(rounded - values) < 1)


# Harbour Care


def test_harbour_care_covers_54_months_of_five_measures_without_gaps() -> None:
    table = pd.read_csv(DATA / "harbour-care" / "kpis.csv")
    assert list(table.columns) == ["date", "metric", "value", "n"]
    months = pd.period_range("2021-04", "2025-09", freq="M").astype(str).tolist()
    assert len(months) == 54
    for _, measure in table.groupby("metric"):
        assert measure["date"].tolist() == months
    assert table["metric"].unique().tolist() == [
        "Clients serviced",
        "Engagement",
        "Manager rating",
        "Overtime hours",
        "Website visits",
    ]


def test_only_surveys_have_answers_and_no_group_is_too_small_to_show() -> None:
    answers = pd.read_csv(DATA / "harbour-care" / "kpis.csv").groupby("metric")["n"]
    assert answers.count().to_dict() == {
        "Clients serviced": 0,
        "Engagement": 54,
        "Manager rating": 54,
        "Overtime hours": 0,
        "Website visits": 0,
    }
    assert answers.min()["Engagement"] >= 60
    assert answers.max()["Engagement"] <= 140
    assert answers.min()["Manager rating"] >= 5


def test_clients_in_the_last_fiscal_year(harbour_care: pd.DataFrame) -> None:
    clients = harbour_care["Clients serviced"]
    last_year = clients["2024-04":"2025-03"].sum()
    assert last_year == 21400
    assert 1750 < last_year / 12 < 1800
    assert (25000 - last_year) / 25000 == pytest.approx(0.144)
    assert (26000 - last_year) / 26000 == pytest.approx(0.1769, abs=5e-5)
    assert (26000 - last_year) * 375 == 1_725_000
    assert np.all(clients == clients.round())


def test_clients_slid_from_a_plateau_and_are_flat_after_the_start(harbour_care: pd.DataFrame) -> None:
    clients = harbour_care["Clients serviced"]
    years = [clients[f"{year}-04" : f"{year + 1}-03"].sum() for year in range(2021, 2025)]
    assert 24000 < years[0] < 25000
    assert 24000 < years[1] < 25000
    assert years[1] > years[2] > years[3]
    assert clients["2025-04":"2025-09"].sum() == pytest.approx(clients["2024-04":"2024-09"].sum(), rel=0.035)


def test_winter_is_the_busy_season_every_year(harbour_care: pd.DataFrame) -> None:
    clients = harbour_care["Clients serviced"]
    for year in range(2021, 2025):
        summer = clients[f"{year}-06" : f"{year}-08"].mean()
        assert clients[f"{year}-12" : f"{year + 1}-02"].mean() > summer


def test_engagement_stands_at_six_before_the_start_and_rises_gently_after(harbour_care: pd.DataFrame) -> None:
    engagement = harbour_care["Engagement"]
    assert engagement["2025-01":"2025-03"].mean() == 6.0
    assert 0.3 <= engagement["2025-07":"2025-09"].mean() - 6.0 <= 0.5
    assert engagement.between(0, 10).all()


def test_engagement_moves_clients_six_months_later_and_unrelated_measures_do_not(harbour_care: pd.DataFrame) -> None:
    clients = np.log(harbour_care["Clients serviced"])
    assert strongest_lag(clients, harbour_care["Engagement"], longest=9) == 6
    changes = harbour_care.diff(12).diff()
    link = clients.diff(12).diff().corr(changes["Engagement"].shift(6))
    assert link > 0.5
    for unrelated in ("Overtime hours", "Website visits"):
        steps = np.log(harbour_care[unrelated]).diff(12).diff()
        assert abs(clients.diff(12).diff().corr(steps.shift(6))) < link / 2


# Parcelway


def test_parcelway_published_figures(parcelway: pd.DataFrame) -> None:
    assert parcelway.index.equals(pd.period_range("2022-01", "2025-07", freq="M"))
    assert parcelway["Repeat revenue"]["2024-01":"2024-12"].sum() == 4_800_000
    assert parcelway["CSAT"]["2024-01":"2024-12"].mean() == pytest.approx(71)
    assert parcelway["CSAT"].between(0, 100).all()


def test_parcelway_progress_from_30_days_to_15(parcelway: pd.DataFrame) -> None:
    days = parcelway["Order-to-ship time"]
    before = days["2022-01":"2024-12"]
    assert before.mean() == pytest.approx(30, abs=0.2)
    assert 0.5 < before.std() < 2
    progress = (30 - days["2025-01":"2025-07"]) / (30 - 15)
    assert progress.to_numpy() == pytest.approx([0, 0.06, 0.13, 0.20, 0.43, 0.58, 0.72])
    # Linear plan: a tenth a month. Ahead from the fourth month on, 3.77 months in.
    ahead = progress.to_numpy() - np.arange(7) / 10
    assert ahead[3] < 0 < ahead[4]
    assert 3 + ahead[3] / (ahead[3] - ahead[4]) == pytest.approx(3.77, abs=0.005)


def test_parcelway_chain_moves_in_its_order(parcelway: pd.DataFrame) -> None:
    history = parcelway[:"2024-12"]
    csat = parcelway["CSAT"]
    assert strongest_lag(history["CSAT"], history["Order-to-ship time"], longest=6) == 2
    assert history["CSAT"].diff().corr(history["Order-to-ship time"].diff().shift(2)) < -0.5
    assert csat["2025-01":"2025-02"].mean() == pytest.approx(71, abs=0.5)
    assert csat["2025-07"] > csat["2025-05"] > csat["2025-03"]
    same_months = parcelway["Repeat revenue"]["2024-01":"2024-07"].sum()
    assert 1.0 < parcelway["Repeat revenue"]["2025-01":"2025-07"].sum() / same_months < 1.05


# Brightlane


def test_brightlane_totals_and_signed_columns(brightlane: pd.DataFrame) -> None:
    assert brightlane.sum().to_dict() == {
        "expenditure_est": 160_000,
        "expenditure_act": 160_000,
        "revenue_est": 212_000,
        "revenue_act": 219_673,
    }
    estimated = (brightlane["revenue_est"] - brightlane["expenditure_est"]).cumsum()
    actual = (brightlane["revenue_act"] - brightlane["expenditure_act"]).cumsum()
    # fmt: off
    assert estimated.tolist() == [-20000, -40000, -48000, -54000, -56000, -54000, -49000, -39000, -14000, 8000, 26000,
                                  40000, 52000]
    assert actual.tolist() == [-20000, -40000, -50344, -58004, -57804, -49404, -45374, -37724, -7824, 10631, 26408, 45173,
                               59673]
    # fmt: on
    assert brightlane["revenue_act"].loc[:7].sum() == 122_276
    assert brightlane["revenue_est"].loc[:7].sum() == 121_000


def test_brightlane_misses_by_the_week_what_it_meets_in_total(brightlane: pd.DataFrame) -> None:
    weeks = brightlane[brightlane["revenue_est"] > 0]
    miss = (weeks["revenue_act"] / weeks["revenue_est"] - 1).abs()
    assert (len(miss), int((miss <= 0.10).sum())) == (11, 2)


# Params


@pytest.mark.parametrize("customer", ["brightlane-campaign", "harbour-care", "northline", "parcelway", "stonebrook-tools"])
def test_params_name_data_that_is_there(customer: str) -> None:
    # BaseLoader keeps every figure as the text that was written.
    params = yaml.load((PARAMS / f"{customer}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    named = [part["data"] for part in (params, params.get("cash_flow", {})) if "data" in part]
    assert len(named) == (0 if customer in ("stonebrook-tools", "northline") else 1)
    for path in named:
        assert (PARAMS / path).is_file()


def test_params_name_the_measures_as_the_data_do(harbour_care: pd.DataFrame, parcelway: pd.DataFrame) -> None:
    for customer, table in {"harbour-care": harbour_care, "parcelway": parcelway}.items():
        params = yaml.load((PARAMS / f"{customer}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert {params["outcome"]["name"], *params["indicators"]} == set(table.columns)
