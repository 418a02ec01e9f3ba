"""The section of notebook 05 with the scorecard of four views, and what customers answered by round."""

from __future__ import annotations

import pandas as pd

from valuelab.analysis.reviews.health import HealthReview
from valuelab.analysis.reviews.scorecard import Scorecard, ScoreView
from valuelab.analysis.surveys import SurveyFound
from valuelab.language import phrase, said, said_or_own
from valuelab.present.blocks import Block, Table, cell, table
from valuelab.present.charts import surveys as charts
from valuelab.present.figures import joined, say, short_period
from valuelab.present.wording import scorecard as words


def scorecard_of(review: HealthReview) -> Block | None:
    return review.scorecard and scorecard(review.scorecard)


def scorecard(found: Scorecard) -> Block:
    pictures = (charts.rounds(found.surveys, alt=words.alt(found.surveys), caption=phrase(
        "Each round with its 95 % interval. Rounds whose intervals overlap may still differ: the table says what the change itself can show.")),) if found.surveys else ()
    lines = [words.scorecard(found), *(words.survey(s) for s in found.surveys), *(words.missing(view) for view in found.missing)]
    if found.unplaced:
        lines.append(say("In no view: {names}. Place them under `scorecard` in the params.", names=joined(list(found.unplaced))))
    tables = (*(_view(view) for view in found.views if view.lines), *((_rounds(found.surveys),) if found.surveys else ()))
    return Block("scorecard", "Scorecard", found.to_dict(), title=phrase("Scorecard"), charts=pictures, sentences=tuple(lines), tables=tables, warnings=tuple(map(said, found.warnings)),
                 notes=(phrase(words.SIDES_NOTE),))


def _view(view: ScoreView) -> Table:
    rows = [(cell(said_or_own(x.name)), cell(x.figure, interval=True), cell(x.change, interval=True, sign=True), cell(words.against(x)), cell(phrase(words.VERDICTS[x.verdict])),
             cell(words.value(x)), cell(words.says(x))) for x in view.lines]
    header = (phrase("figure"), phrase("now"), phrase("change"), phrase("held against"), phrase("which is"), phrase("value"), phrase("says who"))
    return table(phrase(words.CAPTIONS[view.name]), header, rows)


def _rounds(surveys: tuple[SurveyFound, ...]) -> Table:
    rows = [(cell(s.name), cell(short_period(pd.Period(r.asked))), cell(r.answers, unit=False), cell(r.favourable, unit=False), cell(r.passive, unit=False), cell(r.unfavourable, unit=False),
             cell(r.figure, interval=True)) for s in surveys for r in reversed(s.rounds)]
    header = (phrase("question"), phrase("asked"), phrase("answers"), phrase("favourable"), phrase("passive"), phrase("unfavourable"), phrase("figure"))
    return table(phrase("What was answered, by round"), header, rows, note=phrase(
        "Would recommend, 0 to 10: favourable are promoters (9, 10), passive 7 and 8, unfavourable are detractors (0 to 6); the figure is the net promoter score, promoters less "
        "detractors in points from −100 to 100. Of other questions: the share of favourable answers. Rounds under five answers are not shown."))
