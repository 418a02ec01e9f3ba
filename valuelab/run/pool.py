"""The local pool: worker processes on this machine, so that whatever kills a worker fails its customer and no other."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

import psutil

from valuelab.run.processes import CAN_FORK, fair_memory
from valuelab.run.publish import STATUS, Failure, add_failure, clear_after_kill
from valuelab.run.scheduler import Finished
from valuelab.run.storage import storage_of
from valuelab.run.tasks import Done, Event, Task, Tell
from valuelab.run.zygote import GRACE_SECONDS, WORKER, Zygote, ZygoteDied

END_SECONDS = 3.0


def default_jobs() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalPool:
    """A scheduler (``run.scheduler``) of up to ``jobs`` processes on this machine; by default one a core."""

    def __init__(self, jobs: int | None = None):
        self.jobs = jobs or default_jobs()

    def memory(self) -> int:
        """A fair share of this machine's memory."""
        return fair_memory(self.jobs)

    def run(self, tasks: Sequence[Task], *, tell: Tell, finished: Finished) -> None:
        """Run every task; see ``Scheduler``."""
        waiting = list(reversed(tasks))
        with tempfile.TemporaryDirectory(prefix="valuelab-", ignore_cleanup_errors=True) as scratch, _Births() as births:
            slots = [_Slot(births, scratch) for _ in range(min(self.jobs, len(tasks)))]
            try:
                while waiting or any(slot.task for slot in slots):
                    for slot in slots:
                        if slot.task is None and waiting:
                            slot.start(waiting.pop())
                    busy = {slot.tasks: slot for slot in slots if slot.task}
                    for ready in wait(list(busy)):
                        if outcome := busy[ready].hear(tell):
                            finished(*outcome)
            except BaseException:
                for slot in slots:
                    slot.close()
                births.end()
                for slot in slots:
                    if slot.task:
                        clear_after_kill(slot.task.project.outputs / slot.task.customer, slot.pid)
                        storage_of(slot.task.project).freed(slot.task.customer, slot.pid)
                raise
            finally:
                for slot in slots:
                    slot.close()
                births.end()
                _wait_for([slot.pid for slot in slots])


def _wait_for(pids: Sequence[int]) -> None:
    """Workers end by themselves when they are told nothing more; the template has seen to it, unless it was killed."""
    gone, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if pid and psutil.pid_exists(pid)], timeout=GRACE_SECONDS)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()


class _Births:
    """Where workers come from: a template that has imported everything, or new processes where nothing can be forked."""

    def __init__(self) -> None:
        self._template: Zygote | None = None
        self._born: list[Any] = []

    def __enter__(self) -> _Births:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def worker(self) -> tuple[Connection, Connection]:
        """A new worker: where it takes tasks and gives events, and what it dies of when it is closed."""
        (ours, theirs), (theirs_alive, ours_alive) = Pipe(), Pipe(duplex=False)
        with theirs, theirs_alive, _signals_held_back():  # a process that is just being born must not see Ctrl-C
            if not CAN_FORK:
                from valuelab.run.worker import work

                process = get_context("spawn").Process(target=work, args=(theirs, theirs_alive), kwargs={"forked": False})
                process.start()
                self._born.append(process)
                return ours, ours_alive
            for _attempt in range(2):
                if self._template is None:
                    self._template = Zygote.started()
                try:
                    self._template.ask(WORKER, theirs.fileno(), theirs_alive.fileno())
                    break
                except ZygoteDied:  # killed from outside: another one
                    self._template.close()
                    self._template = None
        return ours, ours_alive

    def why(self) -> str:
        """What a template said before it died, or ""."""
        if self._template is None or self._template.process is None:
            return ""
        with suppress(subprocess.TimeoutExpired):
            self._template.process.wait(0.2)
        if self._template.process.poll() is None:
            return ""
        try:
            while True:
                self._template.answer()
        except ZygoteDied as error:
            self._template.close()
            self._template = None
            return str(error)

    def end(self) -> None:
        """Be the last to go: the template ends when all its workers have."""
        if self._template is not None:
            self._template.close(END_SECONDS)
            self._template = None
        for process in self._born:
            process.join(END_SECONDS)
            process.kill()
            process.join()
        self._born = []


class _Slot:
    """One worker; a new one takes its place if it dies."""

    def __init__(self, births: _Births, scratch: str) -> None:
        self.births, self.scratch = births, scratch
        self.task: Task | None = None
        self.pid = 0
        self._open()

    def _open(self) -> None:
        self.pid = 0
        self.tasks, self.life = self.births.worker()
        self.tasks.send(self.scratch)

    def start(self, task: Task) -> None:
        with suppress(OSError):  # it died meanwhile: that is heard next
            self.tasks.send(task)
        self.task = task

    def hear(self, tell: Tell) -> tuple[str, str] | None:
        """Take what the worker has to say; the customer and its outcome, when it is done. Frees the slot then."""
        assert self.task is not None
        try:
            while self.tasks.poll():
                message = self.tasks.recv()
                if isinstance(message, int):
                    self.pid = message
                elif isinstance(message, Done):
                    customer, self.task = self.task.customer, None
                    if not message.goes_on:
                        self.close()
                        self._open()
                    return customer, message.outcome
                else:
                    tell(message)
        except (EOFError, OSError):
            return self._lost(tell), "failed"
        return None

    def _lost(self, tell: Tell) -> str:
        """The worker is gone: its customer failed, what it was building goes, and another worker comes."""
        task, self.task = self.task, None
        assert task is not None
        reason = f"its worker process died ({self.births.why() or 'killed from outside, a crash, or out of memory'})"
        folder = task.project.outputs / task.customer
        self.close()
        try:
            clear_after_kill(folder, self.pid)
            add_failure(folder, Failure(task.requested[-1], "", reason))
            storage = storage_of(task.project)
            storage.freed(task.customer, self.pid)
            storage.wrote(folder / STATUS)
        except OSError as error:
            reason += f"; cannot write its status: {error.strerror or error}"
        tell(Event("failed", task.customer, text=reason))
        if self.pid:
            shutil.rmtree(os.path.join(self.scratch, str(self.pid)), ignore_errors=True)
        self._open()
        return task.customer

    def close(self) -> None:
        self.tasks.close()
        self.life.close()


@contextmanager
def _signals_held_back() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
