"""What is removed on request: a customer's outputs, all of them, or its oldest reports. Params and data are never touched."""

from __future__ import annotations

import shutil

from valuelab.run import publish
from valuelab.run.index import write_index
from valuelab.run.journal import read_last_run, without
from valuelab.run.project import Project, choose
from valuelab.run.storage import LAST_RUN, LOCKS, Busy, storage_of


def known_customers(project: Project) -> list[str]:
    """Ids in params or in outputs."""
    there = [p.name for p in project.outputs.iterdir() if (p / publish.STATUS).is_file() or publish.dates(p)] if project.outputs.is_dir() else []
    return sorted({*project.customers(), *there})


def forget_customer(project: Project, customer: str) -> None:
    """Remove every output of a customer, and its name from the index, the portfolio and last-run.json.

    Raises
    ------
    WrongUse
        Where nothing is known of the customer.
    Busy
        Where a run is working on it.
    OSError
        Where something cannot be removed; what could be is.
    """
    (customer,) = choose(known_customers(project), [customer])
    folder, storage = project.outputs / customer, storage_of(project)
    with storage.held(customer):
        if folder.is_symlink():
            folder.unlink()
        elif folder.is_dir():
            shutil.rmtree(folder)
        storage.removed(folder)
    (project.outputs / LOCKS / f"{customer}.lock").unlink(missing_ok=True)
    if told := read_last_run(project):
        publish.write_json(project.outputs / LAST_RUN, without(told, [customer]))
        storage.wrote(project.outputs / LAST_RUN)
    if project.outputs.is_dir():
        write_index(project, leave_out=customer)


def keep_newest(project: Project, customer: str, older: int) -> list[str]:
    """Remove a customer's reports but for the newest and ``older`` ones before it; the dates that went.

    A customer that another run is working on is left as it is.
    """
    folder, storage = project.outputs / customer, storage_of(project)
    gone = publish.dates(folder)[: -1 - older]
    if not gone:
        return []
    try:
        with storage.held(customer):
            for as_of in gone:
                shutil.rmtree(folder / as_of)
                storage.removed(folder / as_of)
    except Busy:
        return []
    return gone
