"""Exports with a line for each order, ticket or answer: counted, summed and averaged by month."""

from __future__ import annotations

from tests.odd_files.case import Case
from tests.odd_files.make import answers, long, orders

COUNTS = {"2024-01": 12, "2024-02": 9, "2024-03": 14}
SCORES = {"2024-01": [7, 8, 9, 7, 8, 9], "2024-02": [5, 9, 7], "2024-03": [6, 7, 8, 9, 10, 8, 7, 9]}
MEANS = {"2024-01": 8.0, "2024-02": None, "2024-03": 8.0}
SMALL = {"fewer than 5 answers": 1, "missing months": 1}
TWO_DATES = "id,opened_at,closed_at\n" + "".join(
    f"{i},2024-0{1 + i // 10}-{1 + 3 * (i % 10):02},2024-0{1 + i // 10}-{2 + 3 * (i % 10):02}\n" for i in range(30)
)
BY_DATE = {"2024-01": 10, "2024-02": 10, "2024-03": 10}
OUTCOME = "{name: Orders, total_by: sum, %s}"
NOT_USED = {"columns not used": 2}


def order_case(name: str, keys: str, **more) -> Case:
    """A case of order lines."""
    content = more.pop("content", orders(COUNTS))
    return Case(name, content, outcome=OUTCOME % keys, measure="Orders", **more)


RECORDS = (
    order_case("orders-counted", "count: rows", months=COUNTS, notes={"35 rows counted by month": 35}),
    order_case("orders-not-declared", "unit: orders", error=("a line for each", "count:")),
    order_case(
        "orders-counted-once",
        "count: order_id",
        content=orders(COUNTS, twice=True),
        months=COUNTS,
        notes={'different "order_id" counted by month': 38, "more than once": 3},
    ),
    order_case("orders-counted-by-a-column-that-is-not", "count: order", error=('no column "order"', '"order_id"')),
    order_case(
        "order-amounts-summed", "value: amount", months={m: 20.0 * n for m, n in COUNTS.items()}, notes={'"amount" summed by month': 35}
    ),
    order_case(
        "order-amounts-not-numbers",
        "value: amount",
        content=orders(COUNTS).replace(",20\n", ",twenty\n", 1),
        error=("row 2", "is not a number"),
    ),
    order_case(
        "order-amounts-missing",
        "value: amount",
        content=orders(COUNTS).replace(",20\n", ",\n", 1),
        months={"2024-02": 180.0, "2024-03": 280.0},
        notes={'"amount" summed by month': 35, "values not known": 1, "sum of 2024-01 not known": 1},
    ),
    order_case("orders-with-two-dates", "count: rows", content=TWO_DATES, error=('"opened_at"', '"closed_at"', "date:")),
    order_case(
        "orders-by-the-named-date", "count: rows, date: closed_at", content=TWO_DATES, months=BY_DATE, notes={"rows counted by month": 30}
    ),
    order_case(
        "orders-with-dotted-dates",
        "count: rows",
        content="Nr;Bestellt\n" + "".join(f"{i};{1 + i % 28:02}.0{1 + i // 28}.2024\n" for i in range(84)),
        months=dict.fromkeys(COUNTS, 28),
        notes={"rows counted by month": 84},
    ),
    order_case("orders-with-two-dates-not-declared", "unit: orders", content=TWO_DATES, error=("no header is understood", "count: rows")),
    order_case(
        "orders-that-end-mid-month",
        "count: rows",
        content=orders(COUNTS) + "A-9,2024-04-02,shipped,5\nA-10,2024-04-03,shipped,5\n",
        months=COUNTS,
        notes={"rows counted by month": 37, "month 2024-04 is not over": 1},
        partial=("2024-04", 2.0),
    ),
    order_case(
        "orders-in-some-months",
        "count: rows",
        content=orders({"2024-01": 12, "2024-03": 14}),
        months={"2024-01": 12, "2024-02": None, "2024-03": 14},
        notes={"rows counted by month": 26, "missing months": 1},
    ),
    order_case(
        "orders-after-as-of",
        "count: rows",
        as_of="2024-02",
        months={"2024-01": 12, "2024-02": 9},
        notes={"rows counted by month": 21, "rows after as_of left out": 14},
    ),
    order_case(
        "orders-without-a-date", "count: rows", content=orders(COUNTS).replace("2024-02-01", "", 1), error=("row 14", "the date is missing")
    ),
    order_case(
        "orders-with-a-total",
        "count: rows",
        content=orders(COUNTS) + "Total,,,700\n",
        months=COUNTS,
        notes={"rows counted by month": 35, "total rows left out": 1},
    ),
    order_case(
        "orders-the-same-line-twice",
        "count: rows",
        content=orders(COUNTS) + orders(COUNTS).splitlines()[-1] + "\n",
        months=COUNTS,
        notes={"rows counted by month": 35, "identical rows dropped": 1},
    ),
    Case(
        "answers-row-by-row",
        answers(SCORES),
        outcome="{name: Score, total_by: mean, value: Score}",
        measure="Score",
        months=MEANS,
        notes={"answers averaged by month": 17, **SMALL},
        answers={"2024-01": 6, "2024-02": None, "2024-03": 8},
        spread={"2024-01": 0.894427191, "2024-02": None, "2024-03": 1.309307341},
    ),
    Case(
        "answers-by-month-with-n",
        "date,metric,value,n\n2024-01,Score,8,6\n2024-02,Score,7,3\n2024-03,Score,8,8\n",
        outcome="{name: Score, total_by: mean}",
        measure="Score",
        months=MEANS,
        notes=SMALL,
        answers={"2024-01": 6, "2024-02": None, "2024-03": 8},
    ),
    Case(
        "answers-with-their-spread",
        "date,metric,value,n,sd\n2024-01,Score,8,6,0.9\n2024-02,Score,7,30,1.2\n2024-03,Score,8,8,1.3\n",
        outcome="{name: Score, total_by: mean}",
        measure="Score",
        months={"2024-01": 8, "2024-02": 7, "2024-03": 8},
        answers={"2024-01": 6, "2024-02": 30, "2024-03": 8},
        spread={"2024-01": 0.9, "2024-02": 1.2, "2024-03": 1.3},
    ),
    Case(
        "answers-outside-the-scale",
        answers({"2024-01": [7, 8, 9, 70, 8]}),
        outcome="{name: Score, total_by: mean, value: Score, scale: 0-10}",
        measure="Score",
        error=("row 5", "outside the scale"),
    ),
    Case("count-and-value-together", orders(COUNTS), outcome=OUTCOME % "count: rows, value: amount", error=("`count`", "`value`")),
    Case("mean-of-a-count", orders(COUNTS), outcome="{name: Orders, total_by: mean, count: rows}", error=("total_by: sum", "count")),
    Case(
        "count-of-a-long-table",
        long(),
        outcome="{name: Clients, total_by: sum, count: rows}",
        months={f"2024-0{i}": 1 for i in range(1, 7)},
        error="has the columns metric and value",
    ),
)
