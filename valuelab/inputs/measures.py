"""A measure of the params and its rows in a data file, together a ``Measure``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from valuelab.formatting import format_number
from valuelab.inputs.agreed import PERCENT_UNITS, AssumptionsLog, MeasureUnit
from valuelab.inputs.figures import TargetText
from valuelab.inputs.monthly import to_monthly
from valuelab.inputs.periods import Unreadable
from valuelab.inputs.plausible import Stated, check_plausible, scale_change
from valuelab.inputs.quality import Findings
from valuelab.inputs.schema import MeasureText
from valuelab.inputs.sections import TargetLine
from valuelab.inputs.tidy import MetricRows
from valuelab.inputs.yaml_text import Place, YamlText
from valuelab.types import DeclaredBaseline, Measure, Plan, Promise, Target, TotalBy

BASELINE_OFF = 0.02  # of the declared figure; less is rounding


@dataclass(frozen=True, slots=True, eq=False)
class MeasureData:
    """A measure as written (``place`` in the params) and its rows, in the unit that they are analysed in."""

    name: str
    place: Place
    params: MeasureText
    rows: MetricRows
    unit: MeasureUnit
    source: str
    factor: float = 1.0  # from the values as they stand in the file to the unit


def match_unit(
    name: str,
    place: Place,
    params: MeasureText,
    rows: MetricRows,
    source: str,
    currency: str,
    text: YamlText,
    findings: Findings,
) -> MeasureData:
    """Settle percent or number, and hold the values against the declared scale."""
    declared = currency if params.unit == "$" and currency else params.unit
    unit, factor = declared, 1.0
    rows = _on_one_scale(rows, params.scale_change, findings)
    values = rows.frame["value"]
    if declared.lower() in PERCENT_UNITS:
        unit = "fraction"
        if not rows.percent:
            factor = 0.01
            if len(values.dropna()) >= 3 and values.dropna().abs().max() <= 1 and values.any():
                findings.refuse(
                    rows.where,
                    f"all values lie between −1 and 1, but `unit: {declared}` says percent: 0.12 may be 0.12 % or 12 %",
                    fix="Write 12% in the data, or `unit: fraction` in the params.",
                )
    elif rows.percent:
        if declared in ("", "fraction"):
            unit = "fraction"
        else:
            findings.refuse(
                rows.where,
                f"the values carry percent signs, but the unit is {declared}",
                fix=f"Correct `unit` of {name} or the data.",
            )
    if params.scale is not None:
        _hold_against_scale(rows, params.scale, name, unit == "fraction" and rows.percent, findings)
    if factor != 1.0:
        rows = replace(rows, frame=rows.frame.assign(value=values * factor))
    return MeasureData(name, place, params, rows, MeasureUnit(declared, unit, params.total_by), source, factor)


def _hold_against_scale(
    rows: MetricRows, scale: tuple[float, float], name: str, percent: bool, findings: Findings
) -> None:
    values = rows.frame["value"] * (100 if percent and scale[1] > 1 else 1)
    outside = (values < scale[0] - 1e-9) | (values > scale[1] + 1e-9)
    if outside.any():
        worst = values[outside].iloc[0]
        findings.refuse(
            rows.where,
            f"{worst:g} is outside the scale {scale[0]:g}-{scale[1]:g} that the params give {name}",
            rows=rows.frame.loc[outside, "row"],
            fix="Correct the values or `scale`.",
        )


def build_measure(
    data: MeasureData,
    *,
    last_day: date | None,
    last_month: pd.Period,
    text: YamlText,
    findings: Findings,
    log: AssumptionsLog,
) -> Measure:
    """The measure as of a month, its baseline, targets and plan; implausible figures are refused."""
    params, unit = data.params, data.unit
    monthly = to_monthly(
        data.rows, total_by=params.total_by, findings=findings, last_day=last_day, last_month=last_month
    )
    series = monthly.series.rename(data.name)
    _note_oddities(series, data, last_month, findings)
    baseline, stated_baseline = _baseline(data, text, findings, log)
    if baseline is not None and not stated_baseline.confirmed:
        _hold_baseline_against_data(baseline, series, params.total_by, stated_baseline.where, findings)
    targets, stated = [], []
    for index, line in enumerate(params.targets):
        target = _target(line.target, data, stated_baseline, text.where((*data.place, "targets", index)), findings)
        if target is None:
            continue
        targets.append(target)
        if line.target.figure is not None:
            stated.append(Stated(_where(text, data, "targets", index), target.text, target.value, line.confirmed))
    for key in ("promised", "expected"):
        for index, line in enumerate(getattr(params, key)):
            year = _size(line, data, _where(text, data, key, index), findings)
            if year is not None:
                stated.append(Stated(_where(text, data, key, index), line.target.text, year, line.confirmed))
    findings.problems += [
        p
        for p in check_plausible(
            baseline=stated_baseline, targets=stated, series=monthly.series, total_by=params.total_by
        )
        if p not in findings.problems
    ]
    _hold_targets_against_scale(data, stated, findings)
    if params.expected_lag is not None:
        log.say(
            f"{data.name}: moves before the outcome by",
            f"{params.expected_lag} months",
            note="named in advance, and tested as such",
        )
    plan = Plan(params.plan) if isinstance(params.plan, str) else Plan("milestones", params.plan)
    scale = params.scale
    if scale is not None and unit.is_fraction and scale[1] > 1:
        scale = (scale[0] / 100, scale[1] / 100)
    answers = monthly.answers.rename(data.name) if monthly.answers is not None else None
    return Measure(
        data.name,
        series,
        total_by=params.total_by,
        better=params.better,
        unit=unit.unit,
        answers=answers,
        spread=monthly.spread.rename(data.name) * data.factor if monthly.spread is not None else None,
        partial=monthly.partial,
        scale=scale,
        baseline=baseline,
        targets=tuple(targets),
        plan=plan,
        driver=params.driver or "",
        expected_lag=params.expected_lag,
        source=data.source,
    )


def _where(text: YamlText, data: MeasureData, key: str, index: int) -> str:
    return text.where((*data.place, key, index))


def _note_oddities(series: pd.Series, data: MeasureData, last_month: pd.Period, findings: Findings) -> None:
    where = data.rows.where
    if len(series) == 0:
        findings.note(
            f"{data.name} has no value yet as of {last_month}", where=where, count=1, why="it can't be analysed"
        )
        return
    known = series.dropna()
    if len(known) == 1:
        findings.note(f"{data.name} has one month only", where=where, count=1, why="one month shows no course")
    if len(known) > 1 and not known.any():
        findings.note(
            f"every value of {data.name} is zero", where=where, count=len(known), why="is it the right column?"
        )
    if series.index[-1] < last_month:
        late = (last_month - series.index[-1]).n
        findings.note(
            f"{data.name} ends in {series.index[-1]}",
            where=where,
            count=late,
            why=f"as_of is {last_month}: the months between are not known",
        )
    if change := scale_change(series):
        _say_scale_change(*change, data, findings)


def _say_scale_change(month: pd.Period, factor: int, larger: bool, data: MeasureData, findings: Findings) -> None:
    what = f"from {month} on the values are about {factor} times {'larger' if larger else 'smaller'}"
    if data.params.confirmed:
        findings.note(what, where=data.rows.where, count=1, why="a scale may have changed; it was confirmed that none has", kind="to check")
        return
    written = factor if larger else f"1/{factor}"
    findings.refuse(
        data.rows.where,
        f"{what}: has its scale or unit changed",
        fix=f"Add `scale_change: {{{month}: {written}}}` to {data.name} if it has (earlier values are brought to the new scale), "
        "or `confirmed: true` if the values are right.",
    )


def _on_one_scale(rows: MetricRows, changes: tuple[tuple[pd.Period, float], ...], findings: Findings) -> MetricRows:
    """Values before each change of scale brought to the scale after it."""
    frame = rows.frame
    for month, factor in changes:
        before = (frame["day"] < month.start_time) & frame["value"].notna()
        size = f"multiplied by {factor:g}" if factor > 1 else f"divided by {1 / factor:g}"
        findings.note(
            f"values before {month} {size}", where=rows.where, count=int(before.sum()), why="the params say that the scale changed then",
            kind="repaired",
        )
        columns = [column for column in ("value", "spread") if column in frame]
        frame = frame.assign(**{column: frame[column].where(~before, frame[column] * factor) for column in columns})
    return replace(rows, frame=frame)


def _baseline(
    data: MeasureData, text: YamlText, findings: Findings, log: AssumptionsLog
) -> tuple[DeclaredBaseline | None, Stated | None]:
    """The agreed baseline; of a sum it is the total over its months, 12 where none are named."""
    written = data.params.baseline
    if written is None:
        return None, None
    place = (*data.place, "baseline")
    start, end = written.over or (None, None)
    months = (end - start).n + 1 if written.over else 12
    try:
        factor = data.unit.factor(written.value, months=months)
    except Unreadable as reason:
        findings.refuse(text.where(place), reason.what, fix=reason.fix)
        return None, None
    over = f"over {start} to {end}" if written.over else "over 12 months" if data.params.total_by == "sum" else ""
    estimate = log.estimate(
        written,
        path=".".join(map(str, place)),
        name=f"{data.name}: baseline",
        unit=data.unit.unit,
        factor=factor,
        convention=over,
        note="taken as the total of 12 months" if over == "over 12 months" and not written.value.per else over,
    )
    year = estimate.value * (12 / months if data.params.total_by == "sum" else 1)
    return DeclaredBaseline(estimate, start, end), Stated(
        text.where(place), written.value.text, year, written.confirmed
    )


def _hold_baseline_against_data(baseline: DeclaredBaseline, series: pd.Series, total_by: TotalBy | None, where: str, findings: Findings) -> None:
    """A note where the file gives another figure for the very months that a baseline is declared over."""
    if baseline.start is None or baseline.end is None:
        return
    months = series.reindex(pd.period_range(baseline.start, baseline.end, freq="M"))
    if not len(months) or months.isna().any():
        return
    found = {"sum": months.sum(), "last": months.iloc[-1]}.get(total_by, months.mean())
    if abs(found - baseline.estimate.value) > BASELINE_OFF * abs(baseline.estimate.value):
        findings.note(f"the declared baseline is {format_number(baseline.estimate.value)}; the data give {format_number(float(found))} for the same months", where=where, count=1,
                      why="reports count from the declared figure: correct one of the two, or write `confirmed: true`", kind="to check")


def _target(
    target: TargetText, data: MeasureData, baseline: Stated | None, where: str, findings: Findings
) -> Target | None:
    if target.figure is not None:
        try:
            return Target(target.by, target.figure.value * data.unit.factor(target.figure), target.text)
        except Unreadable as reason:
            findings.refuse(where, reason.what, fix=reason.fix)
            return None
    if target.relative is None:
        return Target(target.by, None, target.text)
    if baseline is None or baseline.year <= 0:
        why = "no baseline is declared" if baseline is None else f"the baseline {baseline.text} is not above zero"
        findings.refuse(
            where,
            f'"{target.text}" is relative, and {why}',
            fix="Declare `baseline: {value: …, over: …, source: …}`, or write the level to reach.",
        )
        return None
    return Target(target.by, baseline.year * (1 + target.relative), target.text, relative=target.relative)


def _size(line: TargetLine, data: MeasureData, where: str, findings: Findings) -> float | None:
    try:
        return line.target.figure.value * data.unit.factor(line.target.figure)
    except Unreadable as reason:
        findings.refuse(where, reason.what, fix=reason.fix)
        return None


def _hold_targets_against_scale(data: MeasureData, stated: list[Stated], findings: Findings) -> None:
    if data.params.scale is None or data.params.total_by == "sum":
        return
    low, high = data.params.scale
    size = 100 if data.unit.is_fraction and high > 1 else 1
    for figure in stated:
        if not low <= figure.year * size <= high:
            findings.refuse(
                figure.where,
                f'"{figure.text}" lies outside the scale {low:g}-{high:g}',
                fix="Nobody can reach it: correct the figure or `scale`.",
            )


def promises_of(data: MeasureData) -> list[Promise]:
    """What was promised and expected of a measure, in its unit; lines that cannot be read were refused before."""
    rows = []
    for kind in ("promised", "expected"):
        for line in getattr(data.params, kind):
            try:
                value = line.target.figure.value * data.unit.factor(line.target.figure)
            except Unreadable:
                continue
            rows.append(
                Promise(
                    kind,
                    data.name,
                    value,
                    line.target.by,
                    source=line.source,
                    agreed_by=line.agreed_by,
                    agreed_on=line.agreed_on,
                    decides=line.decides,
                )
            )
    return rows
