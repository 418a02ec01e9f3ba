"""Sentences on promises: what was kept, how likely the rest is, how earlier probabilities turned out; and on what is claimed twice."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews.claims import Claims
from valuelab.analysis.reviews.ledger import Ledger, LedgerRow
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.language import later, phrase, said, said_or_own
from valuelab.present.figures import count, fig, full, joined, period_text, plain, say, say_of
from valuelab.present.wording.common import chance_of, sentence_case, small
from valuelab.track_record import Forecast, Score

KINDS = {"promised": later("promised (must have)"), "expected": later("expected (nice to have)"), "planned": later("planned")}


def name(row: LedgerRow) -> Markup:
    """The promise (must have) of 23,400 clients by March 2026: with its measure."""
    measure, value, date = sentence_case(said_name(row)), fig(row.value), period_text(row.by)
    return {"promised": say("{measure}: the promise (must have) of {value} by {date}", measure=measure, value=value, date=date),
            "expected": say("{measure}: the expectation (nice to have) of {value} by {date}", measure=measure, value=value, date=date),
            "planned": say("{measure}: the plan of {value} by {date}", measure=measure, value=value, date=date)}[row.kind]


def said_name(row: LedgerRow) -> str:
    """The measure's own name; of a plan what it is a plan of."""
    return said(row.measure) if row.kind == "planned" else row.measure


def missed(ledger: Ledger) -> tuple[Markup, ...]:
    """For "In short": every promise that was not kept, by name."""
    return tuple(say("Missed — {promise}: it came to {value}.", promise=name(r), value=fig(r.lands)) if r.lands is not None else say("Missed — {promise}.", promise=name(r)) for r in ledger.missed)


def lead(ledger: Ledger) -> Markup:
    missed, kept, open_ = (sum(r.verdict == verdict for r in ledger.rows) for verdict in ("missed", "kept", "open"))
    counts = [phrase("{count} missed", count=small(missed)) if missed else "", phrase("{count} kept", count=small(kept)) if kept else "",
              phrase("{count} open", count=small(open_)) if open_ else ""]
    return say("Of what was promised, expected or planned: {counts}.", counts=joined([text for text in counts if text]))


def verdict(word: str) -> str:
    """What became of a promise: kept, missed, open."""
    return {"kept": phrase("kept"), "missed": phrase("missed"), "open": phrase("open")}[word]


def rows(ledger: Ledger) -> tuple[Markup, ...]:
    lines = []
    for row in ledger.rows:
        promise = name(row)
        if row.gone_since:
            promise = say("{promise}, no longer in the params since the report as of {date},", promise=promise, date=row.gone_since)
        if row.verdict == "open":
            if row.chance is not None:
                text = say("{promise} is open; the chance that it is kept if nothing changes is {chance}.", promise=promise, chance=chance_of(row.chance))
            else:
                text = say("{promise} is open; how likely it is cannot be said yet: {reason}.", promise=promise, reason=said(row.reason.rstrip("."))) \
                    + say(" {when}", when=said(row.from_when))
        else:
            text = say("{promise} was kept.", promise=promise) if row.verdict == "kept" else say("{promise} was missed.", promise=promise)
            text += Markup(" ") + say("It came to {value}.", value=fig(row.lands)) if row.lands is not None else ""
        if row.decides and row.verdict != "kept":
            text += Markup(" ") + say("It decides: {what}.", what=row.decides)
        lines.append(text)
        if row.earlier:
            lines.append(say("Earlier reports gave it {chances}.", chances=joined([_said(f) for f in row.earlier[-4:]])))
    return (*lines, *track_record(ledger.score))


def _said(forecast: Forecast) -> str:
    return phrase("{chance} (as of {date})", chance=chance_text(forecast.chance), date=forecast.as_of)


def chance_text(chance: float) -> str:
    """A probability in percent, never 0 or 100 while anything is open."""
    if chance < 0.01:
        return phrase("under {limit}", limit="1 %")
    return phrase("over {limit}", limit="99 %") if chance > 0.99 else format_fraction(chance, 0)


def track_record(result: Score) -> tuple[Markup, ...]:
    """How earlier probabilities and intervals turned out; nothing where no report has said anything of a settled promise."""
    if not result.promises:
        return ()
    settled = say_of("{count} settled promise with {forecasts}", "{count} settled promises with {forecasts}", result.promises, count=small(result.promises),
                     forecasts=count(result.forecasts, "earlier forecast"))
    if not result.enough:
        return (say("How good earlier probabilities were is too early to say: {settled}; a score needs {least}.", settled=settled, least=format_number(result.enough_from)),)
    lines = [say("Over {settled}, the Brier score of the probabilities is {score} (0 is perfect, 0.25 is as good as always saying 50 %).", settled=settled,
                 score=format_number(result.brier, 3))]
    if result.skill_low is not None:
        lines.append(say("Its skill over always saying 50 % is {skill} (95 %: {low} to {high}).", skill=format_fraction(result.skill),
                         low=format_fraction(result.skill_low, unit=False), high=format_fraction(result.skill_high, unit=False)))
    if result.coverage is not None:
        lines.append(say("{held} of {all} earlier {level} intervals held what happened: {share} by promise (95 %: {low} to {high}).", held=format_number(result.covered),
                         all=format_number(result.intervals), level=format_fraction(result.level, 0) if result.level else "", share=format_fraction(result.coverage),
                         low=format_fraction(result.coverage_low, unit=False), high=format_fraction(result.coverage_high, unit=False)))
    return tuple(lines)


def alt(ledger: Ledger) -> str:
    parts = []
    for row in ledger.rows:
        if row.lands is not None:
            chance = phrase("chance {chance}", chance=plain(chance_of(row.chance))) if row.chance is not None else verdict(row.verdict)
            parts.append(phrase("{promise}: lands at {value}, {state}", promise=plain(name(row)), value=plain(full(row.lands)), state=chance))
    return phrase("Where each promised value lands, as a share of it. {parts}.", parts="; ".join(parts))


def claims(result: Claims) -> tuple[Markup, ...]:
    first, others = result.rows[0], result.rows[1:]
    return (say("{names} end in the same money, {money}. Added up they come to {together}; counted once it is {once}.", names=joined([_quoted(said_or_own(c.name)) for c in result.rows]),
                money=said(first.ends_in), together=fig(result.together), once=fig(result.once)),
            say_of("Only “{name}” is counted; the other lies inside it. If they are benefits of different customers or products, they may be added: then say so where they "
                   "are agreed.", "Only “{name}” is counted; the others lie inside it. If they are benefits of different customers or products, they may be added: then say "
                   "so where they are agreed.", len(others), name=said_or_own(first.name)))


def _quoted(text: str) -> str:
    return phrase("“{text}”", text=text)


def ratio_text(row: LedgerRow) -> str:
    """The label at a promise's dot."""
    at = format_value(row.lands.value / row.value.value, "fraction")
    if row.chance is None:
        return f"{at}, {verdict(row.verdict)}"
    return phrase("{share}, chance {chance}", share=at, chance=chance_text(row.chance.value))
