"""Params and data files together: one ``Customer`` as of one day, or everything that is wrong with it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from valuelab.inputs.account_registers import RegistersText, register_of
from valuelab.inputs.agreed import AssumptionsLog
from valuelab.inputs.agreed_dates import hold_dates_against_each_other
from valuelab.inputs.agreed_money import benefit_plans, direct_benefit, renewal_of, stated_costs, unit_value
from valuelab.inputs.cash_flow import FlowTable, read_cash_flow
from valuelab.inputs.dated_notes import known_comment, known_events
from valuelab.inputs.health import health_of
from valuelab.inputs.lineage import Home, kept_series, measure_lineage, restated, sheet_of
from valuelab.inputs.measures import MeasureData, build_measure, match_unit, promises_of
from valuelab.inputs.monthly import to_monthly
from valuelab.inputs.people import people_of
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import measures_of, nearest
from valuelab.inputs.records import open_records, read_records
from valuelab.inputs.renewals import open_renewals, renewals_until
from valuelab.inputs.retail_calendar import RetailCalendar
from valuelab.inputs.schema import MeasureText, Params
from valuelab.inputs.sheets import read_sheets
from valuelab.inputs.sources import Sources
from valuelab.inputs.surveys import Answers, open_surveys, scorecard_of, surveys_until
from valuelab.inputs.tables import Table, matching, read_kpi_table
from valuelab.inputs.tidy import tidy
from valuelab.inputs.usage import UsageTable, open_usage, usage_until
from valuelab.inputs.yaml_text import Place, YamlText
from valuelab.provenance import Lineage, each_file_once
from valuelab.software import software_id
from valuelab.types import CashFlow, ConversionAgreement, Customer, DataFile, Measure, Promise, StatedCost


@dataclass(slots=True)
class CustomerData:
    """What the files of a customer hold, before a date is chosen."""

    measures: list[MeasureData] = field(default_factory=list)
    homes: dict[Place, Home] = field(default_factory=dict)
    flows: FlowTable | None = None
    flows_home: Home | None = None
    usage: UsageTable | None = None
    answers: dict[str, Answers] = field(default_factory=dict)
    renewals: pd.DataFrame | None = None


def read_data(params: Params, text: YamlText, sources: Sources, findings: Findings) -> CustomerData:
    """Read every data file once; what is wrong with them is in ``findings``."""
    data = CustomerData()
    fiscal = params.fiscal_year_starts or fiscal_year_from_targets(params)
    by_sheet: dict[tuple[str, str, bool], list[tuple[Place, MeasureText]]] = {}
    for place, measure in measures_of(params):
        if name := measure.data or params.data:
            sheet = measure.sheet or ("" if measure.data else params.sheet or "")
            by_sheet.setdefault((name, sheet, measure.reads_records), []).append((place, measure))
    found: dict[Place, MeasureData] = {}
    for (file, sheet, has_records), wanted in by_sheet.items():
        first = wanted[0]
        where = text.where((*first[0], "data") if first[1].data else ("data",))
        if has_records:
            in_file, homes = _measures_of_records(file, sheet, where, wanted, params, text, sources, findings, fiscal)
            found.update(in_file)
            data.homes.update(homes)
            continue
        table = _open_table(file, sheet, where, wanted, sources, findings)
        if table is not None:
            in_table = _measures_in(table, wanted, params, text, findings, fiscal)
            found.update(in_table)
            data.homes.update({place: _home(table, measure, findings) for place, measure in in_table.items()})
    data.measures = [found[place] for place, _ in measures_of(params) if place in found]
    if params.cash_flow is not None:
        data.flows = _open_flows(params, text, sources, findings)
        if data.flows is not None:
            data.flows_home = Home(params.cash_flow.data, sheet_of(data.flows.where), "", findings.files[-1].sha256)
    if params.adoption is not None:
        data.usage = open_usage(params.adoption, text, sources, findings, fiscal)
    data.answers = open_surveys(params.surveys, text, sources, findings, fiscal)
    data.renewals = open_renewals(params.renewals, text, sources, findings, fiscal)
    return data


def _home(table: Table, measure: MeasureData, findings: Findings) -> Home:
    columns = {entry.column for entry in table.entries if matching(entry.metric) == matching(measure.rows.name)}
    sha256 = next((file.sha256 for file in findings.files if file.name == table.source), "")
    return Home(table.source, sheet_of(table.label), columns.pop() if len(columns) == 1 else "", sha256)


def _measures_of_records(
    file: str,
    sheet: str,
    where: str,
    wanted: list[tuple[Place, MeasureText]],
    params: Params,
    text: YamlText,
    sources: Sources,
    findings: Findings,
    fiscal: int | None,
) -> tuple[dict[Place, MeasureData], dict[Place, Home]]:
    """Measures of a table with a line for each order, ticket or answer, and where each stands."""
    source = sources.open(file, where=where)
    records = open_records(read_sheets(source, findings), findings, title=sheet) if source else None
    if records is None:
        return {}, {}
    findings.files.append(DataFile(file, source.sha256, len(records.body)))
    found, homes = {}, {}
    for place, measure in wanted:
        name = _name_of(place, measure)
        rows = read_records(records, name, measure, findings=findings, currency=params.currency, fiscal_year_starts=fiscal)
        if rows is not None:
            found[place] = match_unit(name, place, measure, rows, file, params.currency, text, findings)
            homes[place] = Home(file, sheet_of(records.sheet.label), rows.column, source.sha256)
    return found, homes


def _open_table(
    file: str, sheet: str, where: str, wanted: list[tuple[Place, MeasureText]], sources: Sources, findings: Findings
) -> Table | None:
    source = sources.open(file, where=where)
    if source is None:
        return None
    names = [_name_of(place, measure) for place, measure in wanted]
    table = read_kpi_table(read_sheets(source, findings), findings, source=file, wanted=names, title=sheet)
    if table is not None:
        findings.files.append(DataFile(file, source.sha256, len({entry.row for entry in table.entries})))
    return table


def _open_flows(params: Params, text: YamlText, sources: Sources, findings: Findings) -> FlowTable | None:
    source = sources.open(params.cash_flow.data, where=text.where(("cash_flow", "data")))
    if source is None:
        return None
    flows = read_cash_flow(read_sheets(source, findings), params.cash_flow, findings=findings, currency=params.currency)
    if flows is not None:
        findings.files.append(DataFile(params.cash_flow.data, source.sha256, len(flows.table)))
    return flows


def _measures_in(
    table: Table,
    wanted: list[tuple[Place, MeasureText]],
    params: Params,
    text: YamlText,
    findings: Findings,
    fiscal: int | None,
) -> dict[Place, MeasureData]:
    has = {matching(name): name for name in table.metrics}
    in_file: dict[Place, str] = {}
    for place, measure in wanted:
        name = _name_of(place, measure)
        if matching(name) in has:
            in_file[place] = name
        elif measure.data and len(has) == 1:
            in_file[place] = next(iter(has.values()))  # a file of its own with one metric: its name does not matter
        else:
            listed = ", ".join(f'"{metric[:60]}"' for metric in nearest(name, list(has.values()))[:8])
            findings.refuse(
                table.label,
                f'there is no metric "{name[:100]}"',
                fix=f"It has {listed or 'none'}. Correct the name in the params or in the data ({text.where(place)}).",
            )
    rows = tidy(table, in_file.values(), findings=findings, currency=params.currency, fiscal_year_starts=fiscal)
    if params.calendar:
        calendar = RetailCalendar(params.calendar, params.fiscal_year_starts or 1)
        rows = {key: replace(metric, calendar=calendar) for key, metric in rows.items()}
    found = {}
    for place, measure in wanted:
        if place in in_file and matching(in_file[place]) in rows:
            found[place] = match_unit(
                _name_of(place, measure),
                place,
                measure,
                rows[matching(in_file[place])],
                table.source,
                params.currency,
                text,
                findings,
            )
    return found


def _name_of(place: Place, measure: MeasureText) -> str:
    return measure.name if place == ("outcome",) else str(place[-1])


def fiscal_year_from_targets(params: Params) -> int | None:
    """The month after the first target of a sum: its twelve months are the customer's year."""
    for _, measure in measures_of(params):
        if measure.total_by == "sum" and measure.targets:
            return measure.targets[0].target.by.month % 12 + 1
    return None


@dataclass(frozen=True, slots=True)
class Until:
    """How far a customer is looked at. ``last_day`` is None where the data decided."""

    as_of: pd.Period
    last_month: pd.Period
    last_day: date | None


def choose_as_of(
    declared: pd.Period | None, params: Params, data: CustomerData, where: str, findings: Findings
) -> Until | None:
    """The declared date, or else the last complete period in the data; never the clock."""
    day = declared.end_time.date() if declared is not None else None
    if measures_of(params):
        if day is not None:
            over = day.day == monthrange(day.year, day.month)[1]
            month = pd.Period(day, "M") - (0 if over else 1)
            return Until(month, month, day)
        months = [
            month
            for month in map(_last_month, data.measures[:1] if params.outcome else data.measures)
            if month is not None
        ]
        if months:
            return Until(max(months), max(months), None)
    elif data.flows is not None:
        index = data.flows.table.index
        monthly = index.freqstr.startswith(("M", "Q", "Y"))
        if day is None:
            last = data.flows.last_actual()
            day = last.end_time.date() if last is not None else None
        if day is not None:
            month_over = pd.Period(day, "M") - (0 if day.day == monthrange(day.year, day.month)[1] else 1)
            as_of = month_over if monthly else pd.Period(day, "D")
            return Until(as_of, month_over, as_of.end_time.date())
    elif declared is not None:
        return Until(declared, declared.asfreq("M"), day)
    if not findings.problems:
        findings.refuse(
            where,
            "`as_of` is not given, and no period in the data has a value to take it from",
            fix="Add for example `as_of: 2025-06`.",
        )
    return None


def _last_month(measure: MeasureData) -> pd.Period | None:
    series = to_monthly(measure.rows, total_by=measure.params.total_by, findings=Findings()).series
    return series.index[-1] if len(series) else None


def assemble(
    customer_id: str,
    params: Params,
    text: YamlText,
    data: CustomerData,
    until: Until,
    findings: Findings,
    previous: Mapping[str, Any] | None,
) -> Customer:
    """Build the customer; figures that contradict the data are added to ``findings``."""
    log = AssumptionsLog()
    built = {m.place: _measure(m, data.homes.get(m.place), until, text, findings, log) for m in data.measures}
    outcome = built.get(("outcome",))
    if outcome is not None and not len(outcome.series):
        findings.refuse(
            data.measures[0].rows.where,
            f"{outcome.name} has no value on or before {until.as_of}",
            fix="Choose a later `as_of`, or check the values.",
        )
    indicators = {place[1]: measure for place, measure in built.items() if place[0] == "indicators"}
    _check_effects(params, text, findings)
    conversions = tuple(
        ConversionAgreement(
            name,
            log.estimate(
                c,
                path=f"conversion.{name}.effect",
                unit="fraction",
                convention=f"of the outcome per point, {c.reading}",
                name=f"{name}: effect of one point on {outcome.name if outcome else 'the outcome'}",
            ),
            c.reading,
        )
        for name, c in params.conversion.items()
    )
    worth, prices = unit_value(params, log), direct_benefit(params, log)
    costs = stated_costs(params, log)
    flows = _cash_flow(params, data, until, findings, log, costs)
    usage = data.usage and usage_until(data.usage, params.adoption, until.last_day, until.last_month, findings, log)
    changed = restated(previous, kept_series(outcome, indicators.values(), flows), findings)
    promises: list[Promise] = [promise for measure in data.measures for promise in promises_of(measure)]
    renewal, benefits = renewal_of(params, log), benefit_plans(params, log)
    hold_dates_against_each_other(promises, renewal, benefits, started=params.started, today=until.as_of.end_time.date(), findings=findings)
    return Customer(
        customer_id,
        params.customer,
        until.as_of,
        params.currency,
        locale=params.locale,
        language=params.language,
        initiative=params.initiative,
        segment=params.segment,
        started=params.started,
        strategy=params.strategy,
        roi_convention=params.roi_convention,
        on_track_within=params.on_track_within.value,
        fiscal_year_starts=params.fiscal_year_starts or fiscal_year_from_targets(params) or 1,
        outcome=outcome,
        indicators=indicators,
        conversions=conversions,
        unit_value=worth,
        direct_benefit=prices,
        benefits=benefits,
        cash_flow=flows,
        costs=costs,
        cost_horizon_months=params.cost_horizon,
        renewal=renewal,
        promises=tuple(sorted(promises, key=lambda p: p.kind != "promised")),
        chain=tuple(params.chain),
        controls=tuple(params.controls),
        usage=usage,
        register=people_of(params.people, show_names=params.show_names, as_of=until.as_of, findings=findings),
        health=health_of(params.health, measures=[*(m.name for m in (outcome, *indicators.values()) if m), *params.surveys], has_usage=usage is not None, as_of=until.as_of, findings=findings),
        surveys=surveys_until(params.surveys, data.answers, until.as_of, findings),
        scorecard=scorecard_of(params.scorecard, measures=[m.name for m in (outcome, *indicators.values()) if m], currency=params.currency, as_of=until.as_of, text=text, findings=findings),
        renewals=renewals_until(data.renewals, params.renewals, until.as_of, findings),
        questions=register_of(RegistersText(params.flags, params.milestones, params.outcomes, params.meetings, params.expansion, params.operational_every),
                              as_of=until.as_of, findings=findings),
        events=known_events(params, until.as_of, findings),
        comment=known_comment(params, until.as_of, findings),
        assumptions=tuple(log.lines),
        quality=tuple(findings.notes),
        files=each_file_once(findings.files),
        restated=changed,
        previous=previous,
        software=software_id(),
    )


def _measure(data: MeasureData, home: Home | None, until: Until, text: YamlText, findings: Findings, log: AssumptionsLog) -> Measure:
    before = len(findings.notes)
    measure = build_measure(data, last_day=until.last_day, last_month=until.last_month, text=text, findings=findings, log=log)
    if home is None:
        return measure
    return replace(measure, lineage=measure_lineage(data.rows.frame, measure, home, findings.notes[before:]))


def _check_effects(params: Params, text: YamlText, findings: Findings) -> None:
    for name, agreed in params.conversion.items():
        if abs(agreed.value.value) > 1 and not agreed.confirmed:
            findings.refuse(
                text.where(("conversion", name, "effect")),
                f'"{agreed.value.text}" more than doubles the outcome with one point: implausible',
                fix="Correct it, or add `confirmed: true`.",
            )


def _cash_flow(
    params: Params, data: CustomerData, until: Until, findings: Findings, log: AssumptionsLog, costs: tuple[StatedCost, ...]
) -> CashFlow | None:
    written, flows, home = params.cash_flow, data.flows, data.flows_home
    if written is None or flows is None:
        return None
    last_day = until.as_of.end_time.date()
    as_of = flows.last_over(last_day)
    rate = written.discount_rate and log.estimate(
        written.discount_rate, path="cash_flow.discount_rate", name="Discount rate a year", unit="fraction"
    )
    accuracy = written.revenue_accuracy and log.estimate(
        written.revenue_accuracy,
        path="cash_flow.revenue_accuracy",
        unit="fraction",
        name="Revenue estimates hold to within",
    )
    return CashFlow(
        flows.as_known(as_of, findings),
        written.basis,
        as_of,
        discount_rate_per_year=rate.value if rate else None,
        timing=written.timing,
        dates=flows.dates if written.timing == "dates" else (),
        revenue_accuracy=accuracy.value if accuracy else None,
        costs=costs,
        includes=tuple(written.includes),
        parts=flows.parts_as_known(as_of),
        source=written.source or written.data,
        lineage=home and Lineage.of(flows.row_periods, np.array(flows.rows), file=home.file, sheet=home.sheet, column="", sha256=home.sha256),
    )
