"""Surveys: files with a line for each answer, counted by round; rounds written in the params; the plan of the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.inputs.date_column import read_dates
from valuelab.inputs.figures import Figure, currency_fits
from valuelab.inputs.layouts import data_rows, matching
from valuelab.inputs.number_column import read_numbers
from valuelab.inputs.periods import parse_period, shorten
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import did_you_mean
from valuelab.inputs.records import Records, date_column_of, open_records
from valuelab.inputs.sheets import read_sheets
from valuelab.inputs.sources import Sources
from valuelab.inputs.survey_text import ScorecardText, StatedText, SurveyText
from valuelab.inputs.tidy import SMALLEST_GROUP
from valuelab.inputs.usage import USER_NAMES
from valuelab.inputs.yaml_text import YamlText
from valuelab.registers import ScorecardPlan, StatedFigure, Survey, SurveyRound
from valuelab.types import DataFile

ANSWER_NAMES = frozenset({"answer", "score", "rating", "value", "nps", "response", "points", "recommend"})
PERSON_NAMES = USER_NAMES | {"respondent", "respondent id", "respondent_id", "contact", "customer", "account"}
FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
ROUND_SEEN = 20  # answers from which a scale that is never used above 5 is asked about


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A file of answers as read, before a date is chosen. ``frame``: row, day, answer, person ("" where nobody is told apart)."""

    frame: pd.DataFrame
    where: str


def open_surveys(surveys: Mapping[str, SurveyText], text: YamlText, sources: Sources, findings: Findings, fiscal_year_starts: int | None) -> dict[str, Answers]:
    """The answers of every survey that names a file; what is wrong with them is in ``findings``."""
    found = {}
    for name, survey in surveys.items():
        source = sources.open(survey.data, where=text.where(("surveys", name, "data"))) if survey.data is not None else None
        records = open_records(read_sheets(source, findings), findings, title=survey.sheet or "") if source else None
        answers = _answers(records, survey, findings, fiscal_year_starts) if records is not None else None
        if answers is not None:
            findings.files.append(DataFile(survey.data, source.sha256, len(answers.frame)))
            found[name] = answers
    return found


def _answers(records: Records, survey: SurveyText, findings: Findings, fiscal_year_starts: int | None) -> Answers | None:
    names = [matching(cell) for cell in records.header]
    at = next((i for i, name in enumerate(names) if name == matching(survey.answer or "")), None) if survey.answer else next((i for i, name in enumerate(names) if name in ANSWER_NAMES), None)
    if at is None:
        has = ", ".join(f'"{cell[:40]}"' for cell in records.header[:10] if cell)
        findings.refuse(records.sheet.label, f"has no column {shorten(survey.answer)}; it has {has}" if survey.answer else f"has no column `score`; it has {has}", rows=[records.row],
                        fix="Name the column with the answers `score`, or say which it is with `answer`.")
    date_at = date_column_of(records, survey.date, findings)
    if at is None or date_at is None:
        return None
    problems = len(findings.problems)
    body = data_rows(records.sheet, records.body, date_at, len(records.header), findings)
    rows = [row for row, _ in body]
    label = records.sheet.label
    where = f'{label}, column "{records.header[at]}"'
    whens = read_dates([cells[date_at] for _, cells in body], rows, where=f'{label}, column "{records.header[date_at]}"', findings=findings, fiscal_year_starts=fiscal_year_starts)
    read = read_numbers([cells[at] for _, cells in body], rows, where=where, findings=findings, delimiter=records.sheet.delimiter)
    if len(findings.problems) > problems:
        return None
    person_at = next((i for i, name in enumerate(names) if name in PERSON_NAMES), None)
    frame = pd.DataFrame({
        "row": pd.Series(rows, dtype="int64"), "day": pd.to_datetime(pd.Series([w.day for w in whens], dtype="object")),
        "answer": pd.Series([np.nan if v is None else v for v in read.values], dtype="float64"),
        "person": pd.factorize(np.array([matching(cells[person_at]) for _, cells in body], dtype=object))[0] if person_at is not None else -1,  # people become numbers
    })
    findings.note("answers not known (empty, TBA, N/A, -) left out", where=where, rows=read.missing, why="nobody said anything there", kind="left out")
    frame = frame[frame["answer"].notna()]
    if survey.question == "recommend":
        odd = (frame["answer"] < 0) | (frame["answer"] > 10) | (frame["answer"] != frame["answer"].round())
        if read.percent or odd.any():
            findings.refuse(where, "percentages stand where answers from 0 to 10 are wanted" if read.percent else "is not an answer from 0 to 10", rows=[] if read.percent else frame.loc[odd, "row"],
                            fix="Whether somebody would recommend is asked from 0 to 10; for another scale use question: satisfaction with `favourable_from`.")
            return None
        if len(frame) >= ROUND_SEEN and frame["answer"].max() <= 5:
            findings.note("no answer is above 5 on a scale of 0 to 10", where=where, why="if people were asked from 1 to 5 nobody can be a promoter: check the question", count=1, kind="to check")
    return Answers(frame.reset_index(drop=True), where)


def surveys_until(surveys: Mapping[str, SurveyText], answers: Mapping[str, Answers], as_of: pd.Period, findings: Findings) -> tuple[Survey, ...]:
    """The rounds that were known at the date of a report. Rounds of fewer than five people are counted and not shown: single people could be recognised."""
    found = []
    for name, survey in surveys.items():
        if survey.data is None:
            counted = [(asked, *rest) for asked, *rest in survey.counts()]
            where = f"surveys.{name}"
        elif name in answers:
            counted, where = _counted(survey, answers[name], as_of, findings), answers[name].where
        else:
            continue
        late = [c for c in counted if c[0].start_time > as_of.end_time]
        findings.note("rounds of a survey from after the date of the report left out", where=where, why="they were not known then", count=len(late))
        known = [c for c in counted if c not in late]
        small = [c for c in known if c[1] < SMALLEST_GROUP]
        findings.note(f"rounds with fewer than {SMALLEST_GROUP} answers left out", where=where, why="single people could be recognised", count=len(small))
        rounds = tuple(SurveyRound(str(asked), answered, up, down) for asked, answered, up, down in known if answered >= SMALLEST_GROUP)
        if rounds:
            found.append(Survey(name, survey.question, rounds, str(survey.data or survey.source)))
    return tuple(found)


def _counted(survey: SurveyText, answers: Answers, as_of: pd.Period, findings: Findings) -> list[tuple[pd.Period, int, int, int | None]]:
    frame = answers.frame
    late = frame["day"] > as_of.end_time
    findings.note("answers after as_of left out", where=answers.where, why="only what was known by then counts", rows=frame.loc[late, "row"], kind="left out")
    frame = frame[~late].assign(asked=lambda f: f["day"].dt.to_period(FREQUENCIES[survey.every]))
    if (frame["person"] >= 0).any():
        again = (frame["person"] >= 0) & frame.sort_values("day", kind="stable").duplicated(["asked", "person"], keep="last").reindex(frame.index)
        findings.note("earlier answers of the same person in a round left out", where=answers.where, why="each person counts once; the last answer stands", rows=frame.loc[again, "row"], kind="left out")
        frame = frame[~again]
    found = []
    for asked, group in frame.groupby("asked", sort=True):
        score = group["answer"]
        if survey.question == "recommend":  # a 9 is a promoter
            found.append((asked, len(score), int((score >= 9).sum()), int((score <= 6).sum())))
        else:
            found.append((asked, len(score), int((score >= survey.favourable_from.value).sum()), None))
    return found


def scorecard_of(written: ScorecardText | None, *, measures: Iterable[str], currency: str, as_of: pd.Period, text: YamlText, findings: Findings) -> ScorecardPlan:
    """Measures by view, by the names of the params; stated figures that were known at the date of the report."""
    if written is None:
        return ScorecardPlan()
    known = {matching(name): name for name in measures}
    placed: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    for view in ("experience", "performance", "outcomes"):
        for name in getattr(written, view):
            if matching(name) not in known:
                findings.refuse(text.where(("scorecard", view)), f"{shorten(name)} is neither the outcome nor one of the `indicators`", fix=did_you_mean(name, list(known.values())) or "Add it there.")
            elif seen.setdefault(matching(name), view) != view or known[matching(name)] in placed.get(view, []):
                findings.refuse(text.where(("scorecard", view)), f"{shorten(name)} stands in the scorecard twice", fix="Keep one of the two.")
            else:
                placed.setdefault(view, []).append(known[matching(name)])
    later = [line for line in written.stated if line.on and parse_period(line.on).start_time > as_of.end_time]
    findings.note("figures of the scorecard from after the date of the report left out", where="scorecard.stated", why="they were not known then", count=len(later))
    for line in written.stated:
        if foreign := next((f.currency for f in (line.value, line.before) if f is not None and f.currency and not currency_fits(f.currency, currency)), ""):
            findings.refuse("scorecard.stated", f"{shorten(line.name)} is in {foreign}, and the account in {currency}", fix="Amounts are never converted: write it in the currency of the account.")
    stated = tuple(_stated(line, currency) for line in written.stated if line not in later)
    return ScorecardPlan(*(tuple(placed.get(view, ())) for view in ("experience", "performance", "outcomes")), stated)


def _stated(line: StatedText, currency: str) -> StatedFigure:
    return StatedFigure(line.name, line.view, line.value.value, None if line.before is None else line.before.value, _unit(line.value, line.unit, currency), line.better, line.kind, line.note,
                        line.by, line.on)


def _unit(figure: Figure, written: str, currency: str) -> str:
    """Percent are fractions, money is in the account's currency, else the unit beside the figure or the one that is written."""
    return "fraction" if figure.percent else currency if figure.currency else written or figure.unit
