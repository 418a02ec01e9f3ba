"""Columns of numbers and of dates: what the whole column decides, and what it can not."""

from __future__ import annotations

from datetime import date

from tests.odd_files.case import Case
from tests.odd_files.make import HALF_YEAR, HEAD, every, long, spelled

FRACTIONS = {"2024-01": 0.12, "2024-02": 0.13, "2024-03": 0.125, "2024-04": 0.14, "2024-05": 0.15, "2024-06": 0.155}
PERCENT = spelled(["12%", "13 %", "12.5%", "14%", "15%", "15.5%"])
HALVES = {month: value + 0.5 for month, value in HALF_YEAR.items()}
SHARE = "{name: Clients, total_by: mean, unit: '%'}"
MEAN = "{name: Clients, total_by: mean}"


def quoted(write) -> str:
    """Values as a function of the number spells them, in quotes."""
    return long({month: f'"{write(value)}"' for month, value in HALF_YEAR.items()})


def dated(write, values=HALF_YEAR) -> str:
    """Dates as a function of year and month spells them."""
    return long({write(*map(int, month.split("-"))): value for month, value in values.items()})


def scored(*values: float, change: str = "") -> dict:
    """A score by month from 2024-01 on, and the params for it."""
    months = {f"2024-{i:02}": v for i, v in enumerate(values, 1)}
    return {"content": long(months, name="Score"), "outcome": f"{{name: Score, total_by: mean{change}}}", "measure": "Score"}


TEN, HUNDRED = (7.1, 7.4, 6.9, 7.2, 7.5), (72, 75, 71, 74, 76)
TO_HUNDRED = {f"2024-{i:02}": v for i, v in enumerate((*(10 * v for v in TEN), *HUNDRED), 1)}
TO_TEN = {f"2024-{i:02}": v for i, v in enumerate((*(v / 10 for v in HUNDRED), *TEN), 1)}
AS_IT_IS = {f"2024-{i:02}": v for i, v in enumerate((*TEN, *HUNDRED), 1)}
THOUSANDS = (1.81, 1.79, 1.85, 1.83, 1.8)
ONES = (1810, 1830, 1795, 1850, 1840)
WEEKS = every(7, date(2024, 1, 1), date(2024, 6, 24), 10)  # Mondays
DAYS = every(1, date(2024, 1, 1), date(2024, 3, 31), 2)
MONTH_ENDS = {"2024-01-31": 1800, "2024-02-29": 1850, "2024-03-31": 1900, "2024-04-30": 1825, "2024-05-31": 1875}
FIVE = dict(list(HALF_YEAR.items())[:5])

COLUMNS = (
    Case("decimal-commas", "date;metric;value\n" + "".join(f"{m};Clients;{v},5\n" for m, v in HALF_YEAR.items()), months=HALVES, notes={"decimal comma": 6}),
    Case(
        "thousands-dots-and-decimal-commas",
        quoted(lambda v: f"{v:,.1f}".translate(str.maketrans(",.", ".,")).replace(",0", ",5")),
        months=HALVES,
        notes={"decimal comma": 6},
    ),
    Case(
        "dots-that-may-be-either",
        long({m: v / 1000 for m, v in HALF_YEAR.items()})
        .replace("1.8\n", "1.803\n")
        .replace("1.85\n", "1.851\n")
        .replace("1.9\n", "1.901\n"),
        months={**{m: v / 1000 for m, v in HALF_YEAR.items()}, "2024-01": 1.803, "2024-02": 1.851, "2024-03": 1.901},
        error=("1.803", "1803"),
    ),
    Case(
        "dots-decided-by-another-row",
        quoted(lambda v: "1.925,50" if v == 1925 else f"{v / 1000:.3f}"),
        months={**HALF_YEAR, "2024-06": 1925.5},
        notes={"decimal comma": 6},
    ),
    Case("quoted-thousands", quoted(lambda v: f"{v:,}"), notes={"numbers like 1,800 read with the comma between thousands": 6}),
    Case(
        "commas-that-may-be-either",
        "date;metric;value\n" + "".join(f"{m};Clients;{v:,}\n" for m, v in HALF_YEAR.items()),
        error=("may be 1.800 or 1800",),
    ),
    Case("blanks-between-thousands", quoted(lambda v: f"{v:,}".replace(",", " "))),
    Case("hard-blanks-between-thousands", quoted(lambda v: f"{v:,}".replace(",", "\u00a0"))),
    Case("narrow-blanks-between-thousands", quoted(lambda v: f"{v:,}".replace(",", "\u202f"))),
    Case("swiss-thousands", quoted(lambda v: f"{v:,}".replace(",", "'"))),
    Case("dollar-signs", quoted(lambda v: f"${v:,}"), notes={"comma between thousands": 6}),
    Case("currency-codes", quoted(lambda v: f"USD {v}")),
    Case(
        "euros-behind",
        "date;metric;value\n" + "".join(f"{m};Clients;{v // 1000}.{v % 1000:03},50 €\n" for m, v in HALF_YEAR.items()),
        months=HALVES,
        currency="EUR",
        notes={"decimal comma": 6},
    ),
    Case("euros-among-dollars", quoted(lambda v: f"€{v}" if v == 1900 else f"${v}"), error=("row 4", "is in €")),
    Case(
        "accountants-minus",
        long(spelled(["(500)", "500-", "−500", "-500", "500", "(1200)"])),
        months=spelled([-500, -500, -500, -500, 500, -1200]),
        notes={"numbers like (500) read as less than zero": 3},
    ),
    Case(
        "words-for-not-known",
        long(spelled([1800, "TBA", "N/A", "-", "", 1925])),
        months=spelled([1800, None, None, None, None, 1925]),
        notes={"values not known": 4, "missing months": 4},
    ),
    Case("nought-is-nought", long(spelled([1800, 0, 1900, 1825, 1875, 1925])), months=spelled([1800, 0, 1900, 1825, 1875, 1925])),
    Case("letter-o-in-a-number", quoted(lambda v: f"{v:,}").replace("1,800", "1,8OO"), error=("1,8OO", "the letter O")),
    Case("letter-o-in-a-split-number", long().replace("1800", "1,8OO"), error=("row 2", "splits it in two")),
    Case("letter-l-in-a-number", long().replace("1850", "l850"), error=("l850", "the letter l")),
    Case("words-behind-numbers", long().replace("1850", "1850 clients"), error="is not a number"),
    Case("about-so-many", long().replace("1850", "~1850"), error="is not a number"),
    Case("spreadsheet-errors", long().replace("1850", "#REF!"), error=("#REF!", "is not a number")),
    Case("thousands-by-letter", long({m: f"{v / 1000:g}k" for m, v in HALF_YEAR.items()}), notes={"written out": 6}),
    Case("exponents", long({m: f"{v / 1000:g}E+03" for m, v in HALF_YEAR.items()})),
    Case("too-large", long().replace("1850", "9" * 30), error="too large"),
    Case("arabic-digits", long().replace("1850", "١٨٥٠"), error="is not a number"),
    Case("percent-signs", long(PERCENT), months=FRACTIONS, outcome=MEAN),
    Case("percent-as-fractions", long(FRACTIONS), months=FRACTIONS, outcome=SHARE, error=("0.12 may be 0.12 % or 12 %",)),
    Case("percent-as-numbers", long({m: round(100 * v, 1) for m, v in FRACTIONS.items()}), months=FRACTIONS, outcome=SHARE),
    Case("percent-now-and-then", long({**PERCENT, "2024-03": "0.125"}), outcome=MEAN, error=("row 4", "percent sign")),
    Case("scale-changes-half-way", **scored(*TEN, *HUNDRED), error=("2024-06", "scale_change", "confirmed")),
    Case(
        "scale-change-declared",
        **scored(*TEN, *HUNDRED, change=", scale_change: {2024-06: 10}"),
        months=TO_HUNDRED,
        notes={"before 2024-06 multiplied by 10": 5},
    ),
    Case("scale-change-confirmed", **scored(*TEN, *HUNDRED, change=", confirmed: true"), months=AS_IT_IS, notes={"about 10 times": 1}),
    Case("scale-changes-down", **scored(*HUNDRED, *TEN), error=("2024-06", "10 times smaller", "scale_change: {2024-06: 1/10}")),
    Case(
        "scale-change-down-declared",
        **scored(*HUNDRED, *TEN, change=", scale_change: {2024-06: 1/10}"),
        months=TO_TEN,
        notes={"before 2024-06 divided by 10": 5},
    ),
    Case("thousands-half-way", long(dict(zip(AS_IT_IS, (*THOUSANDS, *ONES), strict=True))), error=("2024-06", "1000 times larger")),
    # --- dates
    Case("months-by-name", dated(lambda y, m: date(y, m, 1).strftime("%b-%y"))),
    Case("months-by-long-name", dated(lambda y, m: date(y, m, 1).strftime("%B %Y"))),
    Case("months-in-two-spellings", long().replace("2024-03", "Mar-24")),
    Case("dots-between-day-and-month", dated(lambda y, m: f"05.{m:02}.{y}")),
    Case("time-stamps", dated(lambda y, m: f"{y}-{m:02}-01T00:00:00Z")),
    Case("serial-numbers", dated(lambda y, m: str((date(y, m, 1) - date(1899, 12, 30)).days)), notes={"serial numbers": 6}),
    Case("days-and-months-not-told-apart", dated(lambda y, m: f"03/{m + 3:02}/{y}"), error=("3 April or 4 March",)),
    Case("days-told-by-one-row", dated(lambda y, m: f"{28 if m == 6 else 3:02}/{m:02}/{y}"), notes={"day first": 6}),
    Case("months-told-by-one-row", dated(lambda y, m: f"{m:02}/{28 if m == 6 else 3:02}/{y}"), notes={"month first": 6}),
    Case("days-in-both-orders", HEAD + "25/04/2024,Clients,5\n04/26/2024,Clients,6\n", error="day first"),
    Case(
        "fiscal-periods",
        long({f"FY25 P{i}": v for i, v in enumerate(HALF_YEAR.values(), 1)}),
        params="fiscal_year_starts: 4\n",
        months=dict(zip(("2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09"), HALF_YEAR.values(), strict=True)),
        notes={"FY25 P1 read as 2024-04": 6},
    ),
    Case(
        "fiscal-periods-without-a-start", long({f"FY25 P{i}": v for i, v in enumerate(HALF_YEAR.values(), 1)}), error="fiscal_year_starts"
    ),
    Case("quarters", long({f"Q{i} 2024": 5 for i in (1, 2, 3, 4)}), error="is a quarter"),
    Case("years", long({"2022": 5, "2023": 6}), error="is a year"),
    Case(
        "iso-weeks",
        long({f"2024-W{i:02}": 10 for i in range(1, 27)}),
        outcome=MEAN,
        months=dict.fromkeys(HALF_YEAR, 10.0),
        notes={"weekly rows averaged by month": 26, "weeks read as their Monday": 26},
    ),
    Case("a-day-that-is-not", long().replace("2024-02", "2024-02-30"), error="no day 30"),
    Case("a-month-that-is-not", long().replace("2024-02", "2024-13"), error="no month 13"),
    Case("a-year-mistyped", long().replace("2024-02", "2204-02"), error="out of reach"),
    Case("a-year-mistyped-a-little", long().replace("2024-06", "2042-06"), error="Is a year mistyped"),
    Case("no-date-in-a-row", long().replace("2024-02", ""), error=("row 3", "the date is missing")),
    Case("words-for-dates", long().replace("2024-02", "soon"), error=('row 3: "soon" is not a date')),
    # --- weeks, days, months
    Case(
        "weekly-sums",
        long(WEEKS),
        notes={"weekly rows summed by month": 26, "4 weeks, others 5": 1},
        months={"2024-01": 50, "2024-02": 40, "2024-03": 40, "2024-04": 50, "2024-05": 40, "2024-06": 40},
    ),
    Case(
        "weekly-sums-in-a-declared-calendar",
        long(WEEKS),
        params="calendar: 4-4-5\nfiscal_year_starts: 1\n",
        notes={"weekly rows summed by month of a 4-4-5 calendar": 26},
        months={"2024-01": 40, "2024-02": 40, "2024-03": 50, "2024-04": 40, "2024-05": 40, "2024-06": 50},
    ),
    Case("weekly-means", long(WEEKS), outcome=MEAN, notes={"weekly rows averaged by month": 26}, months=dict.fromkeys(HALF_YEAR, 10.0)),
    Case("daily-sums", long(DAYS), notes={"daily rows summed by month": 91}, months={"2024-01": 62, "2024-02": 58, "2024-03": 62}),
    Case(
        "daily-rows-end-mid-month",
        long(every(1, date(2024, 1, 1), date(2024, 3, 14), 2)),
        months={"2024-01": 62, "2024-02": 58},
        notes={"daily rows summed by month": 74, "month 2024-03 is not over": 1},
        partial=("2024-03", 28.0),
    ),
    Case("month-ends", long(MONTH_ENDS), months=FIVE),
    Case(
        "month-ends-and-a-day-mid-month",
        long({**MONTH_ENDS, "2024-06-14": 800}),
        months=FIVE,
        notes={"month 2024-06 is not over": 1},
        partial=("2024-06", 800.0),
    ),
    Case("rows-after-as-of", long(), as_of="2024-04", months=dict(list(HALF_YEAR.items())[:4]), notes={"rows after as_of left out": 2}),
    Case("the-same-row-twice", long() + "2024-02,Clients,1850\n", notes={"identical rows dropped": 1}),
    Case(
        "two-values-for-one-month",
        long() + "2024-02,Clients,1851\n",
        error=("rows 3, 8", "different values for the same month: February 2024"),
    ),
    Case(
        "months-missing",
        long({m: v for m, v in HALF_YEAR.items() if m not in ("2024-02", "2024-05")}),
        months={**HALF_YEAR, "2024-02": None, "2024-05": None},
        notes={"missing months: 2024-02, 2024-05": 2},
    ),
    Case(
        "restated-with-its-day",
        "date,metric,value,restated on\n"
        + "".join(f"{m},Clients,{v},\n" for m, v in HALF_YEAR.items())
        + "2024-02,Clients,1852,2024-04-10\n2024-02,Clients,1853,2024-06-10\n",
        months={**HALF_YEAR, "2024-02": 1853},
        notes={"restated values": 2},
    ),
    Case(
        "restated-after-as-of",
        "date,metric,value,restated on\n"
        + "".join(f"{m},Clients,{v},\n" for m, v in HALF_YEAR.items())
        + "2024-02,Clients,1852,2024-04-10\n2024-02,Clients,1853,2024-06-10\n",
        as_of="2024-05",
        months={**FIVE, "2024-02": 1852},
        notes={"restated values": 1, "rows after as_of left out": 1, "not known on that day": 1},
    ),
)
