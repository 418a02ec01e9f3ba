"""The command line: ``valuelab run``, ``check``, ``new``, ``schema``, ``calibrate``, ``audit``. Thin: it parses, prints and sets the exit code.

Exit codes: 0 all good · 1 a customer failed · 2 wrong use, or nothing to run · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from valuelab import __version__

if TYPE_CHECKING:
    from valuelab.run.tasks import Event
    from valuelab.simulation.customer import CustomerCalibration
    from valuelab.types import Customer

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
@click.option("--memory", type=click.IntRange(0), metavar="MB",
              help="Memory for one workbook, 0 for no limit; by default four fifths of the machine's, shared out.")
@click.option("--engine", type=click.Choice(["valuelab", "stock"]), default="valuelab", show_default=True,
              help="How workbooks are run: forked from a warm process, or each in a kernel of its own. The reports are the same.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--verbose", is_flag=True, help="Show where a workbook failed.")
def run(customers: tuple[str, ...], params: Path | None, outputs: Path | None, as_of: tuple[str, ...], jobs: int | None, timeout: float,
        memory: int | None, engine: str, force: bool, verbose: bool) -> None:
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
            summary = run_batch(project, customers, as_of=as_of, jobs=jobs, force=force, timeout=timeout, memory=memory, engine=engine, tell=tell,
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
@click.option("--as-of", metavar="DATE", help="Last day that counts, YYYY-MM or YYYY-MM-DD. Default: the last complete period in the customer's data.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, for machines.")
def check(customers: tuple[str, ...], params: Path | None, as_of: str | None, as_json: bool) -> None:
    """Read customers' files: what is wrong, what was repaired, and what each workbook will be able to say. Runs nothing."""
    from valuelab.errors import ValuelabError
    from valuelab.run.project import choose, find_project, last_day

    with _wrong_use():
        if as_of is not None:
            last_day(as_of)
        project = find_project(params=params)
        known = project.customers()
        chosen = choose(known, customers)
    from valuelab.inputs import load_customer

    failed, found = 0, []
    for customer in chosen:
        try:
            account = load_customer(known[customer], as_of=as_of)
        except ValuelabError as error:
            failed += 1
            found.append({"customer": customer, "ok": False, "problems": [str(p) for p in getattr(error, "problems", [error])]})
            if not as_json:
                click.echo(f"{_mark(False)} {error}")
        else:
            found.append(_account_data(account))
            if not as_json:
                _print_account(account, [w.stem for w in project.workbooks()])
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    elif len(chosen) > 1:
        click.echo(f"Customers: {len(chosen) - failed} can be run, {failed} cannot.")
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file instead.")
def schema(out: Path | None) -> None:
    """The JSON Schema of params files, with which editors complete and check them."""
    from valuelab.inputs.params_schema import params_schema

    text = json.dumps(params_schema(), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--out {out}: cannot be written ({error.strerror}).") from None
    click.echo(f"wrote {_shown(out)}")


@main.command()
@click.argument("customer")
@PARAMS
@click.option("--from", "from_file", type=click.Path(path_type=Path), metavar="FILE", help="A data file to look at: what it tells is written, the rest is asked in comments.")
def new(customer: str, params: Path | None, from_file: Path | None) -> None:
    """Start a customer: a commented params file, and data files to fill in or the one that you have."""
    from valuelab.errors import ValuelabError

    with _wrong_use():
        from valuelab.inputs import new_customer

        folder = params or _params_here()
        try:
            started = new_customer(customer, params_dir=folder, data_dir=folder.parent / "data", from_file=from_file)
        except ValuelabError as error:
            raise click.UsageError(str(error)) from None
    for path in started.written:
        click.echo(f"wrote {_shown(path)}")
    for problem in started.problems:
        _say(f"to mend: {problem}")
    click.echo(f"Next: {'answer the questions in it' if from_file else 'fill them in'}, then `valuelab check {customer}`.")


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


@main.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@PARAMS
@click.option("--no-run", is_flag=True, help="Only what can be worked out from the files at once; statistics are then not checkable.")
@click.option("--verbose", is_flag=True, help="Show every figure, not only those that differ.")
def audit(report: Path, params: Path | None, no_run: bool, verbose: bool) -> None:
    """Hold a report, REPORT.html, against the raw files and params: sums and ratios worked out anew, statistics by a fresh run."""
    from collections import Counter

    from valuelab.audit.audit import audit as held_against
    from valuelab.audit.page import Page
    from valuelab.run.fresh import NotMade, fresh_page
    from valuelab.run.project import choose, find_project

    page = Page(report.read_text(encoding="utf-8", errors="replace"))
    with _wrong_use():
        project = find_project(params=params)
        if not page.customer:
            raise click.UsageError(f"{report.name} does not say which report it is: it was not made by `valuelab run`, or by an older version.")
        choose(project.customers(), [page.customer])
    try:
        fresh = None if no_run else Page(fresh_page(project, page.customer, page.as_of, page.workbook, beside=report.resolve().parent))
    except NotMade as error:
        click.echo(f"{_mark(False)} {error}", err=True)
        sys.exit(1)
    found = held_against(page, params=project.customers()[page.customer], fresh=fresh)
    for figure in found.figures:
        if figure.outcome == "differs" or verbose:
            _say(f"{_mark(figure.outcome != 'differs')} {figure.text}  {figure.outcome}  {figure.key}{': ' + figure.why if figure.why else ''}")
    for problem in found.problems:
        _say(f"{_mark(False)} {problem}")
    counts = Counter(figure.outcome for figure in found.figures)
    click.echo(f"Figures: {', '.join(f'{n} {outcome}' for outcome, n in sorted(counts.items())) or 'none'}. "
               f"{'The report is what its files give.' if found.passed else 'The report is NOT what its files give.'}")
    sys.exit(0 if found.passed else 1)


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
    elif event.kind == "note":
        click.echo(f"note: {where} {event.workbook}: {event.text}", err=True)
    else:
        click.echo(f"{_mark(False)} {where}: {event.text}", err=True)
        if verbose and event.detail:
            click.echo(event.detail, err=True)


def _account_data(account: Customer) -> dict[str, object]:
    from valuelab.analysis.outlook import outlook
    from valuelab.run.project import date_text
    from valuelab.types import to_plain

    return {"customer": account.id, "ok": True, "name": account.name, "as_of": date_text(account.as_of),
            "files": to_plain(account.files), "quality": to_plain(account.quality), "outlook": to_plain(outlook(account))}


def _print_account(account: Customer, workbooks: list[str]) -> None:
    from valuelab.analysis.outlook import outlook
    from valuelab.provenance import QUALITY_KINDS, ranges_text
    from valuelab.run.project import date_text

    _say(f"{_mark(True)} {account.id}: {account.name}, as of {date_text(account.as_of)}")
    for file in account.files:
        _say(f"{file.name}: {file.rows:,} rows, sha256 {file.sha256[:12]}…", indent=4)
    applies, prospects = account.applies(), outlook(account)
    for stem in workbooks:
        missing = applies.get(stem, "")
        _say(f"{stem:<22} {'will be made' if not missing else 'does not apply: ' + missing}", indent=4)
        for prospect in prospects if not missing else ():
            if prospect.notebook == stem:
                _say(f"{prospect.answer + ':':<7} {prospect}", indent=6, hanging=8)
    if not account.quality:
        _say("data: nothing had to be repaired, dropped or left out", indent=4)
    for kind in QUALITY_KINDS:
        for note in (n for n in account.quality if n.kind == kind):
            rows = f", rows {ranges_text(note.rows, most=8)}" if note.rows else ""
            _say(f"{kind}: {note.where}{rows}: {note.what} ({note.count:,}): {note.why}", indent=4, hanging=4)


def _say(text: str, *, indent: int = 0, hanging: int = 2) -> None:
    """A line in the terminal's width, broken between words."""
    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    click.echo(textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging),
                             break_long_words=False, break_on_hyphens=False, drop_whitespace=True))


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


