"""A whole run: which customers have anything to do, the pool, the index, and what to tell at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from valuelab.run.cache import software_key
from valuelab.run.index import write_index
from valuelab.run.project import Project, WrongUse, choose, last_day
from valuelab.run.removal import keep_newest
from valuelab.run.scheduler import Scheduler
from valuelab.run.storage import storage_of
from valuelab.run.tasks import Event, Task, nothing_to_do

TIMEOUT_SECONDS = 600.0


@dataclass(slots=True)
class Summary:
    """Which customers were made, unchanged, or failed."""

    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def run_batch(project: Project, customers: Sequence[str] = (), *, as_of: Sequence[str] = (), jobs: int | None = None, force: bool = False,
              timeout: float = TIMEOUT_SECONDS, memory: int | None = None, engine: str = "valuelab", keep: int | None = None, pdf: bool = False, slides: bool = False, browser: bool = True, scheduler: Scheduler | None = None,
              tell: Callable[[Event], None] = lambda event: None,
              finished: Callable[[str, str], None] = lambda customer, outcome: None, begun: Callable[[], object] = lambda: None) -> Summary:
    """Run customers and write the index.

    Parameters
    ----------
    customers
        Ids; all of the project where none is given.
    as_of
        Dates, ``YYYY-MM`` or ``YYYY-MM-DD``; the last complete period of each customer where none is given.
    jobs
        How many worker processes; as many as there are cores by default.
    force
        Run also what has not changed.
    timeout
        Seconds for one workbook.
    memory
        Megabytes for one workbook, 0 for no limit; by default a fair share of the machine's memory.
    engine
        ``valuelab`` forks workbooks from a warm process, ``stock`` starts a kernel for each.
    keep
        How many older reports each customer keeps beside its newest; all by default.
    pdf
        Print each page beside it, through Chromium.
    slides
        Charts as SVG and PNG, and tables as CSV, beside the pages.
    browser
        False where it is known, and said, that there is no Chromium: no PDF and no PNG is made then.
    scheduler
        Where customers are run; by default ``jobs`` processes of this machine.
    tell, finished
        Called with every event, and with every customer's id and outcome.
    begun
        Called when nothing speaks against the run, before it starts.

    Raises
    ------
    WrongUse
        Unknown customer, unreadable date, nothing to run.
    """
    for requested in as_of:
        last_day(requested)
    known = project.customers()
    chosen = choose(known, customers)
    workbooks = project.workbooks()
    if not workbooks:
        raise WrongUse(f"There are no workbooks in {project.notebooks.name}/.")
    software = software_key(workbooks)
    requested = tuple(dict.fromkeys(as_of)) or ("",)
    tasks = [Task(customer, known[customer], requested, project, software, timeout, force, engine, memory or 0, pdf, slides, browser) for customer in chosen]
    summary = Summary()
    storage_of(project).bring()
    if pdf or slides:
        storage_of(project).bring(chosen, pages=True)
    if scheduler is not None:
        scheduler.memory()  # what speaks against it is said before anything is touched
    begun()

    def end(customer: str, outcome: str) -> None:
        getattr(summary, outcome).append(customer)
        finished(customer, outcome)

    open_tasks = []
    for task in tasks:
        if found := nothing_to_do(task):
            for date in found:
                tell(Event("unchanged", task.customer, date))
            end(task.customer, "unchanged")
        else:
            open_tasks.append(task)
    try:
        if open_tasks:
            if scheduler is None:
                from valuelab.run.pool import LocalPool  # starts processes: not for a look at what has changed

                scheduler = LocalPool(jobs)
            if memory is None:
                default = scheduler.memory()
                open_tasks = [replace(task, memory=default) for task in open_tasks]
            scheduler.run(open_tasks, tell=tell, finished=end)
        if keep is not None:
            for customer in chosen:
                if gone := keep_newest(project, customer, keep):
                    tell(Event("note", customer, text=f"removed what is older than --keep asks for: {', '.join(gone)}"))
    finally:
        write_index(project, software)  # after Ctrl-C too: what was published before stands in it
    return summary
