"""Sentences of notebook 02."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.leads import LeadScan, LeadVerdict
from valuelab.analysis.reviews import ChainLink, IndicatorReview
from valuelab.analysis.targets import Progress
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.language import later, phrase, said
from valuelab.present.figures import fig, full, joined, period_text, say, say_of
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import months
from valuelab.present.wording.evidence import could_have_been_seen, together
from valuelab.types import CannotSay

MOST_LINES = 4  # indicators that get a line each; what there is of more stands in the table


def headline(review: IndicatorReview) -> Markup:
    """Progress on plan where there is a plan, else what the scan found."""
    if review.progress:
        return progress(review.progress[0])
    return found(review)


def found(review: IndicatorReview) -> Markup:
    """Which indicators move first, or that none was shown to."""
    if isinstance(review.scan, CannotSay):
        return say("It cannot be said yet what moves before {outcome}: {reason}.", outcome=review.outcome, reason=said(review.scan.reason.rstrip(".")))
    leading = [v for v in review.verdicts("leads") if not v.same_figure]
    if leading:
        return Markup(" ").join([say("{finding}.", finding=lead_phrase(v, review.outcome, first=i == 0)) for i, v in enumerate(leading)])
    if review.verdicts("not shown", "moves together", "lags", "leads"):
        return say("No indicator was shown to move before {outcome}.", outcome=review.outcome)
    return say("There is not enough data yet to say what moves before {outcome}.", outcome=review.outcome)


def lead_phrase(verdict: LeadVerdict, outcome: str, *, first: bool = True) -> Markup:
    """Who moves first, by how much, and which way: never a cause."""
    name, lag = verdict.indicator, months(verdict.lag_months)
    text = say("{name} moves {lag} before {outcome}", name=name, lag=lag, outcome=outcome) if first else say("{name} moves {lag} before it", name=name, lag=lag)
    if verdict.lag_low is not None and (verdict.lag_low, verdict.lag_high) != (verdict.lag_months, verdict.lag_months):
        text = say("{finding} (plausible lags: {low} to {high})", finding=text, low=verdict.lag_low, high=verdict.lag_high)
    return text if verdict.direction == "same" else say("{finding}, in the opposite direction: {way}", finding=text, way=together(verdict, outcome))


def support(review: IndicatorReview) -> tuple[Markup, ...]:
    lines: list[Markup] = []
    if review.progress:
        lines += [progress(p) for p in review.progress[1:]]
        lines.append(found(review))
    lines += [link(item) for item in review.links]
    for v in review.verdicts("leads", "moves together", "lags"):
        lines.append(shown(v, review.outcome))
    silent = review.verdicts("not shown")
    if silent:
        lines.append(say_of("Not shown to move before {outcome}: {names}. That is no proof that it does not.", "Not shown to move before {outcome}: {names}. That is no proof that they do not.",
                            len(silent), outcome=review.outcome, names=joined([v.indicator for v in silent])))
    if len(silent) <= MOST_LINES:
        lines += could_have_been_seen(silent)
    scarce = review.verdicts("not enough data")
    if scarce:
        lines.append(say("Not enough data: {names}.", names=joined([_enough(v) for v in scarce])))
    if review.verdicts("leads") or any(item.verdict is not None and item.verdict.verdict == "leads" for item in review.links):
        lines.append(say(CAUTION))
    return tuple(lines)


CAUTION = later("“Moves before” is about timing. It is not proof that one causes the other.")


def brief(review: IndicatorReview) -> tuple[Markup, ...]:
    """For the value review: what moves first beside the progress on plan, and what that does not prove."""
    lines = [found(review)] if review.progress else []
    return (*lines, say(CAUTION)) if any(not v.same_figure for v in review.verdicts("leads")) else tuple(lines)


def shown(verdict: LeadVerdict, outcome: str) -> Markup:
    """How strong a lead is, or why what was shown does not tell early."""
    if verdict.same_figure:
        return say("{name} cannot warn of anything: {reason}.", name=verdict.indicator, reason=said(verdict.reason))
    if verdict.verdict == "leads":
        return say("{name}: {way}. It goes with {strength} of the movement of {outcome} that trend, season and momentum do not explain.", name=verdict.indicator,
                   way=together(verdict, outcome), strength=full(verdict.strength), outcome=outcome)
    if verdict.verdict == "moves together":
        return say("{name} moves in the same month as {outcome} ({way}): it does not tell early.", name=verdict.indicator, outcome=outcome, way=together(verdict, outcome))
    return say("{name} moves {lag} after {outcome} ({way}): it does not tell early.", name=verdict.indicator, lag=months(-verdict.lag_months), outcome=outcome,
               way=together(verdict, outcome))


def _enough(verdict: LeadVerdict) -> Markup:
    """From when on it can be tested, and from when on a lead of half the unexplained movement would be found."""
    if verdict.enough_from is None:
        return say("{name} ({reason})", name=verdict.indicator, reason=said(verdict.reason))
    half, start = verdict.sight and verdict.sight.half_seen_from, period_text(verdict.enough_from)
    if half is None:
        return say("{name} (can be tested from {start} on)", name=verdict.indicator, start=start)
    return say("{name} (can be tested from {start} on; a lead of half the unexplained movement would be found in four of five cases from {half} on)",
               name=verdict.indicator, start=start, half=period_text(half))


def link(item: ChainLink) -> Markup:
    if item.verdict is None:
        return say("Chain, {cause} → {effect}: cannot say. {reason}", cause=item.cause, effect=item.effect, reason=sentence(said(item.reason)))
    v = item.verdict
    if v.verdict == "leads":
        return say("Chain: {finding}.", finding=lead_phrase(v, item.effect))
    words = {"moves together": phrase("they move in the same month"), "lags": phrase("{cause} moves after {effect}", cause=item.cause, effect=item.effect),
             "not shown": phrase("no link is shown yet"), "not enough data": phrase("not enough data yet")}
    return say("Chain, {cause} → {effect}: {finding}.", cause=item.cause, effect=item.effect, finding=words[v.verdict])


def progress(result: Progress) -> Markup:
    """Way to the target, against the plan; % of the way, never "% improvement"."""
    if result.progress is None:
        return say("{name}: no progress can be shown yet. {reason}", name=result.name, reason=sentence(said(result.reason)))
    ahead = result.ahead_by
    points = format_number(abs(ahead.value) * 100, 0)
    size = Markup(' data-shown="size"') if ahead.value < 0 else ""  # "behind" says the sign
    by = Markup('<data class="n" value="{}" data-key="{}"{}>{}</data>').format(repr(ahead.value), ahead.key, size, points)
    where = say("exactly on plan") if not round(ahead.value, 3) else say("{points} points ahead of plan", points=by) if ahead.value > 0 else say("{points} points behind plan", points=by)
    return say("{name} stands at {value}, {progress} of the way from {baseline} to the target of {target} (planned by now: {planned}): {where}.", name=result.name,
               value=fig(result.value), progress=fig(result.progress), baseline=format_number(result.baseline), target=format_number(result.target),
               planned=fig(result.planned), where=where)


def crossing(result: Progress) -> Markup | None:
    if result.crossing is None:
        return None
    return say("It crossed the plan {count} periods after the start, in {period}, on a straight line between the months.",
               count=format_number(result.crossing, 2), period=period_text(result.crossing_period))


def method_note(scan: LeadScan) -> Markup:
    count, longest, rate = format_number(scan.months_used), format_number(scan.max_lag_months), fig(scan.false_alarm_rate)
    if scan.false_alarm_rate.bare:
        return say("With {count} months, lags up to {longest} were tested. The procedure is built to call something in {rate} of cases where nothing is there, "
                   "counted over all verdicts together.", count=count, longest=longest, rate=rate)
    return say("With {count} months, lags up to {longest} were tested. The procedure in accounts like this one calls something in {rate} of cases where nothing is there, "
               "counted over all verdicts together.", count=count, longest=longest, rate=rate)


def would_change(review: IndicatorReview) -> tuple[Markup, ...]:
    lines = []
    if isinstance(review.scan, LeadScan) and review.scan.months_used < 48:
        lines.append(say("With 48 months instead of {count} a weaker link would be found, and longer lags could be tested.",
                         count=format_number(review.scan.months_used)))
    if review.verdicts("not shown"):
        lines.append(say("An indicator and a lag that are named in advance are tested alone, which sees weaker links."))
    return tuple(lines)


def alt_profile(scan: LeadScan) -> str:
    parts = []
    for v in scan.verdicts:
        frame = scan.profile[scan.profile["indicator"] == v.indicator]
        if not len(frame):
            continue
        best = frame.loc[frame["statistic"].abs().idxmax()]
        called = verdict_word(v.verdict)
        if v.lag_months and v.verdict in ("leads", "lags"):
            called = phrase("leads by {count} months", count=abs(v.lag_months)) if v.verdict == "leads" else phrase("lags by {count} months", count=abs(v.lag_months))
        if v.direction == "opposite" and v.lag_months is not None:
            called = phrase("{verdict}, in the opposite direction", verdict=called)
        parts.append(phrase("{name}: {verdict}; strongest link {link} at lag {lag}, band ±{band}", name=v.indicator, verdict=called, link=format_number(float(best["statistic"]), 2),
                            lag=format_number(float(best["lag_months"]), 0), band=format_number(float(best["null_95"]), 2)))
    return phrase("Link of each indicator with {outcome} at every lag. {parts}.", outcome=scan.outcome, parts=". ".join(parts))


def verdict_word(verdict: str) -> str:
    """A verdict of the scan in a word or two."""
    return {"leads": phrase("leads"), "moves together": phrase("moves together"), "lags": phrase("lags"), "not shown": phrase("not shown"),
            "not enough data": phrase("not enough data")}[verdict]


def alt_series(review: IndicatorReview) -> str:
    parts = [phrase("{name} from {first} to {last}", name=m.name, first=format_value(float(m.series.dropna().iloc[0]), m.unit),
                    last=format_value(float(m.series.dropna().iloc[-1]), m.unit)) for m in review.measures if m.series.notna().any()]
    return phrase("Lines of the measures over time: {parts}.", parts=", ".join(parts))


def alt_progress(result: Progress) -> str:
    known = result.table.dropna(subset=["progress"])
    steps = ", ".join(phrase("{period}: {progress} (plan {planned})", period=int(r.elapsed), progress=format_fraction(float(r.progress), 0),
                             planned=format_fraction(float(r.planned), 0)) for r in known.itertuples())
    return phrase("Way of {name} from baseline to target by periods since the start. {steps}.", name=result.name, steps=steps)
