"""Sentences on renewals: would the score have told who renews, and how far may it be read as a chance."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.renewals import RenewalReview, ScoreBand
from valuelab.formatting import day_as_here
from valuelab.language import later, phrase
from valuelab.present.figures import fig, full, plain, say

FITS = {"fits": later("fits"), "more renew than it says": later("more renew than the score says"), "fewer renew than it says": later("fewer renew than the score says"), "": "–"}
SHAPES = {"green": later("● green"), "amber": later("▲ amber"), "red": later("■ red")}
LIGHTS = {"green": later("green"), "amber": later("amber"), "red": later("red")}


def renewals(found: RenewalReview) -> Markup:
    """The answer in one sentence."""
    if found.verdict == "too few":
        return say("Too few renewals to say whether the score tells who renews: {count} are decided, {lost} of them not renewed.", count=fig(found.count, unit=False), lost=str(found.lost))
    pairs = say("of a renewed and a lost contract the renewed one had the higher score in {share} of pairs", share=full(found.order))
    if found.verdict == "tells them apart":
        return say("The score would have told who renews, better than chance: {pairs}.", pairs=pairs)
    if found.verdict == "the wrong way round":
        return say("The score would have misled: {pairs}; chance alone gives half.", pairs=pairs)
    return say("Whether the score tells who renews cannot be said: {pairs}; chance alone gives half.", pairs=pairs)


def support(found: RenewalReview) -> tuple[Markup, ...]:
    """The share that renewed, how many more are needed, and whether the score may be read as a chance."""
    lines = [say("{kept} of {count} decided from {first} to {last} were renewed: {share}.", kept=fig(found.kept, unit=False), count=fig(found.count, unit=False), first=day_as_here(found.first),
                 last=day_as_here(found.last), share=full(found.share))]
    if found.needed is not None and found.needed.value <= found.count.value and found.order is not None:
        lines.append(say("With so many renewals a score that is right in three pairs of four would have shown four times in five; this one may be weaker, or of no use."))
    elif found.needed is not None:
        lines.append(say("About {needed} renewals would be needed, with {lost} of them not renewed, to tell a score that is right in three pairs of four from chance, four times in five.",
                         needed=fig(found.needed, unit=False), lost=fig(found.needed_lost, unit=False)))
    if found.off is not None:
        lines.append(_calibration(found))
    return tuple(lines)


def _calibration(found: RenewalReview) -> Markup:
    off = full(found.off, sign=True)
    if not found.off.excludes(0):
        return say("Read as a chance to renew, the score is neither too high nor too low, as far as can be said: renewed less said is {difference}.", difference=off)
    return say("Read as a chance to renew, the score is too low: renewed less said is {difference}.", difference=off) if found.off.value > 0 else \
        say("Read as a chance to renew, the score is too high: renewed less said is {difference}.", difference=off)


def in_score(found: RenewalReview | None) -> Markup:
    """What the section on the score says of it."""
    if found is None:
        return say("Whether it tells who renews cannot be said: no renewals are recorded here.")
    return {"tells them apart": say("It would have told who renews; see below."), "the wrong way round": say("It would have misled about who renews; see below."),
            "cannot say": say("Whether it tells who renews cannot be said yet; see below."), "too few": say("Too few renewals are known to say whether it tells who renews; see below.")}[found.verdict]


def light(found: ScoreBand) -> str:
    """A light in a word."""
    return phrase(LIGHTS[found.light])


def alt(found: RenewalReview) -> str:
    bands = "; ".join(_band(b) for b in found.bands)
    return phrase("{count} renewals by their score before the decision, {kept} renewed and {lost} not. By light: {bands}.", count=f"{found.count.value:.0f}",
                  kept=f"{found.kept.value:.0f}", lost=found.lost, bands=bands)


def _band(found: ScoreBand) -> str:
    kept, count = f"{found.kept.value:.0f}", f"{found.count.value:.0f}"
    if found.renewed is None:
        return phrase("{light}: {kept} of {count} renewed", light=light(found), kept=kept, count=count)
    return phrase("{light}: {kept} of {count} renewed, {share}, mean score {said}", light=light(found), kept=kept, count=count, share=plain(full(found.renewed)), said=plain(fig(found.said)))
