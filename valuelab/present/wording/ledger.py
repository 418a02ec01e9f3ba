"""Sentences on promises: what was kept, how likely the rest is, how earlier probabilities turned out; and on what is claimed twice."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews.claims import Claims
from valuelab.analysis.reviews.ledger import Ledger, LedgerRow
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.present.figures import count, fig, full, joined, period_text, plain, say
from valuelab.present.wording.common import chance_of, sentence_case, small
from valuelab.track_record import Forecast, Score

KINDS = {"promised": "promised (must have)", "expected": "expected (nice to have)", "planned": "planned"}
NOUNS = {"promised": "promise (must have)", "expected": "expectation (nice to have)", "planned": "plan"}


def name(row: LedgerRow) -> Markup:
    """The promise (must have) of 23,400 clients by March 2026: with its measure."""
    return say("{}: the {} of {} by {}", sentence_case(row.measure), NOUNS[row.kind], fig(row.value), period_text(row.by))


def missed(ledger: Ledger) -> tuple[Markup, ...]:
    """For "In short": every promise that was not kept, by name."""
    return tuple(say("Missed — {}: it came to {}.", name(r), fig(r.lands)) if r.lands is not None else say("Missed — {}.", name(r)) for r in ledger.missed)


def lead(ledger: Ledger) -> Markup:
    counts = [(verdict, sum(r.verdict == verdict for r in ledger.rows)) for verdict in ("missed", "kept", "open")]
    return say("Of what was promised, expected or planned: {}.", joined([f"{small(n)} {verdict}" for verdict, n in counts if n]))


def rows(ledger: Ledger) -> tuple[Markup, ...]:
    lines = []
    for row in ledger.rows:
        text = name(row)
        if row.gone_since:
            text += say(", no longer in the params since the report as of {},", row.gone_since)
        if row.verdict == "open":
            if row.chance is not None:
                text += say(" is open; the chance that it is kept if nothing changes is {}.", chance_of(row.chance))
            else:
                text += say(" is open; how likely it is cannot be said yet: {}. {}", row.reason.rstrip("."), row.from_when)
        else:
            came = say(" It came to {}.", fig(row.lands)) if row.lands is not None else Markup("")
            text += say(" was {}.{}", row.verdict, came)
        if row.decides and row.verdict != "kept":
            text += say(" It decides: {}.", row.decides)
        lines.append(text)
        if row.earlier:
            lines.append(say("Earlier reports gave it {}.", joined([_said(f) for f in row.earlier[-4:]])))
    return (*lines, *track_record(ledger.score))


def _said(forecast: Forecast) -> str:
    chance = "under 1 %" if forecast.chance < 0.01 else "over 99 %" if forecast.chance > 0.99 else format_fraction(forecast.chance, 0)
    return f"{chance} (as of {forecast.as_of})"


def track_record(result: Score) -> tuple[Markup, ...]:
    """How earlier probabilities and intervals turned out; nothing where no report has said anything of a settled promise."""
    if not result.promises:
        return ()
    settled = say("{} settled {} with {}", small(result.promises), "promise" if result.promises == 1 else "promises",
                  count(result.forecasts, "earlier forecast"))
    if not result.enough:
        return (say("How good earlier probabilities were is too early to say: {}; a score needs {}.", settled, format_number(result.enough_from)),)
    lines = [say("Over {}, the Brier score of the probabilities is {} (0 is perfect, 0.25 is as good as always saying 50 %).", settled,
                 format_number(result.brier, 3))]
    if result.skill_low is not None:
        lines.append(say("Its skill over always saying 50 % is {} (95 %: {} to {}).", format_fraction(result.skill), format_fraction(result.skill_low, unit=False),
                         format_fraction(result.skill_high, unit=False)))
    if result.coverage is not None:
        lines.append(say("{} of {} earlier {} intervals held what happened: {} by promise (95 %: {} to {}).", format_number(result.covered),
                         format_number(result.intervals), format_fraction(result.level, 0) if result.level else "", format_fraction(result.coverage),
                         format_fraction(result.coverage_low, unit=False), format_fraction(result.coverage_high, unit=False)))
    return tuple(lines)


def alt(ledger: Ledger) -> str:
    parts = []
    for row in ledger.rows:
        if row.lands is not None:
            chance = f"chance {plain(chance_of(row.chance))}" if row.chance is not None else row.verdict
            parts.append(f"{plain(name(row))}: lands at {plain(full(row.lands))}, {chance}")
    return f"Where each promised value lands, as a share of it. {'; '.join(parts)}."


def claims(result: Claims) -> tuple[Markup, ...]:
    first, others = result.rows[0], result.rows[1:]
    return (say("{} end in the same money, {}. Added up they come to {}; counted once it is {}.", joined([_quoted(c.name) for c in result.rows]), first.ends_in,
                fig(result.together), fig(result.once)),
            say("Only “{}” is counted; {} inside it. If they are benefits of different customers or products, they may be added: then say so where they are "
                "agreed.", first.name, "the other lies" if len(others) == 1 else "the others lie"))


def _quoted(text: str) -> str:
    return f"“{text}”"


def ratio_text(row: LedgerRow) -> str:
    """The label at a promise's dot."""
    at = format_value(row.lands.value / row.value.value, "fraction")
    if row.chance is None:
        return f"{at}, {row.verdict}"
    chance = row.chance.value
    said = "under 1 %" if chance < 0.01 else "over 99 %" if chance > 0.99 else format_fraction(chance, 0)
    return f"{at}, chance {said}"
