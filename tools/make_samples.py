"""Write the sample data that ships with valuelab: three invented customers, always the same bytes.

Run ``python tools/make_samples.py`` to write ``data/`` again, or add ``--check`` to see whether the files on disk
are still what this script makes (exit code 1 if not).

Nothing here was measured at a real company. The worlds are built so that the truth is known:

- Harbour Care: engagement moves clients serviced six months later, 5 % a point. Manager rating shares engagement's
  ups and downs. Overtime hours and website visits have nothing to do with clients.
- Parcelway: a day off order-to-ship time lifts CSAT two months later; repeat revenue follows CSAT late and weakly.
- Use of the product: Harbour Care counts active people by month, team and feature, and half of any change in the share who open shift planning
  shows in the number of active people two months later. Parcelway has single uses of half a year: a warehouse team at work daily, a finance
  team that comes at the end of the month, a returns team that stopped, a new assistant that few have found.
- Parcelway asked whether people would recommend it four times: nothing moved over the first three rounds, in the fourth it stands 24 points above the first.
- Renewals: contracts of single sites. Ten points of the health score a quarter before multiply the odds of a renewal by 1.7; Parcelway has 72 of them. The eleven of Harbour Care stand in its params.
- Brightlane: the cash flow of a twelve-week campaign, copied figure by figure, no random numbers.

The published figures hold exactly because each series is scaled or shifted onto them before it is rounded: 21,400
clients in the fiscal year to 2025-03; engagement 6.0 in the three months to 2025-03 and 0.4 points more in the three
months to 2025-09; $4,800,000 of repeat revenue and CSAT 71 in 2024.

The two seeds were searched, not drawn once, for random parts that tell the intended story plainly. Of 12,000 tried
for Harbour Care, 25 have the shape (engagement low but steady before the start and rising gently after it, clients at
24,000 to 25,000 a year before they slide and flat after the start), and 12 of those show the link as well: at every
month-end from 2025-03 to 2025-09 engagement is found to lead by six months, the interval of its effect holds 5 %, and
overtime and website visits are left alone. Of 1,500 tried for Parcelway, 42 passed. One of each was then taken by
looking at the charts. So these files show what the workbooks look like when a link is there and can be seen. They say
nothing about how often a method finds such links; calibration runs do, and they take their seeds as they come.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

HARBOUR_CARE_SEED = 406
PARCELWAY_SEED = 745

EFFECT_PER_POINT = np.log(1.05)  # log clients for one point of engagement
LEAD_MONTHS = 6
ANSWER_SPREAD = 2.0  # standard deviation of one employee's answer on the 0-10 scale
MANAGER_SPREAD = 1.3  # line managers agree more with one another

# January to December, in log points: winter is the busy season for home care in the north.
CLIENT_SEASON = np.array([5.5, 5.0, 2.5, 0.0, -2.5, -4.5, -6.0, -5.5, -3.0, 0.5, 3.0, 5.0]) / 100
OVERTIME_SEASON = np.array([0, -2, -3, -1, 0, 3, 8, 7, -2, -6, -6, 2]) / 100  # holidays are covered by overtime
VISITS_SEASON = np.array([9, 4, 2, 0, -2, -4, -7, -6, 2, 4, 2, -4]) / 100  # new-year searches
REVENUE_SEASON = np.array([-5, -6, -3, -2, -1, -1, -3, -2, 1, 4, 10, 8]) / 100  # the weeks before the holidays

# Weeks 0 to 12. Expenditure was spent as planned.
BRIGHTLANE_EXPENDITURE = [20000] * 8 + [0] * 5
BRIGHTLANE_REVENUE_EST = [0, 0, 12000, 14000, 18000, 22000, 25000, 30000, 25000, 22000, 18000, 14000, 12000]
BRIGHTLANE_REVENUE_ACT = [0, 0, 9656, 12340, 20200, 28400, 24030, 27650, 29900, 18455, 15777, 18765, 14500]

# 2025-01 to 2025-07: 0, 6, 13, 20, 43, 58 and 72 % of the way from 30 days to 15.
PARCELWAY_DAYS_SINCE_START = [30.0, 29.1, 28.05, 27.0, 23.55, 21.3, 19.2]


def autoregressive(rng: np.random.Generator, months: int, persistence: float, level_sd: float) -> np.ndarray:
    """Noise with memory; `level_sd` is the standard deviation of the noise itself, not of its monthly step."""
    return remember(rng.standard_normal(months), persistence, level_sd)


def remember(steps: np.ndarray, persistence: float, level_sd: float) -> np.ndarray:
    """Turn independent standard-normal steps into stationary noise with memory."""
    noise = np.empty(len(steps))
    noise[0] = level_sd * steps[0]
    for month in range(1, len(steps)):
        noise[month] = persistence * noise[month - 1] + level_sd * np.sqrt(1 - persistence**2) * steps[month]
    return noise


def slide(months: pd.PeriodIndex, first: str, last: str) -> np.ndarray:
    """0 up to `first`, 1 from `last` on, an S-shaped passage between."""
    position = (months - pd.Period(first, "M")).map(lambda offset: offset.n).to_numpy(float)
    length = (pd.Period(last, "M") - pd.Period(first, "M")).n
    share = np.clip(position / length, 0, 1)
    return share * share * (3 - 2 * share)


def round_to_total(values: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers that sum to `total`: those with the largest fractions are rounded up."""
    whole = np.floor(values).astype(int)
    up = np.argsort(whole - values, kind="stable")[: total - int(whole.sum())]
    whole[up] += 1
    return whole


def number_of_answers(rng: np.random.Generator, months: int, usual: int, spread: float) -> np.ndarray:
    """How many people answered each month: never under 0.6 nor over 1.4 times the usual number."""
    answers = usual + autoregressive(rng, months, 0.5, spread)
    return np.clip(np.rint(answers), np.ceil(0.6 * usual), np.floor(1.4 * usual)).astype(int)


def harbour_care(seed: int = HARBOUR_CARE_SEED) -> pd.DataFrame:
    """Tidy table `date, metric, value, n`, 2021-04 to 2025-09; all values as text, n only for surveys."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2020-10", "2025-09", freq="M")  # six months more than are shown: they move the first ones
    count = len(months)
    calendar = months.month.to_numpy() - 1
    years = np.arange(count) / 12
    shown = months >= pd.Period("2021-04", "M")
    last_quarter = (months >= pd.Period("2025-01", "M")) & (months <= pd.Period("2025-03", "M"))
    last_year = (months >= pd.Period("2024-04", "M")) & (months <= pd.Period("2025-03", "M"))
    since_start = np.clip((months - pd.Period("2025-03", "M")).map(lambda offset: offset.n).to_numpy(float), 0, 6) / 6

    # What employees really feel, and what a survey of some of them says.
    mood_steps = rng.standard_normal(count)
    mood = 8.0 - 2.1 * slide(months, "2023-01", "2024-06") + remember(mood_steps, 0.5, 0.75)
    answers = number_of_answers(rng, count, 100, 16)
    engagement = mood + ANSWER_SPREAD / np.sqrt(answers) * rng.standard_normal(count)
    engagement += 6.0 - engagement[last_quarter].mean()
    # The initiative: a straight rise from the start on, as steep as it takes to stand 0.4 points higher at the end.
    engagement += since_start * (6.4 - engagement[-3:].mean()) / since_start[-3:].mean()
    hundredths = np.rint(100 * engagement).astype(int)
    hundredths[last_quarter] = round_to_total(100 * engagement[last_quarter], 1800)

    # Managers see the same months as their teams do, through their own eyes.
    manager_steps = 0.7 * mood_steps + np.sqrt(1 - 0.7**2) * rng.standard_normal(count)
    managers = number_of_answers(rng, count, 24, 3)
    rating = 7.6 - 1.0 * slide(months, "2023-01", "2024-06") + remember(manager_steps, 0.5, 0.6)
    rating += MANAGER_SPREAD / np.sqrt(managers) * rng.standard_normal(count)

    # Clients: season, a slow drift of the market, and engagement half a year before.
    log_clients = CLIENT_SEASON[calendar] - 0.01 * years + autoregressive(rng, count, 0.4, 0.016)
    log_clients[LEAD_MONTHS:] += EFFECT_PER_POINT * mood[:-LEAD_MONTHS]
    clients = np.exp(log_clients)
    clients *= 21400 / clients[last_year].sum()
    whole_clients = np.rint(clients).astype(int)
    whole_clients[last_year] = round_to_total(clients[last_year], 21400)

    overtime = 1150 * np.exp(0.02 * years + OVERTIME_SEASON[calendar] + autoregressive(rng, count, 0.4, 0.05))
    visits = 8200 * np.exp(0.06 * years + VISITS_SEASON[calendar] + autoregressive(rng, count, 0.5, 0.06))

    blank = np.full(count, "", dtype=object)
    measures = {
        "Clients serviced": (whole_clients.astype(str), blank),
        "Engagement": ([f"{value / 100:.2f}" for value in hundredths], answers.astype(str)),
        "Manager rating": ([f"{value:.2f}" for value in rating], managers.astype(str)),
        "Overtime hours": (np.rint(overtime).astype(int).astype(str), blank),
        "Website visits": (np.rint(visits).astype(int).astype(str), blank),
    }
    tables = [
        pd.DataFrame({"date": months.astype(str), "metric": name, "value": value, "n": n})[shown]
        for name, (value, n) in measures.items()
    ]
    return pd.concat(tables, ignore_index=True)


def parcelway(seed: int = PARCELWAY_SEED) -> pd.DataFrame:
    """Wide table, one row a month from 2022-01 to 2025-07 and one column a measure; all values as text."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2021-07", "2025-07", freq="M")  # six months more than are shown: they move the first ones
    count = len(months)
    calendar = months.month.to_numpy() - 1
    years = np.arange(count) / 12
    in_2024 = months.year == 2024

    days = np.round(30 + autoregressive(rng, count, 0.4, 1.2), 2)
    days[-len(PARCELWAY_DAYS_SINCE_START) :] = PARCELWAY_DAYS_SINCE_START

    csat = autoregressive(rng, count, 0.4, 0.4)
    csat[2:] -= 0.45 * (days[:-2] - 30)  # points for a day, two months later: people remember their last two parcels
    csat += 71 - csat[in_2024].mean()
    tenths = np.rint(10 * csat).astype(int)
    tenths[in_2024] = round_to_total(10 * csat[in_2024], 71 * 12 * 10)

    log_revenue = REVENUE_SEASON[calendar] + 0.03 * years + autoregressive(rng, count, 0.4, 0.015)
    log_revenue[4:] += 0.003 * (csat[:-4] - 71)  # people buy again months later, and only a little more often
    revenue = np.exp(log_revenue)
    revenue *= 4_800_000 / revenue[in_2024].sum()
    dollars = np.rint(revenue).astype(int)
    dollars[in_2024] = round_to_total(revenue[in_2024], 4_800_000)

    table = pd.DataFrame(
        {
            "date": months.astype(str),
            "Order-to-ship time": [f"{value:.2f}" for value in days],
            "CSAT": [f"{value / 10:.1f}" for value in tenths],
            "Repeat revenue": dollars.astype(str),
        }
    )
    return table[months >= pd.Period("2022-01", "M")].reset_index(drop=True)


def brightlane() -> pd.DataFrame:
    """Cash flow of weeks 0 to 12 with all actuals in; a run as of an earlier day leaves the later weeks out."""
    return pd.DataFrame(
        {
            "period": range(13),
            "expenditure_est": BRIGHTLANE_EXPENDITURE,
            "expenditure_act": BRIGHTLANE_EXPENDITURE,
            "revenue_est": BRIGHTLANE_REVENUE_EST,
            "revenue_act": BRIGHTLANE_REVENUE_ACT,
        }
    )


HARBOUR_CARE_TEAMS = {"North": (420, 0.95), "South": (310, 0.84), "Night shift": (180, 0.62), "Office": (90, 0.97)}  # licences, share that settles in
HARBOUR_CARE_FEATURES = {"Pulse survey": 0.82, "Shift planning": 0.55, "Recognition wall": 0.31, "Mobile sign-in": 0.12}  # usual shares of the active
HARBOUR_CARE_USE_SEED, PARCELWAY_USE_SEED = 20, 31


def harbour_care_use(seed: int = HARBOUR_CARE_USE_SEED) -> pd.DataFrame:
    """Active people by month, team and feature; the night shift's figure of one month was never counted."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2022-10", "2025-09", freq="M")
    planning = autoregressive(rng, len(months), 0.2, 0.06)
    follows = np.r_[np.zeros(2), planning[:-2]]
    rows = []
    for team, (licences, share) in HARBOUR_CARE_TEAMS.items():
        level = share * slide(months, "2021-10", "2023-10") + 0.8 * follows + 0.008 * rng.standard_normal(len(months))
        people = np.clip(np.round(licences * level), 0, licences).astype(int)
        for month, active in zip(months, people, strict=True):
            known = (team, str(month)) != ("Night shift", "2024-05")
            rows.append((str(month), team, "", str(active) if known else "TBA"))
        for feature, usual in HARBOUR_CARE_FEATURES.items():
            moved = usual + (planning if feature == "Shift planning" else 0) + 0.015 * rng.standard_normal(len(months))
            used = np.round(people * np.clip(moved, 0, 1)).astype(int)
            rows += [(str(month), team, feature, str(n)) for month, n in zip(months, used, strict=True)]
    return pd.DataFrame(rows, columns=["month", "team", "feature", "active"]).sort_values(["month", "team", "feature"], ignore_index=True)


def parcelway_use(seed: int = PARCELWAY_USE_SEED) -> pd.DataFrame:
    """A line a use, February to July 2025."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in pd.bdate_range("2025-02-03", "2025-07-31"):
        left = len(pd.bdate_range(day, day + pd.offsets.MonthEnd(0)))
        chance = {"Warehouse": 0.93, "Finance": 0.75 if left <= 3 else 0.04, "Returns": 0.5 if day < pd.Timestamp("2025-05-12") else 0.0, "Planning": 0.3}
        for team, people in {"Warehouse": 24, "Finance": 9, "Returns": 8, "Planning": 14}.items():
            for person in np.flatnonzero(rng.random(people) < chance[team]):
                draw = rng.random()
                feature = "Assistant" if draw < 0.004 else "Carrier choice" if draw < 0.24 else "Order board"
                rows.append((f"{day:%Y-%m-%d}", team, f"{team[0].lower()}{person + 1:02d}", feature))
    return pd.DataFrame(rows, columns=["date", "team", "user", "feature"])


PARCELWAY_ANSWERS_SEED = 57
PARCELWAY_ROUNDS = {"2024-08": (0.30, 0.28), "2024-11": (0.31, 0.30), "2025-02": (0.34, 0.26), "2025-05": (0.46, 0.16)}  # months asked: true shares of promoters and detractors


def parcelway_answers(seed: int = PARCELWAY_ANSWERS_SEED) -> pd.DataFrame:
    """A line an answer to "would you recommend us", 0 to 10, four rounds; in the last one three people answered twice."""
    rng = np.random.default_rng(seed)
    rows = []
    for month, (up, down) in PARCELWAY_ROUNDS.items():
        asked = int(rng.integers(58, 74))
        people = rng.choice(np.arange(1, 400), asked, replace=False)
        group = rng.choice(3, asked, p=[down, 1 - up - down, up])
        scores = np.where(group == 2, rng.integers(9, 11, asked), np.where(group == 1, rng.integers(7, 9, asked), rng.integers(2, 7, asked)))
        days = np.sort(rng.integers(3, 26, asked))
        rows += [(f"{month}-{day:02d}", f"r{person:03d}", str(score)) for day, person, score in zip(days, people, scores, strict=True)]
        if month == "2025-05":
            rows += [(f"{month}-27", f"r{person:03d}", str(min(10, score + 1))) for person, score in zip(people[:3], scores[:3], strict=True)]
    return pd.DataFrame(rows, columns=["date", "respondent", "score"])


PARCELWAY_RENEWALS_SEED = 3


def site_renewals(seed: int, sites: int, *, first: str, last: str, slope: float) -> pd.DataFrame:
    """A contract of a site that came up for renewal, with the health score that it had a quarter before; a higher score renews more often where `slope` is above zero."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(0, (pd.Timestamp(last) - pd.Timestamp(first)).days, sites))
    scores = np.rint(100 * np.clip(rng.beta(4.2, 2.2, sites), 0.05, 1)).astype(int)
    chance = 1 / (1 + np.exp(-(1.4 + slope * (scores - 66) / 10)))
    renewed = rng.random(sites) < chance
    when = [pd.Timestamp(first) + pd.Timedelta(days=int(day)) for day in days]
    return pd.DataFrame({"account": [f"site {i + 1:02d}" for i in range(sites)], "date": [f"{day:%Y-%m-%d}" for day in when],
                         "scored": [f"{day - pd.Timedelta(days=90):%Y-%m-%d}" for day in when], "score": scores.astype(str), "renewed": np.where(renewed, "yes", "no")})


def sample_files() -> dict[str, bytes]:
    """The path of every sample file below the data folder, and its bytes."""
    tables = {
        "brightlane-campaign/cash-flow.csv": brightlane(),
        "harbour-care/kpis.csv": harbour_care(),
        "harbour-care/usage.csv": harbour_care_use(),
        "parcelway/kpis.csv": parcelway(),
        "parcelway/recommend.csv": parcelway_answers(),
        "parcelway/renewals.csv": site_renewals(PARCELWAY_RENEWALS_SEED, 72, first="2023-02-01", last="2025-06-30", slope=0.55),
        "parcelway/usage.csv": parcelway_use(),
    }
    # Bytes, not text, so that line ends are the same on every system.
    return {path: table.to_csv(index=False, lineterminator="\n").encode() for path, table in tables.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the sample data, or check that it is up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parents[1] / "data")
    options = parser.parse_args(arguments)
    differing = 0
    for path, content in sample_files().items():
        file = options.folder / path
        same = file.is_file() and file.read_bytes() == content
        differing += not same
        if not same and not options.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        print(f"{'unchanged' if same else 'differs' if options.check else 'written'}: {path}")
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
