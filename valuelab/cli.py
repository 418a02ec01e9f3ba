"""The command line: ``valuelab run``, ``check``, ``new``, ``schema``, ``calibrate``, ``audit``, ``approve``, ``forget``. Thin: it parses, prints and sets the exit code.

Exit codes: 0 all good · 1 a customer failed · 2 wrong use, or nothing to run · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from valuelab import __version__
from valuelab.terminal import account_data, mark, print_account, print_calibration, print_event, say, shown

if TYPE_CHECKING:
    from valuelab.run.scheduler import Scheduler
    from valuelab.run.tasks import Event


class Folder(click.Path):
    """A folder of this machine as a path, or an address on object storage as it was written."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        return value if isinstance(value, str) and "://" in value else super().convert(value, param, ctx)


PARAMS = click.option("--params", type=Folder(path_type=Path), help="Folder with the params files, or its s3:// address; by default the nearest `params`.")
IDS = click.argument("customers", nargs=-1, metavar="[CUSTOMER]...")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="valuelab")
def main() -> None:
    """Workbooks for customer success: run them, check a customer's files, start a new customer."""


@main.command()
@IDS
@PARAMS
@click.option("--outputs", type=Folder(path_type=Path), help="Folder to write to, or its s3:// address; by default `outputs` beside `notebooks`.")
@click.option("--as-of", multiple=True, metavar="DATE",
              help="Last day that counts, YYYY-MM or YYYY-MM-DD; may be repeated. Default: the last complete period in the customer's data.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Customers at the same time; by default one a core.")
@click.option("--cluster", metavar="ADDRESS", help="Run customers on the workers of a dask scheduler, tcp://host:port, in place of this machine.")
@click.option("--timeout", type=click.FloatRange(1), default=600, show_default=True, help="Seconds for one workbook.")
@click.option("--memory", type=click.IntRange(0), metavar="MB",
              help="Memory for one workbook, 0 for no limit; by default four fifths of the machine's, shared out.")
@click.option("--engine", type=click.Choice(["valuelab", "stock"]), default="valuelab", show_default=True,
              help="How workbooks are run: forked from a warm process, or each in a kernel of its own. The reports are the same.")
@click.option("--from", "first", metavar="YYYY-MM", help="Back-fill: every month from this one to that of --to.")
@click.option("--to", "last", metavar="YYYY-MM", help="Last month of a back-fill.")
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Keep the newest report of each customer and N older ones; remove the rest.")
@click.option("--pdf", is_flag=True, help="Print each report as a PDF beside it, through Chromium.")
@click.option("--slides", is_flag=True, help="Charts as SVG and PNG, and tables as CSV, in a folder beside each report; PNG through Chromium.")
@click.option("--notify", metavar="COMMAND", help="Run this command where a customer failed; it gets a summary as JSON on its standard input.")
@click.option("--log-json", is_flag=True, help="One JSON object a line, for machines.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--verbose", is_flag=True, help="Show where a workbook failed.")
def run(customers: tuple[str, ...], params: Path | str | None, outputs: Path | str | None, as_of: tuple[str, ...], jobs: int | None, cluster: str | None, timeout: float,
        memory: int | None, engine: str, first: str | None, last: str | None, keep: int | None, pdf: bool, slides: bool, notify: str | None, log_json: bool,
        force: bool, verbose: bool) -> None:
    """Make the reports of customers (all, where none is named) and the index over them."""
    from tqdm import tqdm

    from valuelab.run.batch import run_batch
    from valuelab.run.chromium import NO_CHROMIUM, find_chromium
    from valuelab.run.journal import Journal, as_json, summary_lines
    from valuelab.run.notify import command_of
    from valuelab.run.project import choose, find_project, last_day, months_from

    signal.signal(signal.SIGTERM, _stop)
    with _wrong_use():
        if (first is None) != (last is None) or (first and as_of):
            raise click.UsageError("--from and --to belong together, and not beside --as-of.")
        as_of = months_from(first, last) if first and last else as_of
        for requested in as_of:
            last_day(requested)
        scheduler = _cluster(cluster, jobs) if cluster is not None else None
        command = command_of(notify) if notify is not None else []
        project = find_project(params=params, outputs=outputs, customers=customers)
        total = len(choose(project.customers(), customers))
    journal = Journal(project)
    bar = tqdm(total=total, unit="customer", disable=log_json or not sys.stderr.isatty(), leave=False, dynamic_ncols=True)

    def tell(event: Event) -> None:
        journal.heard(event)
        bar.clear()
        if log_json:
            click.echo(as_json(event))
        else:
            print_event(event, verbose=verbose)
        bar.refresh()

    def finished(customer: str, outcome: str) -> None:
        journal.finished(customer, outcome)
        bar.set_postfix_str(f"{len(journal.outcomes['failed'])} failed", refresh=False)
        bar.update()

    browser = bool(find_chromium()) or not (pdf or slides)
    if not browser:  # said once, not for each customer; the reports are made all the same
        click.echo(f"{mark(False)} {NO_CHROMIUM}.", err=True)
    try:
        with _wrong_use(), bar:
            code = run_batch(project, customers, as_of=as_of, jobs=jobs, force=force, timeout=timeout, memory=memory, engine=engine, keep=keep, pdf=pdf, slides=slides, browser=browser, scheduler=scheduler,
                             tell=tell,
                             finished=finished, begun=lambda: journal.write("running")).exit_code
        code = code or int(not browser)
        told = journal.write("finished", code)
    except KeyboardInterrupt:
        with suppress(OSError):
            journal.write("stopped", 130)
        click.echo("Stopped. Reports that were finished stand; nothing is half-written.", err=True)
        sys.exit(130)
    except OSError as error:
        code, why = 1, f"Cannot write to {project.outputs_at or outputs or project.outputs.name}: {error.strerror or error}"
        click.echo(why, err=True)
        told = journal.summary("failed", code) | {"reason": why}
    if log_json:
        click.echo(json.dumps({"event": "summary", **told}, ensure_ascii=False))
    elif told["state"] == "finished":
        for line in summary_lines(told, index=f"{project.outputs_at}/index.html" if project.outputs_at else shown(project.outputs / "index.html"), width=max(40, shutil.get_terminal_size((80, 24)).columns)):
            click.echo(line)
    if code and command:
        _notify(command, told)
    sys.exit(code)


def _cluster(address: str, jobs: int | None) -> Scheduler:
    if jobs is not None:
        raise click.UsageError("--jobs is for this machine: how many customers --cluster runs at the same time is the number of its workers.")
    try:
        from valuelab.run.cluster import DaskCluster
    except ImportError:
        raise click.UsageError("--cluster needs a further package: pip install 'valuelab[cluster]'") from None
    return DaskCluster(address)


def _notify(command: list[str], told: dict[str, object]) -> None:
    from valuelab.run.notify import notify

    if why := notify(command, told):
        click.echo(f"note: --notify {command[0]}: {why}", err=True)


@main.command()
@click.argument("customer")
@PARAMS
@click.option("--outputs", type=Folder(path_type=Path), help="Folder of the reports, or its s3:// address; by default `outputs` beside `notebooks`.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(customer: str, params: Path | str | None, outputs: Path | str | None, yes: bool) -> None:
    """Remove every output of CUSTOMER: reports, index, portfolio. Its params and data stay."""
    from valuelab.run.project import choose, find_project
    from valuelab.run.removal import Busy, forget_customer, known_customers
    from valuelab.run.storage import storage_of

    with _wrong_use():
        project = find_project(params=params, outputs=outputs)
        where = project.outputs_at or shown(project.outputs)
        try:
            storage_of(project).bring()
        except OSError as error:
            raise click.UsageError(f"--outputs {where}: {error.strerror}") from None
        choose(known_customers(project), [customer])
        if not yes:
            click.confirm(f"Remove every report of {customer} from {where}?", abort=True)
        try:
            forget_customer(project, customer)
        except (Busy, OSError) as error:
            click.echo(f"{mark(False)} {customer}: {getattr(error, 'strerror', None) or error}", err=True)
            sys.exit(1)
    click.echo(f"Forgotten: {customer} is in no report, index or portfolio in {where}.")
    if customer in project.customers():
        say(f"{project.customers()[customer].name if project.params_at else shown(project.customers()[customer])} and its data are yours, and still there: the next run makes its reports again.")


@main.command()
@click.argument("customer")
@click.argument("as_of")
@PARAMS
@click.option("--outputs", type=Folder(path_type=Path), help="Folder of the reports, or its s3:// address; by default `outputs` beside `notebooks`.")
@click.option("--by", required=True, metavar="NAME", help="Who has read it.")
def approve(customer: str, as_of: str, params: Path | str | None, outputs: Path | str | None, by: str) -> None:
    """Record that NAME has read the report of CUSTOMER as of AS_OF. Until then its pages say draft, and again once their content changes."""
    from datetime import date

    from valuelab.errors import ValuelabError
    from valuelab.run.approval import approve as approved_by
    from valuelab.run.project import find_project

    with _wrong_use():
        project = find_project(params=params, outputs=outputs)
    try:
        names = approved_by(project, customer, as_of, by, on=date.today().isoformat())
    except (ValuelabError, OSError) as error:
        click.echo(f"{mark(False)} {getattr(error, 'strerror', None) or error}", err=True)
        sys.exit(1)
    say(f"{mark(True)} {customer} {as_of}: approved by {', '.join(names)}. Its pages say so.")


@main.command()
@IDS
@PARAMS
@click.option("--as-of", metavar="DATE", help="Last day that counts, YYYY-MM or YYYY-MM-DD. Default: the last complete period in the customer's data.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, for machines.")
def check(customers: tuple[str, ...], params: Path | str | None, as_of: str | None, as_json: bool) -> None:
    """Read customers' files: what is wrong, what was repaired, and what each workbook will be able to say. Runs nothing."""
    from valuelab.errors import ValuelabError
    from valuelab.run.project import choose, find_project, last_day

    with _wrong_use():
        if as_of is not None:
            last_day(as_of)
        project = find_project(params=params, customers=customers)
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
                click.echo(f"{mark(False)} {error}")
        else:
            found.append(account_data(account))
            if not as_json:
                print_account(account, [w.stem for w in project.workbooks()])
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
    click.echo(f"wrote {shown(out)}")


@main.command()
@click.argument("customer")
@PARAMS
@click.option("--from", "from_file", type=click.Path(path_type=Path), metavar="FILE", help="A data file to look at: what it tells is written, the rest is asked in comments.")
def new(customer: str, params: Path | str | None, from_file: Path | None) -> None:
    """Start a customer: a commented params file, and data files to fill in or the one that you have."""
    from valuelab.errors import ValuelabError

    if isinstance(params, str):
        raise click.UsageError("--params: a new customer is written to a folder of this machine; copy it to the storage when it is filled in.")
    with _wrong_use():
        from valuelab.inputs import new_customer

        folder = params or _params_here()
        try:
            started = new_customer(customer, params_dir=folder, data_dir=folder.parent / "data", from_file=from_file)
        except ValuelabError as error:
            raise click.UsageError(str(error)) from None
    for path in started.written:
        click.echo(f"wrote {shown(path)}")
    for problem in started.problems:
        say(f"to mend: {problem}")
    click.echo(f"Next: {'answer the questions in it' if from_file else 'fill them in'}, then `valuelab check {customer}`.")


@main.command()
@click.argument("customer")
@PARAMS
@click.option("--replicates", type=click.IntRange(20, 100_000), default=200, show_default=True, help="Accounts to invent for each figure.")
@click.option("--as-of", metavar="DATE", help="Last day that counts, YYYY-MM or YYYY-MM-DD. Default: the last complete period in the customer's data.")
def calibrate(customer: str, params: Path | str | None, replicates: int, as_of: str | None) -> None:
    """How often the scan for leading indicators would be wrong, and what it would find, in accounts invented like CUSTOMER's."""
    from tqdm import tqdm

    from valuelab.errors import ValuelabError
    from valuelab.run.project import choose, find_project, last_day

    signal.signal(signal.SIGTERM, _stop)
    with _wrong_use():
        if as_of is not None:
            last_day(as_of)
        known = find_project(params=params, customers=[customer]).customers()
        choose(known, [customer])
    from valuelab.inputs import load_customer
    from valuelab.simulation.customer import accounts_of, calibrate_customer
    from valuelab.types import CannotSay

    try:
        account = load_customer(known[customer], as_of=as_of)
        with tqdm(total=accounts_of(account, replicates), unit="account", disable=not sys.stderr.isatty(), leave=False) as bar:
            found = calibrate_customer(account, replicates=replicates, tick=bar.update)
    except ValuelabError as error:
        click.echo(f"{mark(False)} {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped. Nothing was written.", err=True)
        sys.exit(130)
    if isinstance(found, CannotSay):
        click.echo(f"{customer}: cannot say: {found.reason}. {found.fix}", err=True)
        sys.exit(2)
    print_calibration(customer, found)


@main.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@PARAMS
@click.option("--no-run", is_flag=True, help="Only what can be worked out from the files at once; statistics are then not checkable.")
@click.option("--verbose", is_flag=True, help="Show every figure, not only those that differ.")
def audit(report: Path, params: Path | str | None, no_run: bool, verbose: bool) -> None:
    """Hold a report, REPORT.html, against the raw files and params: sums and ratios worked out anew, statistics by a fresh run."""
    from collections import Counter

    from valuelab.audit.audit import audit as held_against
    from valuelab.audit.page import Page
    from valuelab.run.fresh import NotMade, fresh_page
    from valuelab.run.project import choose, find_project

    page = Page(report.read_text(encoding="utf-8", errors="replace"))
    with _wrong_use():
        project = find_project(params=params, customers=[page.customer])
        if not page.customer:
            raise click.UsageError(f"{report.name} does not say which report it is: it was not made by `valuelab run`, or by an older version.")
        choose(project.customers(), [page.customer])
    try:
        fresh = None if no_run else Page(fresh_page(project, page.customer, page.as_of, page.workbook, beside=report.resolve().parent))
    except NotMade as error:
        click.echo(f"{mark(False)} {error}", err=True)
        sys.exit(1)
    found = held_against(page, params=project.customers()[page.customer], fresh=fresh)
    for figure in found.figures:
        if figure.outcome == "differs" or verbose:
            say(f"{mark(figure.outcome != 'differs')} {figure.text}  {figure.outcome}  {figure.key}{': ' + figure.why if figure.why else ''}")
    for problem in found.problems:
        say(f"{mark(False)} {problem}")
    counts = Counter(figure.outcome for figure in found.figures)
    click.echo(f"Figures: {', '.join(f'{n} {outcome}' for outcome, n in sorted(counts.items())) or 'none'}. "
               f"{'The report is what its files give.' if found.passed else 'The report is NOT what its files give.'}")
    sys.exit(0 if found.passed else 1)


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


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


