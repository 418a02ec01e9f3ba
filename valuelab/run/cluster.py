"""Customers on a dask cluster: the scheduler beyond one machine.

Each worker process owns a zygote through a plugin, and forks nothing itself: it has threads. Few customers are on their way at a time, so that
memory here does not grow with their number. A worker that is lost loses nothing but time: its customers are run elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from distributed import Client, WorkerPlugin, as_completed
from distributed.scheduler import KilledWorker

from valuelab.run.far import Returned, different, pack, run_parcel, software_here, unpack
from valuelab.run.project import WrongUse
from valuelab.run.publish import STATUS, Failure, add_failure, recover
from valuelab.run.scheduler import Finished
from valuelab.run.storage import Busy, storage_of
from valuelab.run.tasks import Event, Task, Tell

CONNECT_SECONDS, WORKERS_SECONDS = 10, 20
ON_THEIR_WAY = 2  # customers a worker: one that runs, one that waits
RETRIES = 2  # of what a worker could not do for reasons of its own: a full disk, no memory


class ZygotePlugin(WorkerPlugin):
    """Imports libraries in a worker before its first customer, and ends its zygote with it."""

    name = "valuelab-zygote"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """Start the zygote, which imports while the worker does."""
        from valuelab.run.processes import CAN_FORK
        from valuelab.run.zygote import import_libraries, zygote_here

        if CAN_FORK:
            zygote_here()
        import_libraries()

    def teardown(self, worker: Any) -> None:
        """End the zygote, and what is below it."""
        from valuelab.run import zygote

        if zygote.zygote_pids():
            zygote.forget_zygote(zygote.zygote_here())


@dataclass(slots=True)
class DaskCluster:
    """A scheduler (``run.scheduler``) of the workers behind a dask scheduler's ``address``, such as ``tcp://10.0.0.5:8786``."""

    address: str
    _client: Client | None = None

    def memory(self) -> int:
        """Megabytes for a workbook: four fifths of what the smallest worker may have; 0 where none has a limit.

        Raises
        ------
        WrongUse
            Where the cluster cannot be used: nothing answers, it has no workers, or they have other software.
        """
        workers = self._connected().scheduler_info(n_workers=-1)["workers"].values()
        limits = [w["memory_limit"] for w in workers if w.get("memory_limit")]
        return max(1024, int(min(limits) * 0.8 / 2**20)) if limits else 0

    def _connected(self) -> Client:
        if self._client is None:
            logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told by this module
            try:
                client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
            except (OSError, ValueError) as error:
                why = "that is no address of a scheduler (tcp://host:port)" if isinstance(error, ValueError) else f"no dask scheduler answers there within {CONNECT_SECONDS} seconds"
                raise WrongUse(f"--cluster {self.address}: {why}.") from None
            try:
                self._check(client)
            except BaseException:
                client.close()
                raise
            self._client = client
        return self._client

    def _check(self, client: Client) -> None:
        try:
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except (TimeoutError, OSError):
            raise WrongUse(f"--cluster {self.address}: the scheduler has no workers. Start some: dask worker {self.address}") from None
        here = software_here()
        for worker, there in client.run(software_here, on_error="return").items():
            if not isinstance(there, dict):
                raise WrongUse(f"--cluster {self.address}: worker {worker} cannot run valuelab ({type(there).__name__}: {there}). Install the same version there.")
            if differs := different(here, there):
                raise WrongUse(f"--cluster {self.address}: worker {worker} has other software than this machine: {differs}. "
                               "Reports would depend on where they are made: install the same from constraints.txt.")
        try:
            client.register_plugin(ZygotePlugin())
        except Exception as error:  # what importing raised on a worker
            raise WrongUse(f"--cluster {self.address}: a worker cannot import what reports need ({type(error).__name__}: {error}). Restart the workers, if they were upgraded.") from None

    def run(self, tasks: Sequence[Task], *, tell: Tell, finished: Finished) -> None:
        """Run every task; see ``Scheduler``. A customer that runs when this is interrupted is finished by its worker, and thrown away."""
        client = self._connected()
        waiting = list(reversed(tasks))
        on_their_way: dict[str, tuple[Task, ExitStack]] = {}
        arriving = as_completed(loop=client.loop)
        try:
            while waiting or on_their_way:
                most = ON_THEIR_WAY * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
                while waiting and len(on_their_way) < most:
                    self._send(client, waiting.pop(), arriving, on_their_way, tell, finished)
                if not on_their_way:
                    continue
                future = next(arriving)
                task, held = on_their_way.pop(future.key)
                with held:
                    outcome = _received(task, future, tell)
                future.release()
                finished(task.customer, outcome)
        finally:
            with suppress(Exception):
                client.cancel(list(arriving.futures), force=True)
            for _, held in on_their_way.values():
                held.close()
            client.close()
            self._client = None

    def _send(self, client: Client, task: Task, arriving: Any, on_their_way: dict[str, tuple[Task, ExitStack]], tell: Tell, finished: Finished) -> None:
        storage, held = storage_of(task.project), ExitStack()
        try:
            held.enter_context(storage.held(task.customer))
            storage.bring([task.customer], pages=task.pdf or task.slides)
            recover(task.project.outputs / task.customer)
            parcel = pack(task)
        except (Busy, OSError) as error:
            held.close()
            tell(Event("failed", task.customer, text=str(error) if isinstance(error, Busy) else f"cannot read or write its files: {error.strerror or error}"))
            finished(task.customer, "failed")
            return
        future = client.submit(run_parcel, parcel, pure=False, retries=RETRIES, key=f"valuelab-{task.customer}-{id(held):x}")
        on_their_way[future.key] = task, held
        arriving.add(future)


def _received(task: Task, future: Any, tell: Tell) -> str:
    """Publish what a worker made, or say why nothing came."""
    folder, storage = task.project.outputs / task.customer, storage_of(task.project)
    try:
        try:
            returned: Returned = future.result()
        except KilledWorker:
            reason = "its worker process died, on several workers one after the other (a crash, or out of memory)"
        except Exception as error:
            reason = f"its worker could not run it: {type(error).__name__}: {error}"
        else:
            for report in unpack(task, returned):
                storage.report_made(report)
            storage.wrote(folder / STATUS, *(folder / as_of / name for as_of, files in returned.additions.items() for name in files))
            for event in returned.events:
                tell(event)
            return returned.outcome
        add_failure(folder, Failure(task.requested[-1], "", reason))
        storage.wrote(folder / STATUS)
    except OSError as error:
        reason = f"cannot write to {folder.parent.name}/{folder.name}: {error.strerror or error}"
    tell(Event("failed", task.customer, text=reason))
    return "failed"
