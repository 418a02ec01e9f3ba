"""Sentences on use: who is active, which features, what to do."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.adoption import Adoption, FeatureLead, FeatureUse, TeamAdoption
from valuelab.formatting import format_fraction
from valuelab.present.figures import fig, full, joined, period_text, say
from valuelab.present.wording.common import clear, months, sentence_case, small
from valuelab.types import CannotSay

PACE_WORDS = {"daily": "on a usual working day", "weekly": "in a usual week", "monthly": "in the month"}
SPAN_WORDS = {"daily": "on a usual working day of", "weekly": "in a usual week of", "monthly": "in"}
STATUS_WORDS = {"good": "that is good", "watch": "to be watched", "needs a conversation": "that needs a conversation", "inactive": "nobody uses it"}
RESPONSE_WORDS = {"awareness": "make it known", "promotion": "show what it brings", "training": "train", "product": "look at the product"}


def headline(adoption: Adoption) -> Markup:
    total = adoption.total
    if total.share is None:
        return say("How many of {} licences are in use in {} is not known: {}.", fig(total.licences, unit=False), period_text(adoption.month), total.reason)
    return say("{} of {} licences are in use {} {}: {}.", full(total.share), fig(total.licences, unit=False), SPAN_WORDS[total.shown_pace], period_text(adoption.month),
               STATUS_WORDS[total.status])


def support(adoption: Adoption) -> tuple[Markup, ...]:
    """Teams where something is to be done, the worst first; then what a feature tells early."""
    order = {"inactive": 0, "needs a conversation": 1, "not known": 2, "watch": 3, "good": 4}
    todo = sorted((t for t in adoption.teams if t.status != "good"), key=lambda t: (order[t.status], t.share.value if t.share else 2.0))
    lines = [team(t) for t in todo[:3]]
    if len(todo) > 3:
        more = len(todo) - 3
        lines.append(say("{} more {} not where {} should be; the table has {}.", sentence_case(small(more)), *(("team is", "it", "it") if more == 1 else ("teams are", "they", "them"))))
    leads = [] if isinstance(adoption.leads, CannotSay) else [x for x in adoption.leads if x.verdict == "leads"]
    lines += [lead(x) for x in leads]
    return tuple(lines)


def team(found: TeamAdoption) -> Markup:
    if found.share is None:
        return say("{}: not known; {}.", sentence_case(found.name), found.reason)
    text = say("{}: {} active {}, {} of {}", sentence_case(found.name), fig(found.active, unit=False), PACE_WORDS[found.shown_pace], full(found.share),
               fig(found.licences))
    if found.change is not None and clear(found.change):
        text += say("; the share is {} {} than three months before", fig(found.change, magnitude=True), "lower" if found.change.value < 0 else "higher")
    if found.response:
        text += say(". The pattern suggests: {} ({})", RESPONSE_WORDS[found.response], found.reason)
    return text + Markup(".")


def lead(found: FeatureLead) -> Markup:
    """A feature that moves first: how long before, and whether more goes with more."""
    return say("“{}” tells early: when a larger share of the active people use it, {} people are active {} later than would be otherwise.", found.name,
               "fewer" if found.direction == "opposite" else "more", months(found.lag_months or 0))


def would_change(adoption: Adoption) -> tuple[Markup, ...]:
    lines = []
    if not any(t.ever is not None for t in adoption.teams):
        lines.append(say("A line for each use in place of counts: it would show who has never begun, and whether use gathers at the end of the month."))
    unknown = [t.name for t in adoption.teams if t.status == "not known"]
    if unknown:
        lines.append(say("Figures for {}.", joined(unknown)))
    waiting = () if isinstance(adoption.leads, CannotSay) else [x.enough_from for x in adoption.leads if x.enough_from is not None]
    if waiting:
        lines.append(say("More months: whether a feature tells early can be tested from {}.", period_text(min(waiting))))
    return tuple(lines)


def alt_teams(adoption: Adoption) -> str:
    parts = [f"{t.name} {t.share if t.share is not None else 'not known'}" for t in (adoption.total, *adoption.teams)]
    return f"Share of licences in use: {'; '.join(parts)}."


def alt_features(uses: tuple[FeatureUse, ...]) -> str:
    return f"Share of active people who use each feature: {'; '.join(f'{u.name} {u.share}' for u in uses)}."


def alt_history(adoption: Adoption) -> str:
    parts = []
    for name in dict.fromkeys(adoption.history["team"]):
        known = adoption.history[adoption.history["team"] == name].dropna()
        parts.append(f"{name} {format_fraction(known['share'].iloc[0])} in {period_text(known['month'].iloc[0])} and {format_fraction(known['share'].iloc[-1])} in "
                     f"{period_text(known['month'].iloc[-1])}" if len(known) else f"{name} not known")
    return f"Share of today’s licences active in each month, a panel a team: {'; '.join(parts)}."
