"""Sections on how sure the return is, and on the arrows of the value chain: agreed beside measured."""

from __future__ import annotations

from valuelab.analysis.reviews import ConversionReview, IndicatorConversion, ValueReview
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.language import phrase, said
from valuelab.present import outlook_tables as tables
from valuelab.present.blocks import Block, Chart
from valuelab.present.charts import outlook as charts
from valuelab.present.charts.style import BLUE, ORANGE
from valuelab.present.wording import conversion as conversion_words
from valuelab.present.wording import outlook as words
from valuelab.present.wording.common import sentence_case
from valuelab.types import CannotSay


def how_sure(review: ValueReview) -> Block | None:
    """The interval, the chances, what matters most and where it turns negative."""
    outlook = review.outlook
    if outlook is None:
        return None
    block = outlook_of(outlook)
    notes = [*(map(said, outlook.assumptions) if outlook.about == "value chain" else ()), *filter(None, [words.coverage_note(outlook)])]
    return Block(block.key, block.kind, block.data, title=block.title, lead=block.lead, sentences=(*words.support(review), *words.challenge(outlook)),
                 charts=block.charts, tables=block.tables, notes=tuple(notes), warnings=block.warnings)


def outlook_of(outlook: ValueOutlook) -> Block:
    pictures = ()
    if any(d.varies for d in outlook.drivers):
        caption = phrase("What each assumption alone moves, everything else as assumed: a bar runs from the result at the low end of its range to that at the high end. "
                         "Blue: better than assumed. Orange: worse.")
        pictures = (charts.tornado(outlook, alt=words.alt_tornado(outlook), caption=caption),)
    shown = (tables.drivers(outlook), tables.challenge(outlook)) if outlook.drivers else ()
    return Block("value.outlook", "ValueOutlook", outlook.to_dict(), title=phrase("How sure is that, and what would turn it?"), lead=words.lead(outlook),
                 sentences=words.challenge(outlook), charts=pictures, tables=tuple(t for t in shown if t is not None), warnings=tuple(map(said, outlook.warnings)))


def chances(review: ValueReview) -> Block | None:
    if not review.chances:
        return None
    return Block("value.chances", "GoalChance", [c.to_dict() for c in review.chances], title=phrase("How likely each goal is"), sentences=words.chances(review.chances),
                 tables=(tables.chances(review.chances),))


def chain(review: ValueReview) -> Block | None:
    """Points → units → revenue → profit, for every indicator that has a worth."""
    items = _worth(review.conversions)
    if not items:
        return None
    lines = [conversion_words.needed(items[0], p, review.unit) for p in conversion_words.one_a_value(items[0].needed)]
    return Block("value.chain", "ValueChain", [i.to_dict() for i in items], title=phrase("From points to money, agreed beside measured"), sentences=tuple(lines),
                 charts=_points_in_money(items, review.currency), tables=tuple(tables.arrows(i, review.unit_value, review.unit, review.outcome) for i in items),
                 warnings=tuple(said(i.wrong_way) for i in items if i.wrong_way))


def conversion_worth(review: ConversionReview) -> Block | None:
    items = _worth(review.items)
    if not items:
        return None
    return Block("conversion.worth", "Worth", [], title=phrase("What one more point is worth, arrow by arrow"), charts=_points_in_money(items, review.currency),
                 tables=tuple(tables.arrows(i, review.unit_value, review.unit, review.outcome) for i in items),
                 warnings=tuple(said(i.wrong_way) for i in items if i.wrong_way))


def _worth(items: tuple[IndicatorConversion, ...]) -> tuple[IndicatorConversion, ...]:
    return tuple(i for i in items if i.worth_agreed or i.worth_measured)


def _points_in_money(items: tuple[IndicatorConversion, ...], currency: str) -> tuple[Chart, ...]:
    """One more point in money, agreed and measured; profit where every one has it, else revenue."""
    chains = [(name, chain, colour) for i in items for name, chain, colour in ((phrase("{name}, agreed", name=i.indicator), i.worth_agreed, ORANGE),
                                                                               (phrase("{name}, measured", name=i.indicator), i.worth_measured, BLUE))
              if chain is not None and not isinstance(chain, CannotSay)]
    kind = "profit" if all(c.profit is not None for _, c, _ in chains) else "revenue"
    rows = [(name, getattr(c, kind), colour) for name, c, colour in chains if getattr(c, kind) is not None]
    if not rows:
        return ()
    label = phrase("profit a year from one more point") if kind == "profit" else phrase("revenue a year from one more point")
    return (charts.beside(rows, currency, label=label, alt=f"{sentence_case(label)}. {words.alt_beside(rows)}", caption=phrase(
        "What one more point is worth a year, with the range as agreed (80 %) or the interval as measured (95 %).")),)
