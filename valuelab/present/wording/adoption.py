"""Sentences on use: who is active, which features, what to do."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.adoption import EVERYBODY, TOGETHER, Adoption, FeatureLead, FeatureUse, TeamAdoption
from valuelab.formatting import format_fraction
from valuelab.language import later, phrase, phrase_as, said
from valuelab.present.figures import fig, full, joined, period_text, say, say_of
from valuelab.present.wording.common import clear, months, sentence_case, small
from valuelab.types import CannotSay

IN_USE = {"daily": later("{share} of {licences} licences are in use on a usual working day of {month}: {judgement}."),
          "weekly": later("{share} of {licences} licences are in use in a usual week of {month}: {judgement}."),
          "monthly": later("{share} of {licences} licences are in use in {month}: {judgement}.")}
JUDGEMENTS = {"good": later("that is good"), "watch": later("to be watched"), "needs a conversation": later("that needs a conversation"), "inactive": later("nobody uses it")}
STATUSES = {"good": later("good"), "watch": later("watch"), "needs a conversation": later("needs a conversation"), "inactive": later("inactive"), "not known": later("not known")}
PACES = {"daily": later("daily"), "weekly": later("weekly"), "monthly": later("monthly")}
OF_TEAM = {"daily": later("{team}: {active} active on a usual working day, {share} of {licences}"), "weekly": later("{team}: {active} active in a usual week, {share} of {licences}"),
           "monthly": later("{team}: {active} active in the month, {share} of {licences}")}
RESPONSE_WORDS = {"awareness": later("make it known"), "promotion": later("show what it brings"), "training": later("train"), "product": later("look at the product")}


def headline(adoption: Adoption) -> Markup:
    total = adoption.total
    licences, month = fig(total.licences, unit=False), period_text(adoption.month)
    if total.share is None:
        return say("How many of {licences} licences are in use in {month} is not known: {reason}.", licences=licences, month=month, reason=said(total.reason))
    return say(IN_USE[total.shown_pace], share=full(total.share), licences=licences, month=month, judgement=phrase(JUDGEMENTS[total.status]))


def support(adoption: Adoption) -> tuple[Markup, ...]:
    """Teams where something is to be done, the worst first; then what a feature tells early."""
    order = {"inactive": 0, "needs a conversation": 1, "not known": 2, "watch": 3, "good": 4}
    todo = sorted((t for t in adoption.teams if t.status != "good"), key=lambda t: (order[t.status], t.share.value if t.share else 2.0))
    lines = [team(t) for t in todo[:3]]
    if len(todo) > 3:
        more = len(todo) - 3
        lines.append(say_of("{count} more team is not where it should be; the table has it.", "{count} more teams are not where they should be; the table has them.", more,
                            count=sentence_case(small(more))))
    leads = [] if isinstance(adoption.leads, CannotSay) else [x for x in adoption.leads if x.verdict == "leads"]
    lines += [lead(x) for x in leads]
    return tuple(lines)


def team_name(name: str) -> str:
    """A team's own name; what stands for several is in words."""
    return said(name) if name in (EVERYBODY, TOGETHER) else name


def team(found: TeamAdoption) -> Markup:
    name = sentence_case(team_name(found.name))
    if found.share is None:
        return say("{team}: not known; {reason}.", team=name, reason=said(found.reason))
    text = say(OF_TEAM[found.shown_pace], team=name, active=fig(found.active, unit=False), share=full(found.share), licences=fig(found.licences))
    if found.change is not None and clear(found.change):
        points = fig(found.change, magnitude=True)
        text = say("{so_far}; the share is {points} lower than three months before", so_far=text, points=points) if found.change.value < 0 else \
            say("{so_far}; the share is {points} higher than three months before", so_far=text, points=points)
    if found.response:
        return say("{so_far}. The pattern suggests: {response} ({reason}).", so_far=text, response=response(found), reason=said(found.reason))
    return say("{so_far}.", so_far=text)


def response(found: TeamAdoption | FeatureUse) -> str:
    """What a pattern of use suggests."""
    return phrase(RESPONSE_WORDS[found.response])


def feature_class(kind: str) -> str:
    """What a class of features is called."""
    return {"value": phrase_as("a class of features", "value"), "differentiated": phrase_as("a class of features", "differentiated"), "new": phrase_as("a class of features", "new")}[kind]


def feature_name(found: FeatureUse, *, together: bool) -> str:
    """A feature's own name, or that a line is of all features of a class."""
    return {"value": phrase("any value feature"), "differentiated": phrase("any differentiated feature"), "new": phrase("any new feature")}[found.name] if together else found.name


def lead(found: FeatureLead) -> Markup:
    """A feature that moves first: how long before, and whether more goes with more."""
    lag = months(found.lag_months or 0)
    if found.direction == "opposite":
        return say("“{feature}” tells early: when a larger share of the active people use it, fewer people are active {lag} later than would be otherwise.", feature=found.name, lag=lag)
    return say("“{feature}” tells early: when a larger share of the active people use it, more people are active {lag} later than would be otherwise.", feature=found.name, lag=lag)


def would_change(adoption: Adoption) -> tuple[Markup, ...]:
    lines = []
    if not any(t.ever is not None for t in adoption.teams):
        lines.append(say("A line for each use in place of counts: it would show who has never begun, and whether use gathers at the end of the month."))
    unknown = [team_name(t.name) for t in adoption.teams if t.status == "not known"]
    if unknown:
        lines.append(say("Figures for {teams}.", teams=joined(unknown)))
    waiting = () if isinstance(adoption.leads, CannotSay) else [x.enough_from for x in adoption.leads if x.enough_from is not None]
    if waiting:
        lines.append(say("More months: whether a feature tells early can be tested from {month}.", month=period_text(min(waiting))))
    return tuple(lines)


def alt_teams(adoption: Adoption) -> str:
    parts = [f"{team_name(t.name)} {t.share if t.share is not None else phrase('not known')}" for t in (adoption.total, *adoption.teams)]
    return phrase("Share of licences in use: {parts}.", parts="; ".join(parts))


def alt_features(uses: tuple[FeatureUse, ...]) -> str:
    return phrase("Share of active people who use each feature: {parts}.", parts="; ".join(f"{u.name} {u.share}" for u in uses))


def alt_history(adoption: Adoption) -> str:
    parts = []
    for name in dict.fromkeys(adoption.history["team"]):
        known = adoption.history[adoption.history["team"] == name].dropna()
        if not len(known):
            parts.append(phrase("{team} not known", team=team_name(name)))
            continue
        parts.append(phrase("{team} {first} in {from_month} and {last} in {to_month}", team=team_name(name), first=format_fraction(known["share"].iloc[0]),
                            from_month=period_text(known["month"].iloc[0]), last=format_fraction(known["share"].iloc[-1]), to_month=period_text(known["month"].iloc[-1])))
    return phrase("Share of today’s licences active in each month, a panel a team: {parts}.", parts="; ".join(parts))
