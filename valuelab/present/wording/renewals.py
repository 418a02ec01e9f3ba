"""Sentences on renewals: would the score have told who renews, and how far may it be read as a chance."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.renewals import RenewalReview, ScoreBand
from valuelab.present.figures import fig, full, plain, say

FITS = {"fits": "fits", "more renew than it says": "more renew than the score says", "fewer renew than it says": "fewer renew than the score says", "": "–"}
SHAPES = {"green": "● green", "amber": "▲ amber", "red": "■ red"}


def renewals(found: RenewalReview) -> Markup:
    """The answer in one sentence."""
    if found.verdict == "too few":
        return say("Too few renewals to say whether the score tells who renews: {} are decided, {} of them not renewed.", fig(found.count, unit=False), str(found.lost))
    pairs = say("of a renewed and a lost contract the renewed one had the higher score in {} of pairs", full(found.order))
    if found.verdict == "tells them apart":
        return say("The score would have told who renews, better than chance: {}.", pairs)
    if found.verdict == "the wrong way round":
        return say("The score would have misled: {}; chance alone gives half.", pairs)
    return say("Whether the score tells who renews cannot be said: {}; chance alone gives half.", pairs)


def support(found: RenewalReview) -> tuple[Markup, ...]:
    """The share that renewed, how many more are needed, and whether the score may be read as a chance."""
    lines = [say("{} of {} decided from {} to {} were renewed: {}.", fig(found.kept, unit=False), fig(found.count, unit=False), found.first, found.last, full(found.share))]
    if found.needed is not None and found.needed.value <= found.count.value and found.order is not None:
        lines.append(Markup("With so many renewals a score that is right in three pairs of four would have shown four times in five; this one may be weaker, or of no use."))
    elif found.needed is not None:
        lines.append(say("About {} renewals would be needed, with {} of them not renewed, to tell a score that is right in three pairs of four from chance, four times in five.",
                         fig(found.needed, unit=False), fig(found.needed_lost, unit=False)))
    if found.off is not None:
        lines.append(_calibration(found))
    return tuple(lines)


def _calibration(found: RenewalReview) -> Markup:
    if not found.off.excludes(0):
        return say("Read as a chance to renew, the score is neither too high nor too low, as far as can be said: renewed less said is {}.", full(found.off, sign=True))
    return say("Read as a chance to renew, the score is too {}: renewed less said is {}.", "low" if found.off.value > 0 else "high", full(found.off, sign=True))


def in_score(found: RenewalReview | None) -> Markup:
    """What the section on the score says of it."""
    if found is None:
        return Markup("Whether it tells who renews cannot be said: no renewals are recorded here.")
    return {"tells them apart": Markup("It would have told who renews; see below."), "the wrong way round": Markup("It would have misled about who renews; see below."),
            "cannot say": Markup("Whether it tells who renews cannot be said yet; see below."), "too few": Markup("Too few renewals are known to say whether it tells who renews; see below.")}[found.verdict]


def band(found: ScoreBand) -> str:
    return SHAPES[found.light]


def alt(found: RenewalReview) -> str:
    said = "; ".join(f"{b.light}: {b.kept.value:.0f} of {b.count.value:.0f} renewed" + (f", {plain(full(b.renewed))}, mean score {plain(fig(b.said))}" if b.renewed is not None else "") for b in found.bands)
    return f"{found.count.value:.0f} renewals by their score before the decision, {found.kept.value:.0f} renewed and {found.lost} not. By light: {said}."
