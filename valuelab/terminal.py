"""What commands print: events of a run, what a check found, lines in the terminal's width, paths as people type them."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from valuelab.run.tasks import Event
    from valuelab.simulation.customer import CustomerCalibration
    from valuelab.types import Customer


def print_calibration(customer: str, found: CustomerCalibration) -> None:
    click.echo(f"{mark(True)} {customer}: {found.replicates:,} accounts invented like {found.customer} for each figure: {found.months} months of "
               f"{found.outcome}, indicators {', '.join(found.indicators)}, each with its own trend, season, memory, gaps and rounding")
    click.echo(f"    wrong alarms: {found.false_alarm}: nothing is linked, and yet something is called")
    click.echo("    leads found, where half of the outcome's surprises are the indicator's:")
    for power in found.power:
        how = f"{power.indicator}, lag named in advance" if power.indicator else "lags searched"
        click.echo(f"        {power.lag_months} month{'' if power.lag_months == 1 else 's'} ahead, {how}: {power.found}")
    for warning in found.warnings:
        click.echo(f"    note: {warning}")
    click.echo("    Nothing was written: reports quote the table in valuelab/assets/calibration.csv, which `make calibrate` measures.")


def print_event(event: Event, *, verbose: bool) -> None:
    where = f"{event.customer} {event.as_of}".strip()
    if event.kind == "made":
        click.echo(f"{mark(True)} {where} {event.workbook} {event.seconds:.1f} s" if event.workbook else f"{mark(True)} {where}: {event.text}")
    elif event.kind == "unchanged":
        click.echo(f"= {where} unchanged")
    elif event.kind == "note":
        click.echo(f"note: {' '.join(filter(None, (where, event.workbook)))}: {event.text}", err=True)
    else:
        click.echo(f"{mark(False)} {where}: {event.text}", err=True)
        if verbose and event.detail:
            click.echo(event.detail, err=True)


def account_data(account: Customer) -> dict[str, object]:
    from valuelab.analysis.outlook import outlook
    from valuelab.run.project import date_text
    from valuelab.types import to_plain

    return {"customer": account.id, "ok": True, "name": account.name, "as_of": date_text(account.as_of),
            "files": to_plain(account.files), "quality": to_plain(account.quality), "outlook": to_plain(outlook(account))}


def print_account(account: Customer, workbooks: list[str]) -> None:
    from valuelab.analysis.outlook import outlook
    from valuelab.provenance import QUALITY_KINDS, rows_named
    from valuelab.run.project import date_text

    say(f"{mark(True)} {account.id}: {account.name}, as of {date_text(account.as_of)}")
    for file in account.files:
        say(f"{file.name}: {file.rows:,} rows, sha256 {file.sha256[:12]}…", indent=4)
    applies, prospects = account.applies(), outlook(account)
    for stem in workbooks:
        missing = applies.get(stem, "")
        say(f"{stem:<22} {'will be made' if not missing else 'does not apply: ' + missing}", indent=4)
        for prospect in prospects if not missing else ():
            if prospect.notebook == stem:
                say(f"{prospect.answer + ':':<7} {prospect}", indent=6, hanging=8)
    if not account.quality:
        say("data: nothing had to be repaired, dropped or left out", indent=4)
    for kind in QUALITY_KINDS:
        for note in (n for n in account.quality if n.kind == kind):
            rows = f", {rows_named(note.rows, most=8)}" if note.rows else ""
            say(f"{kind}: {note.where}{rows}: {note.what} ({note.count:,}): {note.why}", indent=4, hanging=4)


def say(text: str, *, indent: int = 0, hanging: int = 2) -> None:
    """A line in the terminal's width, broken between words."""
    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    click.echo(textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging),
                             break_long_words=False, break_on_hyphens=False, drop_whitespace=True))


def mark(good: bool) -> str:
    word = "ok" if good else "failed"
    return click.style(word, fg="green" if good else "red")


def shown(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
