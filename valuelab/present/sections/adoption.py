"""Sections of notebook 05 on use: teams, features, and whether a feature tells early."""

from __future__ import annotations

from valuelab.analysis.adoption import EVERYBODY, Adoption, FeatureUse, TeamAdoption
from valuelab.analysis.reviews.health import HealthReview
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Highlight, Table, cell, number, table
from valuelab.present.charts import adoption as charts
from valuelab.present.figures import fig, say
from valuelab.present.sections.baseline import cannot
from valuelab.present.wording import adoption as words
from valuelab.present.wording import indicators as scan_words
from valuelab.present.wording.common import months, sentence_case
from valuelab.types import CannotSay


def adoption_of(review: HealthReview) -> Block | None:
    if isinstance(review.adoption, CannotSay):
        return cannot(review.adoption, "adoption")
    return review.adoption and adoption(review.adoption)


def adoption(result: Adoption) -> Block:
    pictures = [charts.teams(result, alt=words.alt_teams(result), caption=phrase(
        "Share of licences in use at the pace that is expected of each team. Lines with ends: 95 % intervals; they are wide where a team is small."))]
    if len(result.history["month"].unique()) > 2 and result.history["share"].notna().any():
        pictures.append(charts.history(result, alt=words.alt_history(result), caption=phrase(
            "People active in each month, as a share of today’s licences. Grey lines: where adoption is good, and (dashed) where it needs a conversation. "
            "A gap is a month that is not known.")))
    return Block("adoption", "Adoption", result.to_dict(), title=phrase("Who uses it?"), charts=tuple(pictures), tables=(_teams(result), *_responses(result)),
                 warnings=tuple(map(said, result.warnings)),
                 notes=(phrase("The responses are rules of thumb from the pattern of use, not findings: ask people before you act on them."),))


def features_of(review: HealthReview) -> Block | None:
    found = review.adoption
    if found is None or isinstance(found, CannotSay) or not found.features:
        return None
    blocks = (*found.classes, *found.features)
    pictures = (charts.features(found.features, alt=words.alt_features(found.features), caption=phrase(
        "Share of the active people who used each feature in the month, with 95 % intervals. Orange: the pattern asks for a response.")),)
    return Block("adoption.features", "FeatureUse", [f.to_dict() for f in blocks], title=phrase("Which features?"), charts=pictures, tables=(_features(found), *_leads(found)))


def highlights(result: Adoption) -> tuple[Highlight, ...]:
    total = result.total
    if total.share is None:
        return ()
    good = sum(t.status == "good" for t in result.teams)
    return (Highlight(phrase("Licences in use"), fig(total.share), under=say("{some} of {all}", some=fig(total.active, unit=False), all=fig(total.licences, unit=False))),
            Highlight(phrase("Teams with good adoption"), say("{some} of {all}", some=str(good), all=str(len(result.teams)))))


def _teams(result: Adoption) -> Table:
    shown = (*result.teams, result.total)
    by_use = any(t.ever is not None or t.month_end is not None for t in shown)  # known where the file has a line for each use
    rows = [_team(t, by_use=by_use) for t in shown]
    header = (phrase("team"), phrase("expected"), phrase("licences"), phrase("active"), phrase("of licences"), phrase("against three months before"),
              *((phrase("ever seen"), phrase("month-end, times")) if by_use else ()), phrase("status"))
    note = say("Active: people in a usual working day, whole week or month, as expected of the team and as far as the file can show. Against three months before: "
               "points of the licences, by month.")
    if by_use:
        note = say("{note} Month-end: how many times their share of days the last three working days of a month carry.", note=note)
    return table(phrase("Active people against licences"), header, rows, emphasis={len(rows) - 1: "total"}, note=note)


def _team(t: TeamAdoption, *, by_use: bool) -> tuple:
    expected, shown = phrase(words.PACES[t.pace]), phrase(words.PACES[t.shown_pace])
    pace = expected if t.pace == t.shown_pace else phrase("{pace} (shown: {shown})", pace=expected, shown=shown)
    uses = (cell(t.ever), cell(t.month_end, unit=False)) if by_use else ()
    return (cell(words.team_name(t.name)), cell(pace), cell(t.licences, unit=False), cell(t.active, unit=False), cell(t.share, interval=True), cell(t.change, interval=True, sign=True),
            *uses, cell(phrase(words.STATUSES[t.status])))


def _responses(result: Adoption) -> tuple[Table, ...]:
    """What each team's pattern suggests, or why nothing is known of it."""
    rows = [(cell(words.team_name(t.name)), cell(sentence_case(words.response(t)) if t.response else "–"), cell(said(t.reason) if t.reason else "–"))
            for t in result.teams if t.name != EVERYBODY and t.status != "good"]
    return (table(phrase("What the pattern of use suggests"), (phrase("team"), phrase("response"), phrase("because")), rows),) if rows else ()


def _features(result: Adoption) -> Table:
    def row(f: FeatureUse, *, together: bool) -> tuple:
        response = say("{response}: {reason}", response=words.response(f), reason=said(f.reason)) if f.response else said(f.reason) if f.reason else "–"
        return (cell(words.feature_name(f, together=together)), cell(words.feature_class(f.kind) if f.kind else phrase("not said")), cell(f.users, unit=False),
                cell(f.share, interval=True), cell(f.kept, interval=True), cell(response))

    rows = [row(f, together=True) for f in result.classes] + [row(f, together=False) for f in result.features]
    return table(phrase("Which features are used"), (phrase("feature"), phrase("class"), phrase("people"), phrase("of active people"), phrase("came back"), phrase("response")), rows,
                 note=phrase("Class: value (what the value rests on), differentiated (what sets the product apart), new. Came back: of those who used it in the three months "
                             "before, who did in the last month."))


def _leads(result: Adoption) -> tuple[Table, ...]:
    if isinstance(result.leads, CannotSay):
        return ()
    rows = [(cell(x.name), cell(scan_words.verdict_word(x.verdict)), number("–" if x.lag_months is None else str(x.lag_months).replace("-", "−")), cell(x.strength, interval=True), number(str(x.months)),
             cell(said(x.reason) if x.reason else "–")) for x in result.leads]
    longest = max((x.lag_months or 0 for x in result.leads), default=0)
    note = say("The scan of notebook 02, with the share of active people who use the feature against the number of active people. It is about timing, not cause.")
    if longest > 0:
        note = say("{note} The longest lag found is {months}.", note=note, months=months(longest))
    header = (phrase("feature"), phrase("verdict"), phrase("lag in months"), phrase("share of the unexplained movement"), phrase("months"), phrase("remark"))
    return (table(phrase("Does a feature’s use move before activity?"), header, rows, note=note),)
