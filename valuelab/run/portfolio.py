"""All customers together: where each stands, in the order in which they need attention, and ``portfolio.parquet`` with a row for each.

Made from status files and the cards of reports (``run.cards``), so from results.json alone. There is no clock in it: how fresh a
customer's data are is measured against the date of its report, and that date against the newest of the portfolio.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuelab.renewal_order import FEWEST_EACH, Verdict, order_interval, renewals_needed, verdict_of
from valuelab.run import publish
from valuelab.run.cards import read_card
from valuelab.run.project import Project, WrongUse, last_day
from valuelab.run.publish import Failure
from valuelab.track_record import Score, records_of, score

if TYPE_CHECKING:
    import pyarrow

PORTFOLIO = "portfolio.parquet"
# a question that cannot be answered yet is the last word only where no other has an answer
WORST_FIRST = ("failed", "stale", "behind", "too early", "on track", "ahead", "cannot say", "")

ANSWER = "list<workbook: text, title: text, status: text, sentence: text>"
PROMISE = ("list<kind: text, measure: text, value: number, unit: text, by: text, chance: number, kept: true or false, actual: number, "
           "gone_since: text>")
COLUMNS: dict[str, tuple[str, str]] = {
    "customer": ("text", "the customer's id"),
    "name": ("text", "the customer's name"),
    "status": ("text", "failed, stale, or the worst of its answers: behind, too early, on track, ahead, cannot say; empty where it was never run"),
    "reason": ("text", "why it failed or is stale; empty where it did not"),
    "in_params": ("true or false", "false where its params are gone and only reports are left"),
    "as_of": ("text", "date of its newest report, YYYY-MM or YYYY-MM-DD; empty without one"),
    "months_behind_newest": ("whole number", "whole months from that date to the newest of the portfolio"),
    "reports": ("whole number", "how many dates have a report"),
    "approved_by": ("text", "who has approved its newest report, in their order; empty for a draft"),
    "approved_on": ("date", "when the last of them did"),
    "currency": ("text", "currency of its amounts"),
    "initiative": ("text", "what the customer bought the product for"),
    "segment": ("text", "which part of the portfolio it belongs to; empty where none is named"),
    "data_to": ("date", "last day with a value in the series that ends first"),
    "data_series": ("text", "which series that is"),
    "data_months_behind": ("whole number", "whole months from there to the date of the report"),
    "landing": ("number", "where the outcome lands if nothing changes"),
    "landing_low": ("number", "lower end of its interval"),
    "landing_high": ("number", "upper end of its interval"),
    "landing_unit": ("text", "its unit"),
    "landing_basis": ("text", "what it is a total or mean of"),
    "difference": ("number", "projected less target, a fraction of the target"),
    "difference_low": ("number", "lower end of its interval"),
    "difference_high": ("number", "upper end of its interval"),
    "difference_unit": ("text", "its unit"),
    "difference_basis": ("text", "what it is a fraction of"),
    "worth": ("number", "the leading figure of report 04"),
    "worth_low": ("number", "lower end of its interval"),
    "worth_high": ("number", "upper end of its interval"),
    "worth_unit": ("text", "its currency"),
    "worth_basis": ("text", "revenue, profit or net return, and over which time"),
    "at_risk": ("number", "money at risk; amounts of different basis or currency do not add up"),
    "at_risk_unit": ("text", "its currency"),
    "at_risk_basis": ("text", "contract value × probability that the promise is not kept, or the promise's shortfall in money"),
    "health": ("number", "health score, a fraction; empty where no indicators are in its params"),
    "renewed": ("true or false", "whether its contract was renewed; empty while that is not decided, or no report before had a score"),
    "health_before_renewal": ("number", "health score in the last report before the contract came up"),
    "lowest_chance": ("number", "smallest probability that an open promise is kept if nothing changes; of expectations where nothing was promised"),
    "chance_before": ("number", "probability that the last earlier report gave the same promise"),
    "chance_before_as_of": ("text", "date of that report; empty without one"),
    "promises_open": ("whole number", "promises that are not due yet"),
    "promises_kept": ("whole number", "promises that were kept"),
    "promises_missed": ("whole number", "promises that were missed"),
    "promises": (PROMISE, "each promise: what was said, its chance as of the report or what became of it"),
    "forecasts_scored": ("whole number", "earlier probabilities of promises that are settled now"),
    "answers": (ANSWER, "the leading answer of each report"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One customer as its folder has it: status, why, the card of its newest report, which workbooks each date has, newest first,
    and who has approved the report of a date, and when."""

    id: str
    name: str
    status: str = ""
    reason: str = ""
    in_params: bool = True
    card: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    approvals: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @property
    def as_of(self) -> str:
        """The date of the newest report, or ""."""
        return next(iter(self.pages), "")

    @property
    def approved(self) -> tuple[tuple[str, str], ...]:
        """Who has approved the newest report, and when; () for a draft."""
        return self.approvals.get(self.as_of, ())

    @property
    def least_likely(self) -> dict[str, Any] | None:
        """The open promise that is least likely to be kept; what was only expected counts where nothing was promised."""
        promises = [p for p in self.card.get("promises", ()) if p["chance"] is not None]
        promises = [p for p in promises if p["kind"] != "expected"] or promises
        return min(promises, key=lambda p: (p["chance"], p["by"], p["measure"]), default=None)

    @property
    def lowest_chance(self) -> float | None:
        """The chance of ``least_likely``."""
        return self.least_likely["chance"] if self.least_likely else None

    @property
    def chance_before(self) -> tuple[str, float] | None:
        """(date, chance) of the last earlier report that gave ``least_likely`` a chance: the trend."""
        least = self.least_likely
        if least is None:
            return None
        said = [(f.as_of, f.chance) for r in records_of({"promises": self.card}) if r.identity == (least["kind"], least["measure"], least["by"], least["value"])
                for f in r.forecasts if f.as_of != self.as_of]
        return said[-1] if said else None


def accounts(project: Project) -> list[Account]:
    """Every customer of params and outputs, in the order in which they need attention.

    Failed and stale first, then by the worst answer; among equals the smallest chance of keeping an open promise first, then by name.
    """
    known = project.customers()
    there = {p.name for p in project.outputs.iterdir() if p.is_dir() and (p / publish.STATUS).is_file()}
    found = [_account(project.outputs / customer, customer in known) for customer in sorted({*known, *there})]
    return sorted(found, key=lambda a: (WORST_FIRST.index(a.status), 1.0 if a.lowest_chance is None else a.lowest_chance, a.name.casefold(), a.id))


def _account(folder: Path, in_params: bool) -> Account:
    status, made = publish.read_status(folder), publish.dates(folder)
    state, reason = publish.state_of(status, made)
    card = read_card(folder / made[-1]) if made else {}
    if state == "ok":
        words = [answer["status"] for answer in card.get("answers", ()) if answer["status"] in WORST_FIRST]
        state = min(words, key=WORST_FIRST.index, default="")
    pages = {as_of: tuple(sorted(p.stem for p in (folder / as_of).glob("*.html"))) for as_of in reversed(made)}
    approvals = {as_of: approvals_of(folder / as_of) for as_of in reversed(made)}
    return Account(folder.name, card.get("name") or status.name or folder.name, state, reason, in_params, card, pages, approvals, status.failures)


def approvals_of(report: Path) -> tuple[tuple[str, str], ...]:
    """Who has approved a published report as it is, and when; () for a draft, or where the record is damaged."""
    found = publish.read_json(report / publish.APPROVAL).get("approvals")
    lines = [a for a in found if isinstance(a, dict)] if isinstance(found, list) else []
    return tuple((a["by"], a["on"]) for a in lines if isinstance(a.get("by"), str) and _is_day(a.get("on")))


def _is_day(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return True


def portfolio_score(found: Sequence[Account]) -> Score:
    """How earlier probabilities turned out, over the settled promises of all customers: Brier score and coverage of intervals."""
    return score(record for account in found for record in records_of({"promises": account.card}))


@dataclass(frozen=True, slots=True)
class RenewalRecord:
    """Renewals of all customers with the score before: how many, how many of them lost, and the share of pairs in the right order, None below five of each."""

    renewals: int
    lost: int
    verdict: Verdict
    order: tuple[float, float, float] | None
    needed: int


def portfolio_renewals(found: Sequence[Account]) -> RenewalRecord | None:
    """Whether health scores told who renewed, over all customers; None before any was decided."""
    known = [r for account in found if (r := account.card.get("renewal"))]
    kept, lost = ([r["score"] for r in known if r["renewed"] is wanted] for wanted in (True, False))
    if not known:
        return None
    order = order_interval(kept, lost) if min(len(kept), len(lost)) >= FEWEST_EACH else None
    return RenewalRecord(len(known), len(lost), verdict_of(order and order[1:]), order, renewals_needed((len(kept) + 1) / (len(known) + 2)))


def rows(found: Sequence[Account]) -> list[dict[str, Any]]:
    """A row a customer, with the columns of ``COLUMNS``."""
    newest = max((_month(a.as_of) for a in found if a.as_of), default=0)
    return [_row(account, newest) for account in found]


def _row(account: Account, newest: int) -> dict[str, Any]:
    card, promises = account.card, account.card.get("promises", ())
    series, known_to = min(card.get("known_to", {}).items(), key=lambda item: (item[1], item[0]), default=("", ""))
    row: dict[str, Any] = {
        "customer": account.id, "name": account.name, "status": account.status, "reason": account.reason, "in_params": account.in_params,
        "as_of": account.as_of, "months_behind_newest": newest - _month(account.as_of) if account.as_of else None, "reports": len(account.pages),
        "approved_by": ", ".join(by for by, _ in account.approved), "approved_on": max((on for _, on in account.approved), default=None),
        "currency": card.get("currency", ""), "initiative": card.get("initiative", ""), "segment": card.get("segment", ""), "data_to": known_to or None, "data_series": series,
        "data_months_behind": months_between(known_to, account.as_of) if known_to and account.as_of else None,
    }
    for name in ("landing", "difference", "worth", "at_risk"):
        figure = card.get("figures", {}).get(name, {})
        row |= {name: figure.get("value"), f"{name}_low": figure.get("low"), f"{name}_high": figure.get("high"),
                f"{name}_unit": figure.get("unit") or "", f"{name}_basis": figure.get("convention") or ""}
    renewal = card.get("renewal", {})
    row |= {"health": card.get("figures", {}).get("health", {}).get("value"), "renewed": renewal.get("renewed"), "health_before_renewal": renewal.get("score")}
    open_now = [p for p in promises if p["kept"] is None and not p["gone_since"]]
    earlier = account.chance_before or ("", None)
    row |= {"lowest_chance": account.lowest_chance, "chance_before": earlier[1], "chance_before_as_of": earlier[0], "promises_open": len(open_now), "promises_kept": sum(p["kept"] is True for p in promises),
            "promises_missed": sum(p["kept"] is False for p in promises), "promises": list(promises), "answers": card.get("answers", []),
            "forecasts_scored": sum(len(r.forecasts) for r in records_of({"promises": card}) if r.kept is not None)}
    return {name: row[name] for name in COLUMNS}


def months_between(earlier: str, later: str) -> int:
    """Whole months between the ends of two dates, at least 0.

    Examples
    --------
    >>> months_between("2025-01-31", "2025-03"), months_between("2025-03-30", "2025-03"), months_between("2025-05-04", "2025-03")
    (2, 0, 0)
    """
    return max(0, _month(later) - _month(earlier))


def _month(as_of: str) -> int:
    try:
        day = last_day(as_of)
    except WrongUse:
        return 0
    return day.year * 12 + day.month


def write_portfolio(project: Project, found: Sequence[Account]) -> None:
    """Write ``outputs/portfolio.parquet``; the same customers give the same bytes. The score over all of them is in its metadata."""
    import pyarrow  # a look at what has changed does without
    from pyarrow import parquet

    content = rows(found)
    about = {"valuelab.score": json.dumps(asdict(portfolio_score(found)), sort_keys=True), "valuelab.columns": json.dumps(COLUMNS, sort_keys=True)}
    schema = pyarrow.schema([(name, _type(pyarrow, kind)) for name, (kind, _) in COLUMNS.items()], metadata=about)
    table = pyarrow.table({name: [_value(kind, row[name]) for row in content] for name, (kind, _) in COLUMNS.items()}, schema=schema)
    built = io.BytesIO()
    parquet.write_table(table, built)
    publish.write_bytes(project.outputs / PORTFOLIO, built.getvalue())


def _type(pa: Any, kind: str) -> pyarrow.DataType:
    """The type of a column, from its words in ``COLUMNS``."""
    if kind.startswith("list<"):
        fields = (part.split(": ") for part in kind[5:-1].split(", "))
        return pa.list_(pa.struct([(name, _type(pa, of)) for name, of in fields]))
    return {"text": pa.string(), "number": pa.float64(), "whole number": pa.int64(), "true or false": pa.bool_(), "date": pa.date32()}[kind]


def _value(kind: str, value: Any) -> Any:
    return last_day(value) if kind == "date" and value else value
