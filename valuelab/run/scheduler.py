"""What runs customers: one interface, so that one machine and many are the same to the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from valuelab.run.tasks import Task, Tell

Finished = Callable[[str, str], None]


class Scheduler(Protocol):
    """Runs customers somewhere, each once, in any order, some at the same time.

    A worker, wherever it is, calls ``valuelab.run.customer.run_customer(task, tell)``: it runs one customer whole, never raises
    for what goes wrong with it, and returns ``made``, ``unchanged`` or ``failed``. Its notebooks are forked from the zygote of
    its process: ``valuelab.run.zygote.zygote_here()``, started when it is first needed; ``provide_zygote`` sets another.
    """

    def memory(self) -> int:
        """Megabytes that a workbook may have where nothing else is said; 0 for no limit.

        Raises
        ------
        valuelab.run.project.WrongUse
            Where customers cannot be run there at all.
        """

    def run(self, tasks: Sequence[Task], *, tell: Tell, finished: Finished) -> None:
        """Run every task.

        Parameters
        ----------
        tasks
            One a customer.
        tell
            Called in this process with every event of every worker.
        finished
            Called in this process with a customer's id and ``made``, ``unchanged`` or ``failed``, once a task. A worker that dies
            fails its own customer, with a reason in the customer's status (``publish.add_failure``), and no other.

        Notes
        -----
        When it ends, also through KeyboardInterrupt, nothing that it started is left, and no folder is half-built.
        """
