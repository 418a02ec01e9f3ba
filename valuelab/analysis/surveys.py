"""What customers answer: net promoter score, satisfaction and effort by round, with intervals, and whether they moved since the round before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from valuelab.analysis.promoter_score import SCORE, SQUARE_AND_ADD, change_interval, nps_interval
from valuelab.analysis.proportions import NEWCOMBE, newcombe, share_of
from valuelab.formatting import FRACTION_POINTS
from valuelab.provenance import derived
from valuelab.registers import Question, Survey, SurveyRound
from valuelab.types import Estimate, Result

Verdict = Literal["better", "worse", "cannot say"]
LEVEL = 0.95
NPS_UNIT = "points"


@dataclass(frozen=True, slots=True)
class AnsweredRound(Result):
    """One round. ``figure``: the net promoter score in points from −100 to 100, or the share of favourable answers. ``passive`` and ``unfavourable`` only of the first."""

    asked: str
    answers: Estimate
    favourable: Estimate
    figure: Estimate
    passive: Estimate | None = None
    unfavourable: Estimate | None = None


@dataclass(frozen=True, slots=True)
class SurveyFound(Result):
    """A question over its rounds, the oldest first. ``change``: of the last round against the one before, in points; ``verdict``: "cannot say" where its interval
    covers zero; both None with one round."""

    name: str
    question: Question
    source: str
    rounds: tuple[AnsweredRound, ...]
    change: Estimate | None = None
    verdict: Verdict | None = None

    @property
    def last(self) -> AnsweredRound:
        return self.rounds[-1]


def review_survey(survey: Survey) -> SurveyFound:
    """Every round with its interval, and what became of it since the round before.

    Not for rounds that asked different kinds of people: what moved may then be who was asked.

    Examples
    --------
    >>> found = review_survey(Survey("Would recommend", "recommend", (SurveyRound("2025-01", 80, 30, 20), SurveyRound("2025-06", 83, 40, 12))))
    >>> print(found.last.figure, found.verdict)
    33.7 points (95 %: 17.4 to 48.1) cannot say
    """
    rounds = tuple(_round(survey, r) for r in survey.rounds)
    change = _change(survey, rounds) if len(rounds) > 1 else None
    verdict = None if change is None else ("better" if change.value > 0 else "worse") if change.excludes(0) else "cannot say"
    return SurveyFound(survey.name, survey.question, survey.source, rounds, change, verdict)


def _round(survey: Survey, r: SurveyRound) -> AnsweredRound:
    key = f"survey.{survey.name}.{r.asked}"

    def people(count: int, what: str) -> Estimate:
        return Estimate(float(count), unit="people", kind="actual", key=f"{key}.{what}", source=survey.source, convention=f"asked {r.asked}")

    answers = people(r.answers, "answers")
    if survey.question != "recommend":
        favourable = people(r.favourable, "favourable")
        what = "found it easy" if survey.question == "effort" else "satisfied"
        return AnsweredRound(r.asked, answers, favourable, share_of(favourable, answers, key=f"{key}.share", names=("favourable", "answers"), convention=f"{what}, of all answers"))
    up, down, middle = people(r.favourable, "promoters"), people(r.unfavourable, "detractors"), people(r.answers - r.favourable - r.unfavourable, "passives")
    value, low, high = (100 * part for part in nps_interval(r.favourable, r.unfavourable, r.answers, level=LEVEL))
    figure = Estimate(value, min(low, value), max(high, value), level=LEVEL, unit=NPS_UNIT, kind="measured", n=r.answers, key=f"{key}.nps", convention="promoters less detractors, −100 to 100",
                      derivation=derived("100 × (promoters − detractors) / answers", {"promoters": up, "detractors": down, "answers": answers}, method=SCORE))
    return AnsweredRound(r.asked, answers, up, figure, middle, down)


def _change(survey: Survey, rounds: tuple[AnsweredRound, ...]) -> Estimate:
    before, now = rounds[-2:]
    about = {"level": LEVEL, "kind": "measured", "key": f"survey.{survey.name}.change", "convention": f"{now.asked} less {before.asked}"}
    if survey.question == "recommend":
        found = change_interval(*((r.figure.value, r.figure.low, r.figure.high) for r in (now, before)))
        return Estimate(*found, unit=NPS_UNIT, derivation=derived("now − before", {"now": now.figure, "before": before.figure}, method=SQUARE_AND_ADD), **about)
    found = newcombe(now.favourable.value, now.answers.value, before.favourable.value, before.answers.value, level=LEVEL)
    return Estimate(*found, unit=FRACTION_POINTS, derivation=derived("now − before", {"now": now.figure, "before": before.figure}, method=NEWCOMBE), **about)
