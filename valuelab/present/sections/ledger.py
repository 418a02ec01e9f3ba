"""The promises ledger, and benefits that are claimed twice."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews import BaselineReview, ValueReview
from valuelab.analysis.reviews.claims import Claims
from valuelab.analysis.reviews.ledger import Ledger, LedgerRow
from valuelab.formatting import day_as_here
from valuelab.language import phrase, said, said_or_own
from valuelab.present.blocks import Block, Cell, Table, cell, number, table
from valuelab.present.brief import Brief
from valuelab.present.charts import ledger as charts
from valuelab.present.figures import say, short_period
from valuelab.present.wording import ledger as words
from valuelab.present.wording.common import chance_of
from valuelab.types import Estimate

RECORD = "promises"  # under this key ``run`` keeps the record that the next report carries forward


def promises_of(review: BaselineReview | ValueReview) -> Block | None:
    return promises(review.ledger) if review.ledger is not None else None


def promises(result: Ledger) -> Block:
    drawn = tuple(r for r in result.rows if r.lands is not None and r.value.value > 0)
    pictures = ()
    if drawn:
        pictures = (charts.promises(drawn, alt=words.alt(result), caption=phrase(
            "Where each lands, as a share of what was said. Hollow: projected if nothing changes, with its interval. Filled: settled, blue kept, orange missed.")),)
    return Block(RECORD, "Ledger", result.to_dict(), title=phrase("Promises: what was said, what is there, what is likely"), lead=words.lead(result),
                 sentences=words.rows(result), charts=pictures, tables=(_amounts(result), *_realised(result), _origins(result)), briefs=(Brief("promises", tables=1),))


def _amounts(result: Ledger) -> Table:
    rows = [(cell(_what(r)), cell(r.value), cell(r.so_far) if r.kind == "planned" else _with_words(r.so_far), cell(r.lands, interval=True), _chance(r),
             Cell(cell(words.verdict(r.verdict)).html)) for r in result.rows]
    return table(phrase("Promised, expected and planned: actuals and estimates apart"), (phrase("what"), phrase("value"), phrase("so far, actual"),
                                                                                        phrase("lands, projected or actual"), phrase("chance"), phrase("verdict")), rows,
                 note=phrase("So far holds actuals alone. Chance: of being kept by the deadline if nothing changes."))


def _realised(result: Ledger) -> tuple[Table, ...]:
    measured = [r for r in result.rows if r.realised is not None or r.worth is not None]
    if not measured:
        return ()
    rows = [(cell(_what(r)), cell(r.realised, interval=True, sign=True), _with_words(r.realised_worth, interval=True), _with_words(r.worth)) for r in measured]
    return (table(phrase("Realised since the start, and worth"), (phrase("what"), phrase("realised, measured"), phrase("realised in money"), phrase("worth over the base")), rows,
                  note=phrase("Realised is measured against what the history before the start led to expect, with its 95 % interval; a dash: cannot be said.")),)


def _what(row: LedgerRow) -> str:
    return f"{words.said_name(row)}: {phrase(words.KINDS[row.kind])}, {short_period(row.by)}"


def _with_words(figure: Estimate | None, *, interval: bool = False) -> Cell:
    """A figure and what it is: of how many periods, of which basis."""
    if figure is None:
        return cell(None)
    below = Markup('<span class="below">{}</span>').format(said(figure.convention)) if figure.convention else ""
    return Cell(say("{figure} {what}", figure=cell(figure, interval=interval, sign=interval).html, what=below))


def _chance(row: LedgerRow) -> Cell:
    if row.chance is not None:
        return number(chance_of(row.chance))
    return number("–" if row.verdict != "open" else phrase("cannot say yet"))


def _origins(result: Ledger) -> Table:
    rows = []
    for r in result.rows:
        agreed = ", ".join(p for p in (r.agreed_by, day_as_here(r.agreed_on)) if p)
        state = phrase("no longer in the params since {date}", date=r.gone_since) if r.gone_since else "–"
        rows.append((cell(_what(r)), cell(r.source or phrase("not sourced")), cell(agreed or "–"),
                     cell(r.decides or "–"), cell(state)))
    return table(phrase("Who said so, and what it decides"), (phrase("what"), phrase("document"), phrase("agreed by, on"), phrase("decides"), phrase("changed")), rows,
                 note=phrase("An expectation holds the promise of the same months inside it: their worths are not added."))


def claims_of(review: ValueReview) -> Block | None:
    return claims(review.claims) if review.claims is not None else None


def claims(result: Claims) -> Block:
    rows = [(cell(said_or_own(c.name)), cell(" → ".join((*c.chain, said(c.ends_in)))), cell(c.claimed), cell(c.counted), cell(phrase("inside “{name}”", name=said_or_own(c.inside)) if c.inside else phrase("counted")))
            for c in result.rows]
    rows.append((cell(phrase("all together")), cell("–"), cell(result.together), cell(result.once), cell("–")))
    return Block("value.claims", "Claims", result.to_dict(), title=phrase("Counted once"), sentences=words.claims(result),
                 tables=(table(phrase("Claimed, and counted once"), (phrase("claim"), phrase("chain"), phrase("claimed"), phrase("counted once"), phrase("why")), rows, emphasis={len(rows) - 1: "total"},
                               note=phrase("Revenue is not profit: all amounts here are of one basis, named in the chain.")),))
