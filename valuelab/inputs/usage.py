"""Usage files: a line for each use (date, team, user[, feature]) or counts of active people (date, team, active[, feature])."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from valuelab.inputs.adoption_text import AdoptionText
from valuelab.inputs.agreed import AssumptionsLog
from valuelab.inputs.date_column import read_dates, usual_step
from valuelab.inputs.layouts import data_rows, matching, plain
from valuelab.inputs.monthly import MONTH_END_WITHIN, WHOLE
from valuelab.inputs.number_column import read_numbers
from valuelab.inputs.quality import Findings
from valuelab.inputs.records import Records, date_column_of, open_records
from valuelab.inputs.sheets import Sheet, read_sheets
from valuelab.inputs.sources import Sources
from valuelab.inputs.yaml_text import YamlText
from valuelab.types import Cadence, DataFile, Team, Usage

TEAM_NAMES = frozenset({"team", "department", "group", "unit", "segment"})
USER_NAMES = frozenset({"user", "user id", "user_id", "userid", "person", "employee", "login", "e-mail", "email"})
FEATURE_NAMES = frozenset({"feature", "module", "function", "action"})
ACTIVE_NAMES = frozenset({"active", "active users", "active_users", "active people", "users"})


@dataclass(frozen=True, slots=True, eq=False)
class UsageTable:
    """A usage file as read, before a date is chosen. ``frame``: row, day, team, feature, and user or active."""

    frame: pd.DataFrame
    kind: str
    step: Cadence
    where: str


def open_usage(params: AdoptionText, text: YamlText, sources: Sources, findings: Findings, fiscal_year_starts: int | None) -> UsageTable | None:
    """The usage file that the params name, or None after saying what is wrong."""
    source = sources.open(params.data, where=text.where(("adoption", "data")))
    usage = read_usage(read_sheets(source, findings), params, findings=findings, fiscal_year_starts=fiscal_year_starts) if source else None
    if usage is not None:
        findings.files.append(DataFile(params.data, source.sha256, len(usage.frame)))
    return usage


def read_usage(sheets: Sequence[Sheet], params: AdoptionText, *, findings: Findings, fiscal_year_starts: int | None = None) -> UsageTable | None:
    """The rows of a usage file, or None after saying what is wrong. People become numbers: no name or address goes further."""
    records = open_records(sheets, findings, title=params.sheet or "")
    if records is None:
        return None
    before = len(findings.problems)
    at = _columns(records, params, findings)
    date_at = date_column_of(records, params.date, findings)
    if at is None or date_at is None:
        return None
    body = data_rows(records.sheet, records.body, date_at, len(records.header), findings)
    lines = [row for row, _ in body]
    whens = read_dates([cells[date_at] for _, cells in body], lines, where=f'{records.sheet.label}, column "{records.header[date_at]}"', findings=findings,
                       fiscal_year_starts=fiscal_year_starts)
    if len(findings.problems) > before:
        return None

    def texts(kind: str) -> list[str]:
        return [plain(cells[at[kind]]) if at[kind] is not None else "" for _, cells in body]

    only = next(iter(params.teams)) if at["team"] is None else ""
    features = ["" if matching(f) in WHOLE else _as_declared(f, params.features) for f in texts("feature")]
    frame = pd.DataFrame({"row": lines, "day": pd.to_datetime(pd.Series([w.day for w in whens], dtype="object")),
                          "team": [only or _as_declared(t, params.teams) for t in texts("team")], "feature": features})
    label = records.sheet.label
    if at["user"] is not None:
        frame["user"] = [matching(text) for text in texts("user")]
        frame = _keep(frame, frame["user"] != "", "rows without a user left out", "nobody can be counted", label, findings)
        frame["user"] = pd.factorize(frame["user"], sort=True)[0]
        kind, step = "events", "daily"
        if len(whens) and all(w.month_only for w in whens):
            findings.refuse(f'{label}, column "{records.header[date_at]}"', "single uses are dated by month alone", fix="Give the day of each use, or counts: date, team, active.")
    else:
        frame, step = _counts(frame, [cells[at["active"]] for _, cells in body], records, at["active"], all(w.month_only for w in whens), findings)
        kind = "counts"
    frame = _keep(frame, frame["team"] != "", "rows without a team left out", "they belong to no licences", label, findings)
    unknown = sorted(set(frame["team"]) - set(params.teams))
    frame = _keep(frame, frame["team"].isin(list(params.teams)), f"rows of teams that the params do not name left out: {', '.join(t[:40] for t in unknown[:6])}",
                  "they have no licences to be held against", label, findings)
    if len(findings.problems) > before:
        return None
    if not len(frame):
        findings.refuse(label, "no row is of a team that the params name", fix=f"It has {', '.join(t[:40] for t in unknown[:8]) or 'no teams'}. Correct `teams` in `adoption`.")
        return None
    return UsageTable(frame.reset_index(drop=True), kind, step, label)


def _as_declared(name: str, declared: Sequence[str]) -> str:
    """The spelling of the params: case and blanks do not count."""
    return next((d for d in declared if matching(d) == matching(name)), name)


def _keep(frame: pd.DataFrame, which: pd.Series, what: str, why: str, where: str, findings: Findings) -> pd.DataFrame:
    findings.note(what, where=where, why=why, rows=frame.loc[~which, "row"], kind="left out")
    return frame[which].copy()


def _columns(records: Records, params: AdoptionText, findings: Findings) -> dict[str, int | None] | None:
    names = [matching(cell) for cell in records.header]
    at = {kind: next((i for i, name in enumerate(names) if name in known), None)
          for kind, known in (("team", TEAM_NAMES), ("user", USER_NAMES), ("feature", FEATURE_NAMES), ("active", ACTIVE_NAMES))}
    has = ", ".join(f'"{cell[:40]}"' for cell in records.header[:10] if cell)
    if at["user"] is None and at["active"] is None:
        findings.refuse(records.sheet.label, f"has neither a column `user` nor a column `active`; it has {has}", rows=[records.row],
                        fix="Name the column that tells people apart `user`, or that with the number of active people `active`.")
        return None
    if at["team"] is None and len(params.teams) > 1:
        findings.refuse(records.sheet.label, f"has no column `team`, and the params name {len(params.teams)}; it has {has}", rows=[records.row], fix="Name the column `team`.")
        return None
    return at


def _counts(frame: pd.DataFrame, cells: list, records: Records, column: int, month_only: bool, findings: Findings) -> tuple[pd.DataFrame, Cadence]:
    """Counts typed, without duplicates; and how long their periods are."""
    where = f'{records.sheet.label}, column "{records.header[column]}"'
    read = read_numbers(cells, frame["row"].tolist(), where=where, findings=findings, delimiter=records.sheet.delimiter)
    frame["active"] = pd.Series([np.nan if v is None else v for v in read.values], index=frame.index, dtype="float64")
    findings.note("values not known (empty, TBA, N/A, -)", where=where, rows=read.missing, why="they stay missing and are never read as zero")
    odd = frame["active"].notna() & ((frame["active"] < 0) | (frame["active"] != frame["active"].round()))
    if read.percent or odd.any():
        findings.refuse(where, "percentages stand where numbers of people are wanted" if read.percent else "is not a number of people: below zero, or not whole",
                        rows=[] if read.percent else frame.loc[odd, "row"], fix="Write how many people were active.")
    days = sorted(set(frame["day"].dropna().dt.date))
    gap = 31 if month_only or len(days) < 2 else usual_step(days)
    step = "monthly" if gap >= 28 else "weekly" if gap == 7 else "daily" if gap <= 3 else ""
    if not step:
        findings.refuse(where, f"its periods are neither days, weeks nor months: they lie {gap} days apart", fix="Count active people by day, week or month.")
    period = frame["day"].dt.to_period("M").dt.to_timestamp() if step == "monthly" else frame["day"]
    frame = frame.assign(day=period)
    key = ["day", "team", "feature"]
    conflicting = frame.duplicated(key, keep=False) & ~frame.duplicated([*key, "active"], keep=False)
    if conflicting.any():
        findings.refuse(where, "different numbers for the same team, feature and period", rows=frame.loc[conflicting, "row"], fix="Keep the right one of each.")
    return _keep(frame, ~frame.duplicated([*key, "active"]), "identical rows dropped", "the same figure stood there twice", where, findings), step or "monthly"


def usage_until(table: UsageTable, params: AdoptionText, last_day: date | None, last_month: pd.Period, findings: Findings, log: AssumptionsLog) -> Usage:
    """The use that was known on a day, and the last month that is over; licences become lines of the assumptions."""
    frame = table.frame
    if last_day is not None and last_day < last_month.end_time.date():
        last_month -= 1
    limit = min(last_day or date.max, last_month.end_time.date())
    known = frame["day"].dt.date <= limit
    after = frame["day"].dt.date > (last_day or limit)
    findings.note("rows after as_of left out", where=table.where, why="only what was known by then counts", rows=frame.loc[after, "row"], kind="left out")
    frame = frame[known]
    month = frame["day"].max().to_period("M") if len(frame) else last_month
    if len(frame) and table.step != "monthly" and month == last_month:
        end = date(month.year, month.month, monthrange(month.year, month.month)[1])
        reach = frame["day"].max().date() + timedelta(days=6 if table.step == "weekly" else 0)
        if table.frame["day"].max().date() <= limit and (end - reach).days > MONTH_END_WITHIN:
            findings.note(f"{month} is not over in the usage file and not used", where=table.where, why="it ends before the month does", count=1, kind="left out")
            month -= 1
            frame = frame[frame["day"].dt.to_period("M") <= month]
    findings.note(f"use not known after {month}", where=table.where, why="the usage file ends there", count=max(0, (last_month - month).n), kind="missing")
    teams = tuple(Team(name, log.estimate(text, path=f"adoption.teams.{name}.licences", name=f"Licences of {name}", unit="licences"), text.cadence,
                       bool((frame["team"] == name).any())) for name, text in params.teams.items())
    if table.kind == "counts" and len(frame) and not (frame["feature"] == "").any():
        findings.note("no row counts the whole product", where=table.where, why="active people cannot be told from single features: add rows without a feature", count=1, kind="missing")
    columns = ["day", "team", "feature", "user" if table.kind == "events" else "active"]
    return Usage(frame[columns].reset_index(drop=True), table.kind, table.step, teams, month, features=dict(params.features), good=params.good.value,
                 talk=params.needs_conversation.value, source=str(params.data))
