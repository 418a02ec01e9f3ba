"""Direct benefits other than a price: a part of notebook 04."""

from __future__ import annotations

from dataclasses import replace

from valuelab.analysis.direct_benefits import FORMULA, BenefitEffect
from valuelab.analysis.reviews import ValueReview
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Table, cell, number, table
from valuelab.present.brief import Brief
from valuelab.present.charts.outlook import beside
from valuelab.present.charts.style import BLUE, ORANGE
from valuelab.present.wording import benefits as words


def benefits_of(review: ValueReview) -> Block | None:
    if not review.benefits:
        return None
    block = benefits(review.benefits, review.currency)
    return replace(block, briefs=(Brief("worth", lead=False, charts=1),)) if review.case is None and review.leads == "benefit" else block


def benefit(effect: BenefitEffect) -> Block:
    return benefits((effect,), effect.per_year.unit)


def benefits(effects: tuple[BenefitEffect, ...], currency: str) -> Block:
    rows = [(phrase("{name}: net of its cost", name=e.name) if e.net is not None else phrase("{name}: before any cost", name=e.name), e.worth,
             BLUE if e.worth.value >= 0 else ORANGE) for e in effects]
    picture = beside(rows, currency, label=phrase("profit over its years"), alt=words.alt(effects), caption=phrase(
        "What each brings over the years that it is counted; lines: intervals of the agreed ranges. They are agreed figures, not measured ones."))
    tables = [_amounts(effects)]
    if any(e.break_even for e in effects):
        tables.append(_break_even(effects))
    return Block("value.benefits", "BenefitEffect", [e.to_dict() for e in effects], title=phrase("Direct benefits"), charts=(picture,),
                 sentences=tuple(line for e in effects for line in words.support(e)), tables=tuple(tables), warnings=tuple(said(w) for e in effects for w in e.warnings))


def _amounts(effects: tuple[BenefitEffect, ...]) -> Table:
    rows = [(cell(e.name), *(cell(figure, interval=True, exact=figure is None or figure.bare) for figure in (e.per_year, e.total, e.cost, e.net))) for e in effects]
    worked_out = "; ".join(f"{e.name}: {said(FORMULA[e.kind])}" for e in effects)
    return table(phrase("Direct benefits in profit"), (phrase("benefit"), phrase("a year"), phrase("over its years"), phrase("cost"), phrase("net")), rows,
                 note=phrase("A year is worked out as {formulas}. A cost that is saved counts in full as profit; where no cost is stated there is no net.", formulas=worked_out))


def _break_even(effects: tuple[BenefitEffect, ...]) -> Table:
    rows = [(cell(e.name), cell(said(b.name)), cell(b.declared, interval=True), number(words.break_even(b))) for e in effects for b in e.break_even]
    return table(phrase("How wrong each figure may be"), (phrase("benefit"), phrase("figure"), phrase("as agreed"), phrase("only pays its cost at")), rows,
                 note=phrase("One figure at a time, the others as agreed."))
