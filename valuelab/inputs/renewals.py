"""Renewals whose outcome is known, from a file or from the params: renewed or not, when, and the score that was there before."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from valuelab.inputs.date_column import read_dates
from valuelab.inputs.layouts import data_rows, matching, plain
from valuelab.inputs.number_column import is_missing, read_numbers
from valuelab.inputs.quality import Findings
from valuelab.inputs.records import Records, date_column_of, dated_columns, open_records
from valuelab.inputs.sheets import read_sheets
from valuelab.inputs.sources import Sources
from valuelab.inputs.survey_text import RenewalsText
from valuelab.inputs.yaml_text import YamlText
from valuelab.registers import Decided, RenewalRegister
from valuelab.types import DataFile

ACCOUNT_NAMES = frozenset({"account", "customer", "contract", "client", "site", "name", "id", "account id", "contract id", "customer id"})
RENEWED_NAMES = frozenset({"renewed", "renewal", "outcome", "result", "status", "kept"})
SCORE_NAMES = frozenset({"score", "health", "health score", "health_score", "score before", "score_before", "score at the time", "score_then"})
SCORED_NAMES = frozenset({"scored", "scored on", "scored_on", "score date", "score_date", "date of score", "scored_at"})
YES = frozenset({"yes", "y", "true", "1", "1.0", "renewed", "kept", "won", "stayed"})
NO = frozenset({"no", "n", "false", "0", "0.0", "not renewed", "lost", "churned", "ended", "cancelled", "canceled", "left"})


def open_renewals(written: RenewalsText | None, text: YamlText, sources: Sources, findings: Findings, fiscal_year_starts: int | None) -> pd.DataFrame | None:
    """Renewals as a file or the params have them: row, day, renewed, score, account, scored, text (the date as the params write it). None where there are none, or after saying what is wrong."""
    if written is None:
        return None
    if written.data is None:
        scores = _as_shares([line.score.value for line in written.decided], all(line.score.percent for line in written.decided), [0] * len(written.decided), "renewals.decided", findings)
        names = pd.factorize(np.array([matching(line.account) for line in written.decided], dtype=object))[0] if all(line.account for line in written.decided) else -1
        return pd.DataFrame({"row": 0, "day": [line.date.end_time.normalize() for line in written.decided], "renewed": [line.renewed for line in written.decided], "score": scores, "account": names,
                             "scored": pd.NaT, "text": [str(line.date) for line in written.decided]})
    source = sources.open(written.data, where=text.where(("renewals", "data")))
    records = open_records(read_sheets(source, findings), findings, title=written.sheet or "") if source else None
    frame = _read(records, written, findings, fiscal_year_starts) if records is not None else None
    if frame is not None:
        findings.files.append(DataFile(written.data, source.sha256, len(frame)))
    return frame


def _read(records: Records, written: RenewalsText, findings: Findings, fiscal_year_starts: int | None) -> pd.DataFrame | None:
    names, label = [matching(cell) for cell in records.header], records.sheet.label
    at = {kind: next((i for i, name in enumerate(names) if name in known), None) for kind, known in (("renewed", RENEWED_NAMES), ("score", SCORE_NAMES), ("account", ACCOUNT_NAMES), ("scored", SCORED_NAMES))}
    has = ", ".join(f'"{cell[:40]}"' for cell in records.header[:10] if cell)
    for kind, what in (("renewed", "whether it was renewed (yes or no)"), ("score", "the score at the time")):
        if at[kind] is None:
            findings.refuse(label, f"has no column `{kind}`; it has {has}", rows=[records.row], fix=f"Name the column with {what} `{kind}`.")
    others = [i for i in dated_columns(records) if i not in (at["scored"], at["score"])]
    date_at = others[0] if len(others) == 1 and not written.date else date_column_of(records, written.date, findings)
    if None in (at["renewed"], at["score"], date_at):
        return None
    problems = len(findings.problems)
    body = data_rows(records.sheet, records.body, date_at, len(records.header), findings)
    rows = [row for row, _ in body]

    def days(column: int, *, where: str) -> list[date | None]:
        known = [i for i, (_, cells) in enumerate(body) if not is_missing(cells[column])]
        whens = read_dates([body[i][1][column] for i in known], [rows[i] for i in known], where=where, findings=findings, fiscal_year_starts=fiscal_year_starts)
        found: list[date | None] = [None] * len(body)
        for i, when in zip(known, whens, strict=True):
            found[i] = when.day if when else None
        return found

    decided = days(date_at, where=f'{label}, column "{records.header[date_at]}"')
    scored = days(at["scored"], where=f'{label}, column "{records.header[at["scored"]]}"') if at["scored"] is not None else [None] * len(body)
    where = f'{label}, column "{records.header[at["renewed"]]}"'
    said = [" ".join(plain(cells[at["renewed"]]).split()).lower() for _, cells in body]
    unread = [row for row, cell in zip(rows, said, strict=True) if cell not in YES | NO and not is_missing(cell)]
    if unread:
        findings.refuse(where, "is neither yes nor no", rows=unread, fix="Write yes or no; leave it blank while it is not decided.")
    open_rows = [row for row, cell in zip(rows, said, strict=True) if is_missing(cell)]
    findings.note("renewals that are not decided left out", where=where, why="nothing can be held against them yet", rows=open_rows, kind="left out")
    where = f'{label}, column "{records.header[at["score"]]}"'
    read = read_numbers([cells[at["score"]] for _, cells in body], rows, where=where, findings=findings, delimiter=records.sheet.delimiter)
    findings.note("renewals without a score left out", where=where, why="there is nothing that could have foretold them", rows=set(read.missing) - set(open_rows), kind="left out")
    if len(findings.problems) > problems:
        return None
    scores = _as_shares([np.nan if v is None else v for v in read.values], read.percent, rows, where, findings)
    account = [matching(cells[at["account"]]) if at["account"] is not None else "" for _, cells in body]
    frame = pd.DataFrame({"row": pd.Series(rows, dtype="int64"), "day": pd.to_datetime(pd.Series(decided, dtype="object")), "renewed": [cell in YES for cell in said],
                          "score": pd.Series(scores, dtype="float64"), "account": pd.factorize(np.array(account, dtype=object))[0] if at["account"] is not None else -1,
                          "scored": pd.to_datetime(pd.Series(scored, dtype="object")), "text": ""})
    frame = frame[~frame["row"].isin(open_rows) & frame["score"].notna()]
    return _once(frame, label, findings)


def _as_shares(values: list[float], percent: bool, rows: list[int], where: str, findings: Findings) -> list[float]:
    """Scores as fractions: the whole column says whether it runs to 1 or to 100."""
    scores = np.array(values, dtype=float)
    known = scores[~np.isnan(scores)]
    to_100 = not percent and len(known) > 0 and known.max() > 1
    if to_100:
        scores = scores / 100
    odd = ~np.isnan(scores) & ((scores < 0) | (scores > 1))
    if odd.any():
        findings.refuse(where, "is not a score from 0 to 100", rows=[row for row, wrong in zip(rows, odd, strict=True) if wrong], fix="Write scores from 0 to 100, or all as shares from 0 to 1.")
    return scores.tolist()


def _once(frame: pd.DataFrame, where: str, findings: Findings) -> pd.DataFrame:
    """Each decision of an account once; two that contradict each other are refused."""
    if not len(frame) or (frame["account"] < 0).all():
        return frame
    key = ["account", "day"]
    conflicting = frame.duplicated(key, keep=False) & ~frame.duplicated([*key, "renewed", "score"], keep=False)
    if conflicting.any():
        findings.refuse(where, "two decisions of the same account on the same day contradict each other", rows=frame.loc[conflicting, "row"], fix="Keep the right one of each.")
    twin = frame.duplicated([*key, "renewed", "score"])
    findings.note("identical rows dropped", where=where, why="the same renewal stood there twice", rows=frame.loc[twin, "row"])
    return frame[~twin]


def renewals_until(frame: pd.DataFrame | None, written: RenewalsText | None, as_of: pd.Period, findings: Findings) -> RenewalRegister | None:
    """The renewals that were decided by the date of a report. A score of the day of the decision or later foretells nothing and is left out."""
    if frame is None or written is None:
        return None
    where = str(written.data or "renewals.decided")
    late = frame["day"] > as_of.end_time
    findings.note("renewals from after the date of the report left out", where=where, why="they were not known then", count=int(late.sum()), kind="left out")
    frame = frame[~late]
    hindsight = frame["scored"].notna() & (frame["scored"] >= frame["day"])
    findings.note("renewals scored on the day of the decision or later left out", where=where, why="such a score foretells nothing", rows=frame.loc[hindsight, "row"], kind="left out")
    frame = frame[~hindsight].sort_values(["day", "row"], kind="stable")
    rows = tuple(Decided(r.text or f"{r.day:%Y-%m-%d}", bool(r.renewed), float(r.score), int(r.account)) for r in frame.itertuples())
    return RenewalRegister(rows, str(written.data or written.source), bool(len(frame)) and bool(frame["scored"].notna().all())) if rows else None
