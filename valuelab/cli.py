"""The command line: ``valuelab run``, ``check``, ``new``, ``calibrate``. Thin: it parses, prints and sets the exit code.

Exit codes: 0 all good · 1 a customer failed · 2 wrong use, or nothing to run · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from valuelab import __version__

if TYPE_CHECKING:
    from valuelab.run.tasks import Event
    from valuelab.simulation.customer import CustomerCalibration

PARAMS = click.option("--params", type=click.Path(path_type=Path), help="Folder with the params files; by default the nearest `params`.")
IDS = click.argument("customers", nargs=-1, metavar="[CUSTOMER]...")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="valuelab")
def main() -> None:
    """Workbooks for customer success: run them, check a customer's files, start a new customer."""


@main.command()
@IDS
@PARAMS
@click.option("--outputs", type=click.Path(path_type=Path), help="Folder to write to; by default `outputs` beside `notebooks`.")
@click.option("--as-of", multiple=True, metavar="DATE",
              help="Last day that counts, YYYY-MM or YYYY-MM-DD; may be repeated. Default: the last complete period in the customer's data.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Customers at the same time; by default one a core.")
@click.option("--timeout", type=click.FloatRange(1), default=600, show_default=True, help="Seconds for one workbook.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--verbose", is_flag=True, help="Show where a workbook failed.")
def run(customers: tuple[str, ...], params: Path | None, outputs: Path | None, as_of: tuple[str, ...], jobs: int | None, timeout: float,
        force: bool, verbose: bool) -> None:
    """Make the reports of customers (all, where none is named) and the index over them."""
    from tqdm import tqdm

    from valuelab.run.batch import run_batch
    from valuelab.run.project import choose, find_project

    signal.signal(signal.SIGTERM, _stop)
    with _wrong_use():
        project = find_project(params=params, outputs=outputs)
        total = len(choose(project.customers(), customers))
    bar = tqdm(total=total, unit="customer", disable=not sys.stderr.isatty(), leave=False)

    def tell(event: Event) -> None:
        bar.clear()
        _print_event(event, verbose=verbose)
        bar.refresh()

    try:
        with _wrong_use(), bar:
            summary = run_batch(project, customers, as_of=as_of, jobs=jobs, force=force, timeout=timeout, tell=tell,
                                finished=lambda *_: bar.update())
    except KeyboardInterrupt:
        click.echo("Stopped. Reports that were finished stand; nothing is half-written.", err=True)
        sys.exit(130)
    except OSError as error:
        click.echo(f"Cannot write to {outputs or project.outputs.name}: {error.strerror or error}", err=True)
        sys.exit(1)
    counts = [f"{len(ids)} {word}" for word, ids in (("made", summary.made), ("unchanged", summary.unchanged), ("failed", summary.failed)) if ids]
    click.echo(f"Customers: {', '.join(counts)}. Index: {_shown(project.outputs / 'index.html')}")
    sys.exit(summary.exit_code)


@main.command()
@IDS
@PARAMS
def check(customers: tuple[str, ...], params: Path | None) -> None:
    """Read customers' files and say what is wrong, and what each workbook will be able to say. Runs nothing."""
    from valuelab.errors import ValuelabError
    from valuelab.run.project import choose, find_project

    with _wrong_use():
        project = find_project(params=params)
        known = project.customers()
        chosen = choose(known, customers)
    from valuelab.inputs import load_customer

    failed = 0
    for customer in chosen:
        try:
            _print_account(load_customer(known[customer]), [w.stem for w in project.workbooks()])
        except ValuelabError as error:
            failed += 1
            click.echo(f"{_mark(False)} {error}")
    if len(chosen) > 1:
        click.echo(f"Customers: {len(chosen) - failed} can be run, {failed} cannot.")
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("customer")
@PARAMS
def new(customer: str, params: Path | None) -> None:
    """Start a customer: a commented params file and data files to fill in."""
    from valuelab.errors import ValuelabError

    with _wrong_use():
        from valuelab.inputs import new_customer

        folder = params or _params_here()
        try:
            written = new_customer(customer, params_dir=folder, data_dir=folder.parent / "data")
        except ValuelabError as error:
            raise click.UsageError(str(error)) from None
    for path in written:
        click.echo(f"wrote {_shown(path)}")
    click.echo(f"Next: fill them in, then `valuelab check {customer}`.")


@main.command()
@click.argument("customer")
@PARAMS
@click.option("--replicates", type=click.IntRange(20, 100_000), default=200, show_default=True, help="Accounts to invent for each figure.")
@click.option("--as-of", metavar="DATE", help="Last day that counts, YYYY-MM or YYYY-MM-DD. Default: the last complete period in the customer's data.")
def calibrate(customer: str, params: Path | None, replicates: int, as_of: str | None) -> None:
    """How often the scan for leading indicators would be wrong, and what it would find, in accounts invented like CUSTOMER's."""
    from tqdm import tqdm

    from valuelab.errors import ValuelabError
    from valuelab.run.project import choose, find_project, last_day

    signal.signal(signal.SIGTERM, _stop)
    with _wrong_use():
        if as_of is not None:
            last_day(as_of)
        known = find_project(params=params).customers()
        choose(known, [customer])
    from valuelab.inputs import load_customer
    from valuelab.simulation.customer import accounts_of, calibrate_customer
    from valuelab.types import CannotSay

    try:
        account = load_customer(known[customer], as_of=as_of)
        with tqdm(total=accounts_of(account, replicates), unit="account", disable=not sys.stderr.isatty(), leave=False) as bar:
            found = calibrate_customer(account, replicates=replicates, tick=bar.update)
    except ValuelabError as error:
        click.echo(f"{_mark(False)} {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped. Nothing was written.", err=True)
        sys.exit(130)
    if isinstance(found, CannotSay):
        click.echo(f"{customer}: cannot say: {found.reason}. {found.fix}", err=True)
        sys.exit(2)
    _print_calibration(customer, found)


def _print_calibration(customer: str, found: CustomerCalibration) -> None:
    click.echo(f"{_mark(True)} {customer}: {found.replicates:,} accounts invented like {found.customer} for each figure: {found.months} months of "
               f"{found.outcome}, indicators {', '.join(found.indicators)}, each with its own trend, season, memory, gaps and rounding")
    click.echo(f"    wrong alarms: {found.false_alarm}: nothing is linked, and yet something is called")
    click.echo("    leads found, where half of the outcome's surprises are the indicator's:")
    for power in found.power:
        how = f"{power.indicator}, lag named in advance" if power.indicator else "lags searched"
        click.echo(f"        {power.lag_months} month{'' if power.lag_months == 1 else 's'} ahead, {how}: {power.found}")
    for warning in found.warnings:
        click.echo(f"    note: {warning}")
    click.echo("    Nothing was written: reports quote the table in valuelab/assets/calibration.csv, which `make calibrate` measures.")


def _params_here() -> Path:
    """The nearest params folder, or a new one here."""
    here = Path.cwd()
    return next((f / "params" for f in (here, *here.parents) if (f / "params").is_dir()), here / "params")


class _wrong_use:
    """Turns WrongUse into click's usage error: the message, and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        from valuelab.run.project import WrongUse

        if isinstance(error, WrongUse):
            raise click.UsageError(str(error)) from None


def _print_event(event: Event, *, verbose: bool) -> None:
    where = f"{event.customer} {event.as_of}".strip()
    if event.kind == "made":
        click.echo(f"{_mark(True)} {where} {event.workbook} {event.seconds:.1f} s" if event.workbook else f"{_mark(True)} {where}: {event.text}")
    elif event.kind == "unchanged":
        click.echo(f"= {where} unchanged")
    else:
        click.echo(f"{_mark(False)} {where}: {event.text}", err=True)
        if verbose and event.detail:
            click.echo(event.detail, err=True)


def _print_account(account: object, workbooks: list[str]) -> None:
    from valuelab.run.project import date_text

    click.echo(f"{_mark(True)} {account.id}: {account.name}, as of {date_text(account.as_of)}")
    applies = account.applies()
    for stem in workbooks:
        missing = applies.get(stem, "")
        click.echo(f"    {stem:<22} {'will be made' if not missing else 'does not apply: ' + missing}")
    for note in account.quality:
        rows = f" (rows {', '.join(map(str, note.rows[:8]))}{', …' if len(note.rows) > 8 else ''})" if note.rows else ""
        click.echo(f"    note: {note.where}: {note.what}{rows}")


def _mark(good: bool) -> str:
    word = "ok" if good else "failed"
    return click.style(word, fg="green" if good else "red")


def _shown(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


