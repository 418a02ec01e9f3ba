"""Sentences of notebook 02."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.leads import LeadScan, LeadVerdict
from valuelab.analysis.reviews import ChainLink, IndicatorReview
from valuelab.analysis.targets import Progress
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.present.figures import fig, full, joined, period_text, say
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import months
from valuelab.present.wording.evidence import UNEXPLAINED, could_have_been_seen, together
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
        return say("It cannot be said yet what moves before {}: {}.", review.outcome, review.scan.reason.rstrip("."))
    leading = [v for v in review.verdicts("leads") if not v.same_figure]
    if leading:
        return Markup(" ").join([say("{}.", lead_phrase(v, review.outcome, first=i == 0)) for i, v in enumerate(leading)])
    if review.verdicts("not shown", "moves together", "lags", "leads"):
        return say("No indicator was shown to move before {}.", review.outcome)
    return say("There is not enough data yet to say what moves before {}.", review.outcome)


def lead_phrase(verdict: LeadVerdict, outcome: str, *, first: bool = True) -> Markup:
    """Who moves first, by how much, and which way: never a cause."""
    span = ""
    if verdict.lag_low is not None and (verdict.lag_low, verdict.lag_high) != (verdict.lag_months, verdict.lag_months):
        span = f" (plausible lags: {verdict.lag_low} to {verdict.lag_high})"
    way = "" if verdict.direction == "same" else say(", in the opposite direction: {}", together(verdict, outcome))
    return say("{} moves {} before {}{}{}", verdict.indicator, months(verdict.lag_months), outcome if first else "it", span, way)


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
        them = "it does" if len(silent) == 1 else "they do"
        lines.append(say("Not shown to move before {}: {}. That is no proof that {} not.", review.outcome, joined([v.indicator for v in silent]), them))
    if len(silent) <= MOST_LINES:
        lines += could_have_been_seen(silent)
    scarce = review.verdicts("not enough data")
    if scarce:
        lines.append(say("Not enough data: {}.", joined([_enough(v) for v in scarce])))
    if review.verdicts("leads") or any(item.verdict is not None and item.verdict.verdict == "leads" for item in review.links):
        lines.append(CAUTION)
    return tuple(lines)


CAUTION = Markup("“Moves before” is about timing. It is not proof that one causes the other.")


def brief(review: IndicatorReview) -> tuple[Markup, ...]:
    """For the value review: what moves first beside the progress on plan, and what that does not prove."""
    lines = [found(review)] if review.progress else []
    return (*lines, CAUTION) if any(not v.same_figure for v in review.verdicts("leads")) else tuple(lines)


def shown(verdict: LeadVerdict, outcome: str) -> Markup:
    """How strong a lead is, or why what was shown does not tell early."""
    if verdict.same_figure:
        return say("{} cannot warn of anything: {}.", verdict.indicator, verdict.reason)
    if verdict.verdict == "leads":
        return say("{}: {}. It goes with {} of {}.", verdict.indicator, together(verdict, outcome), full(verdict.strength), UNEXPLAINED.format(outcome))
    how = "moves in the same month as" if verdict.verdict == "moves together" else f"moves {months(-verdict.lag_months)} after"
    return say("{} {} {} ({}): it does not tell early.", verdict.indicator, how, outcome, together(verdict, outcome))


def _enough(verdict: LeadVerdict) -> Markup:
    """From when on it can be tested, and from when on a lead of half the unexplained movement would be found."""
    if verdict.enough_from is None:
        return say("{} ({})", verdict.indicator, verdict.reason)
    half = verdict.sight and verdict.sight.half_seen_from
    later = "" if half is None else f"; a lead of half the unexplained movement would be found in four of five cases from {period_text(half)} on"
    return say("{} (can be tested from {} on{})", verdict.indicator, period_text(verdict.enough_from), later)


def link(item: ChainLink) -> Markup:
    if item.verdict is None:
        return say("Chain, {} → {}: cannot say. {}", item.cause, item.effect, sentence(item.reason))
    v = item.verdict
    if v.verdict == "leads":
        return say("Chain: {}.", lead_phrase(v, item.effect))
    words = {"moves together": "they move in the same month", "lags": f"{item.cause} moves after {item.effect}", "not shown": "no link is shown yet",
             "not enough data": "not enough data yet"}
    return say("Chain, {} → {}: {}.", item.cause, item.effect, words[v.verdict])


def progress(result: Progress) -> Markup:
    """Way to the target, against the plan; % of the way, never "% improvement"."""
    if result.progress is None:
        return say("{}: no progress can be shown yet. {}", result.name, sentence(result.reason))
    ahead = result.ahead_by
    points = format_number(abs(ahead.value) * 100, 0)
    word = "ahead of" if ahead.value > 0 else "behind"
    where = say("{} points {} plan", Markup('<data class="n" value="{}" data-key="{}">{}</data>').format(repr(ahead.value), ahead.key, points), word) \
        if round(ahead.value, 3) else Markup("exactly on plan")
    return say("{} stands at {}, {} of the way from {} to the target of {} (planned by now: {}): {}.", result.name, fig(result.value),
               fig(result.progress), format_number(result.baseline), format_number(result.target), fig(result.planned), where)


def crossing(result: Progress) -> Markup | None:
    if result.crossing is None:
        return None
    return say("It crossed the plan {} periods after the start, in {}, on a straight line between the months.",
               format_number(result.crossing, 2), period_text(result.crossing_period))


def method_note(scan: LeadScan) -> Markup:
    is_wrong = "is built to call" if scan.false_alarm_rate.bare else "in accounts like this one calls"
    return say("With {} months, lags up to {} were tested. The procedure {} something in {} of cases where nothing is there, "
               "counted over all verdicts together.", format_number(scan.months_used), format_number(scan.max_lag_months), is_wrong,
               fig(scan.false_alarm_rate))


def would_change(review: IndicatorReview) -> tuple[Markup, ...]:
    lines = []
    if isinstance(review.scan, LeadScan) and review.scan.months_used < 48:
        lines.append(say("With 48 months instead of {} a weaker link would be found, and longer lags could be tested.",
                         format_number(review.scan.months_used)))
    if review.verdicts("not shown"):
        lines.append(Markup("An indicator and a lag that are named in advance are tested alone, which sees weaker links."))
    return tuple(lines)


def alt_profile(scan: LeadScan) -> str:
    parts = []
    for v in scan.verdicts:
        frame = scan.profile[scan.profile["indicator"] == v.indicator]
        if not len(frame):
            continue
        best = frame.loc[frame["statistic"].abs().idxmax()]
        called = f"{v.verdict} by {abs(v.lag_months)} months" if v.lag_months and v.verdict in ("leads", "lags") else v.verdict
        called += ", in the opposite direction" if v.direction == "opposite" and v.lag_months is not None else ""
        parts.append(f"{v.indicator}: {called}; strongest link {format_number(float(best['statistic']), 2)} at lag {format_number(float(best['lag_months']), 0)}, "
                     f"band ±{format_number(float(best['null_95']), 2)}")
    return f"Link of each indicator with {scan.outcome} at every lag. " + ". ".join(parts) + "."


def alt_series(review: IndicatorReview) -> str:
    parts = [f"{m.name} from {format_value(float(m.series.dropna().iloc[0]), m.unit)} to {format_value(float(m.series.dropna().iloc[-1]), m.unit)}"
             for m in review.measures if m.series.notna().any()]
    return f"Lines of the measures over time: {', '.join(parts)}."


def alt_progress(result: Progress) -> str:
    known = result.table.dropna(subset=["progress"])
    steps = ", ".join(f"{int(r.elapsed)}: {format_fraction(float(r.progress), 0)} (plan {format_fraction(float(r.planned), 0)})"
                      for r in known.itertuples())
    return f"Way of {result.name} from baseline to target by periods since the start. {steps}."
