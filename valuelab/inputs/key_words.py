"""Every key of a params file in words: what it means, and an example. The JSON Schema and the data dictionary are made of this."""

from __future__ import annotations

# section (a model of ``schema`` or ``sections``) → key → (meaning, example); keys of a section hold for those made from it
KEYS: dict[str, dict[str, tuple[str, str]]] = {
    "Params": {
        "customer": ("The customer's name, as reports show it.", "Acme Ltd"),
        "currency": ("Currency of all amounts, here and in the data, as three letters. Amounts are never converted.", "USD"),
        "locale": ("How numbers, money and dates are written: language and country. The words of reports stay English.", "de_DE"),
        "initiative": ("What the customer bought the product for.", "Employee engagement, phase one"),
        "started": ("First month of the initiative; the months before it are the baseline.", "2025-04"),
        "data": ("Data file of all measures that name none of their own; path relative to the params file.", "../data/acme/kpis.csv"),
        "as_of": ("The last day that counts. By default the last complete period in the data, never today.", "2025-09"),
        "strategy": ("Which headline leads: profit, or growth (customers, market share).", "growth"),
        "roi_convention": ("Which return leads. net: (revenue − cost) / cost; gross: revenue / cost, the benefit–cost ratio.", "net"),
        "on_track_within": ("How far from the plan is still on track, in percent of the target.", "5%"),
        "fiscal_year_starts": ("First month of the fiscal year. By default it follows from the first target.", "April"),
        "sheet": ("Sheet of the workbook in `data`; needed only where several sheets have the metrics.", "KPIs"),
        "calendar": ("Months of whole weeks, for weekly rows; the year begins with the week nearest to the first of `fiscal_year_starts`.", "4-4-5"),
        "outcome": ("What the customer wants in the end.", "{name: Orders delivered, total_by: sum}"),
        "indicators": ("What may tell early: names as in the data, alone or with keys of a measure.", "[Engagement]"),
        "conversion": ("What one point of an indicator is agreed to do to the outcome.", "{Engagement: {effect: 5% per point, reading: additive}}"),
        "unit_value": ("Money per unit of the outcome.", "{value: $375, basis: revenue, margin: 40%}"),
        "cash_flow": ("Planned and actual expenditure and revenue, by period.", "{data: ../data/acme/cash-flow.csv, basis: revenue}"),
        "costs": ("What the initiative costs, beside what stands in `cash_flow`: the supplier's price, the customer's own staff time.",
                  '{Subscription: {role: supplier price, amount: "$4,000 a month"}, Own staff: {role: staff time, hours: 60 a month, rate: $45}}'),
        "cost_horizon": ("Over how many months benefit and cost are compared where there is no cash flow; 12 where it is not written.", "24 months"),
        "direct_benefit": ("A decision on price that touches profit at once; needs no history.", "{price: $100, volume: 100000, profit_per_unit: $30}"),
        "chain": ("The outcome chain: measures from the first to move to the last.", "[Order-to-ship time, CSAT, Repeat revenue]"),
        "controls": ("Indicators that move with the market but that the initiative does not touch.", "[Website visits]"),
        "events": ("What happened when; marked on the charts.", '{2025-06: New rota system went live}'),
        "comment": ("The analyst's opinion, shown as one.", '{text: "Winter staffing was unusual.", by: analyst, on: 2025-10-02}'),
        "renewal": ("When the contract ends, and what it is worth.", '{date: 2026-06-30, contract_value: "$180,000 a year"}'),
    },
    "AsksForData": {
        "data": ("A data file; path relative to the params file.", "../data/acme/kpis.csv"),
        "query": ("In place of `data`: a file with a SQL query; path relative to the params file.", "../queries/kpis.sql"),
        "connection": ("Name of the environment variable with the database's address; without it DuckDB answers the query.", "WAREHOUSE"),
    },
    "MeasureText": {
        "name": ("The measure's name, as it is written in the data.", "Orders delivered"),
        "data": ("A data file of its own; path relative to the params file.", "../data/acme/pulse.csv"),
        "unit": ("What it is counted in; % or fraction for shares, a currency code for money.", "clients"),
        "total_by": ("How months make a year: sum (a year adds up), mean or last (a level). Mandatory for the outcome.", "sum"),
        "better": ("Which direction is good.", "lower"),
        "scale": ("The ends of its scale, beyond which no value can lie.", "0-10"),
        "baseline": ("The declared starting level; of a sum the total over its months, 12 where none are named.",
                     "{value: 24000, over: 2024-04..2025-03, source: head-office report}"),
        "targets": ("What is wanted by when. Of a sum it is for the 12 months that end in that month.", '["26,000 by 2026-03", TBA by 2027-03]'),
        "promised": ("Must have: said in the sale, owed in full.", "[{value: 23400, by: 2026-03, source: proposal}]"),
        "expected": ("Nice to have: proposed as possible.", "[26000 by 2026-03]"),
        "plan": ("How progress was planned between baseline and target: linear, saturating, ramp, or milestones.", "{2025-06: 40%, 2025-12: 100%}"),
        "driver": ("What it does for the customer's business.", "make money"),
        "expected_lag": ("By how many months it was said, in advance, to move before the outcome.", "6 months"),
    },
    "PeriodsText": {
        "length": ("How long a period of the cash flow is.", "week"),
        "first": ("When period 0 begins; of weeks the first day.", "2025-02-03"),
    },
    "CashFlowText": {
        "data": ("File of the cash flow table; path relative to the params file.", "../data/acme/cash-flow.csv"),
        "basis": ("What the revenue columns hold. Only profit may be called profit.", "revenue"),
        "periods": ("What the numbers in the column of periods stand for; not needed where dates stand there.", "{length: week, first: 2025-02-03}"),
        "discount_rate": ("A year, for net present value.", "10%"),
        "timing": ("When in its period money flows: at its start, at its end, or on the dates in the file.", "start"),
        "revenue_accuracy": ("How far the revenue estimates are said to be off, at most.", "10%"),
        "includes": ("What the expenditure in the file holds already: `supplier price`, `staff time`.", "[supplier price]"),
        "source": ("Who says so.", "finance department"),
    },
    "CostText": {
        "amount": ("What it costs, once or a week, month, quarter or year.", '"$4,000 a month"'),
        "hours": ("In place of `amount`: hours of the customer's own staff, once or by period.", "60 a month"),
        "rate": ("What one of these hours costs the customer.", "$45"),
        "role": ("supplier price, staff time or other.", "staff time"),
    },
    "OptionText": {
        "price": ("Change of the price.", "+10%"),
        "volume": ("Change of the volume that goes with it.", "-5%"),
    },
    "DirectBenefitText": {
        "price": ("Price of a unit today.", "$100"),
        "volume": ("Units a year today.", "100,000 units a year"),
        "profit_per_unit": ("Profit on a unit at today's price.", "$30"),
        "options": ("Options under review by name; each is compared with doing nothing.", "{Raise by 10 %: {price: +10%, volume: 0%}}"),
    },
    "CommentText": {
        "text": ("What is thought.", "Winter staffing was unusual."),
        "by": ("Who thinks so.", "analyst"),
        "on": ("When it was written; it is left out of reports of long before.", "2025-10-02"),
    },
    "RenewalText": {
        "date": ("The day on which the contract ends.", "2026-06-30"),
        "contract_value": ("What it is worth; say a year or a month where it is not the whole.", "$180,000 a year"),
    },
    "ReadingText": {
        "sheet": ("Sheet of the workbook that has this measure.", "Survey"),
        "count": ("The table has a line for each order or ticket: `rows` counts the lines of a month, a column's name its different values.", "order_id"),
        "value": ("The table has a line for each order or answer: this column is added up by month, or averaged where total_by is mean.", "amount"),
        "date": ("Which column dates the lines, where several hold dates.", "closed_at"),
        "scale_change": ("From a month on the values became so many times larger; earlier ones are brought to the new scale.", "{2025-03: 10}"),
        "confirmed": ("true where values that jump as a changed scale does are right as they are.", "true"),
    },
    "Origin": {
        "source": ("Who says so, or which document.", "head-office report"),
        "agreed_by": ("With whom it was agreed: a name or a role.", "operations director"),
        "agreed_on": ("When it was agreed.", "2025-02-20"),
        "confirmed": ("true where a figure that looks implausible is right.", "true"),
    },
    "FigureText": {
        "value": ("The figure, as people write it.", "24,000"),
        "low": ("Lower end of the range that you would bet 4 to 1 on (80 %).", "23,400"),
        "high": ("Upper end of that range.", "24,600"),
        "range": ("min-max where low and high are the utmost ends, not a bet.", "min-max"),
    },
    "BaselineText": {"over": ("The months that the baseline is over.", "2024-04..2025-03")},
    "ConversionText": {
        "effect": ("What one point of the indicator does to the outcome.", "5% per point"),
        "reading": ("How several points add: additive (2 × 5 % = 10 %) or compound (10.25 %).", "additive"),
    },
    "UnitValueText": {
        "basis": ("What the value is. Nothing is called profit without it.", "revenue"),
        "margin": ("Share of the revenue that is profit.", "40%"),
    },
    "TargetLine": {
        "value": ("The level to reach; +20% is relative to the baseline; TBA is to be announced.", "26,000"),
        "by": ("The month by which; of a sum the last of its 12 months.", "2026-03"),
    },
    "PromiseLine": {"decides": ("What depends on it.", "funding of phase two")},
}


def words_for(section: type, key: str) -> tuple[str, str]:
    """Meaning and example of a key of a section, its own or that of the section it is made from; ("", "") where none is written."""
    return next((KEYS[c.__name__][key] for c in section.__mro__ if key in KEYS.get(c.__name__, {})), ("", ""))
