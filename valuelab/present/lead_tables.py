"""Tables of notebook 02: verdicts, links of the chain, and what to measure next."""

from __future__ import annotations

from valuelab.analysis.leads import LeadScan, LeadVerdict
from valuelab.analysis.next_measures import MeasureNext, NextMeasure
from valuelab.analysis.reviews import IndicatorReview
from valuelab.formatting import format_number, from_to
from valuelab.language import ENGLISH, language_in_use, later, phrase
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.figures import fig, short_period
from valuelab.present.wording.evidence import correlation
from valuelab.present.wording.indicators import verdict_word

DASH = number("–")
LONGEST = later("over 20 years")


def verdicts(scan: LeadScan) -> Table:
    """One row an indicator: the verdict, its lag, direction and strength; what could have been seen; and what a spreadsheet would show."""
    rows = []
    for v in scan.verdicts:
        rows.append((cell(v.indicator), cell(_word(v)), _lag(v), cell(v.strength, interval=True), _seen(v), number(p_text(v.p_value)),
                     DASH if v.raw_correlation is None else number(correlation(v.raw_correlation)), number(str(v.n))))
    return table(
        phrase("Does it move before {outcome}?", outcome=scan.outcome),
        (phrase("indicator"), phrase("verdict"), phrase("lag in months"), phrase("share of the unexplained movement"), phrase("a lead would have shown from"),
         phrase("p, adjusted"), phrase("correlation as reported"), phrase("months")), rows,
        note=phrase("Share of the unexplained movement: how much of the outcome’s month-to-month surprise goes with the indicator’s own surprise that many months "
             "before. A lead would have shown from: the weakest lead that the months there are find in four of five cases. Correlation as reported: of the "
             "raw lines in the same months, trend and season left in; it is no evidence of a link. A positive lag means that the indicator moves first; "
             "in brackets the lags that fit about as well."))


def links(review: IndicatorReview) -> Table | None:
    """Each link of the declared chain, tested by itself."""
    rows = []
    for item in review.links:
        v = item.verdict
        name = cell(f"{item.cause} → {item.effect}")
        if v is None:
            rows.append((name, cell(phrase("cannot say")), *[DASH] * 5))
        else:
            rows.append((name, cell(_word(v)), _lag(v), cell(v.strength, interval=True), _seen(v), number(p_text(v.p_value)), number(str(v.n))))
    if not rows:
        return None
    return table(phrase("Links of the chain, each tested by itself"), (phrase("link"), phrase("verdict"), phrase("lag in months"), phrase("share of the unexplained movement"),
                                                                       phrase("a lead would have shown from"), phrase("p, adjusted"), phrase("months")), rows)


def next_measures(result: MeasureNext) -> Table:
    """One row an indicator: months, and answers a wave."""
    surveys = any(item.answers_now is not None for item in result.items)
    header = [phrase("indicator"), phrase("lag in months"), phrase("months there are"), phrase("needed, lag searched"), phrase("needed, lag named"), phrase("on new months alone")]
    header += [phrase("answers a wave"), phrase("of a link visible"), phrase("answers for nine tenths"), phrase("months then, searched / named")] if surveys else []
    rows = [(cell(item.indicator), *_months(item), *(_answers(item) if surveys else ())) for item in result.items]
    return table(phrase("What each indicator needs"), header, rows,
                 note=phrase("“On new months alone”: when there will be as many months after today as a named lag needs, for a lag that was read off the months "
                      "there are."))


def p_text(value: float | None) -> str:
    """A p-value: three decimals, without the 0 before them where that is the custom, and never a claim of less than a thousandth."""
    if value is None:
        return "–"
    text = format_number(max(value, 0.001), 3)
    text = text.lstrip("0") if language_in_use() == ENGLISH else text
    return f"< {text}" if value < 0.001 else text if value < 0.9995 else "1"


def _word(verdict: LeadVerdict) -> str:
    """The verdict with its direction: more goes with less is a finding of its own."""
    word = verdict_word(verdict.verdict)
    if verdict.lag_months is not None and verdict.direction:
        word = phrase("{verdict}, same direction", verdict=word) if verdict.direction == "same" else phrase("{verdict}, opposite direction", verdict=word)
    word = phrase("{verdict} (the same figure)", verdict=word) if verdict.same_figure else word
    return phrase("{verdict} (lag named in advance)", verdict=word) if verdict.expected_lag is not None else word


def _seen(verdict: LeadVerdict) -> Cell:
    return DASH if verdict.sight is None or verdict.sight.detectable is None else number(fig(verdict.sight.detectable, digits=0))


def _lag(verdict: LeadVerdict) -> Cell:
    if verdict.lag_months is None:
        return DASH
    text = str(verdict.lag_months)
    if verdict.lag_low != verdict.lag_high:
        text += f" ({from_to(str(verdict.lag_low), str(verdict.lag_high))})"
    return number(text.replace("-", "−"))


def _months(item: NextMeasure) -> tuple[Cell, ...]:
    if item.strength is None:
        return (DASH, number(str(item.months_now)), cell(phrase("cannot be tested")), DASH, DASH)
    longest = phrase(LONGEST)
    searched = phrase("shown") if item.verdict == "leads" else str(item.months_searched or longest)
    return (number(str(item.lag_months)), number(str(item.months_now)), number(searched), number(str(item.months_named or longest)),
            DASH if item.fresh_from is None else number(short_period(item.fresh_from)))


def _answers(item: NextMeasure) -> tuple[Cell, ...]:
    then = DASH if item.months_searched_then is None else number(f"{item.months_searched_then} / {item.months_named_then}")
    return (DASH if item.answers_now is None else number(format_number(item.answers_now)), cell(item.visible, interval=True),
            DASH if item.answers_needed is None else number(format_number(item.answers_needed)), then)
