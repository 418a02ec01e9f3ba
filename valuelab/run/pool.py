"""Worker processes: one customer at a time each, so that whatever kills a worker fails that customer and no other."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path

import psutil

from valuelab.run.publish import Failure, add_failure, clear_after_kill
from valuelab.run.tasks import Event, Task

# one thread a kernel: cores are shared out among customers, and sums have the same order everywhere
KERNEL_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
                      "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
# no history file to fight over, and no advice about transport encryption between two processes of one machine
KERNEL_CONFIG = "c.HistoryManager.enabled = False\nc.IPKernelApp.log_level = 50\n"
POLL_SECONDS = 0.2


def default_jobs() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_tasks(tasks: Sequence[Task], *, jobs: int, tell: Callable[[Event], None], finished: Callable[[str, str], None]) -> None:
    """Run customers in up to ``jobs`` processes.

    Parameters
    ----------
    tell
        Called in this process with every event.
    finished
        Called with a customer's id and ``made``, ``unchanged`` or ``failed``.

    Notes
    -----
    A KeyboardInterrupt (or any other exception in here) kills all workers and their kernels, and takes their half-built
    folders away, before it goes on.
    """
    waiting = list(reversed(tasks))
    with tempfile.TemporaryDirectory(prefix="valuelab-", ignore_cleanup_errors=True) as scratch:
        slots = [_Slot(scratch) for _ in range(min(jobs, len(tasks)))]
        try:
            while waiting or any(slot.task for slot in slots):
                for slot in slots:
                    if slot.task is None and waiting:
                        slot.start(waiting.pop())
                wait([slot.events for slot in slots if slot.task], timeout=POLL_SECONDS)
                for slot in slots:
                    slot.drain(tell)
                    if slot.task and slot.future.done():
                        customer = slot.task.customer
                        finished(customer, slot.outcome(tell))
        except BaseException:
            _kill_workers()
            for slot in slots:
                if slot.task:
                    clear_after_kill(slot.task.project.outputs / slot.task.customer, slot.pid)
            raise
        finally:
            for slot in slots:
                slot.close()


class _Slot:
    """One worker process; a new one takes its place if it dies."""

    def __init__(self, scratch: str) -> None:
        self.scratch = scratch
        self.task: Task | None = None
        self.future: Future[str]
        self.pid = 0
        self._open()

    def _open(self) -> None:
        context = get_context("spawn")
        self.events, sender = context.Pipe(duplex=False)
        self.executor = ProcessPoolExecutor(1, mp_context=context, initializer=_begin_worker, initargs=(sender, self.scratch))
        self._sender = sender

    def start(self, task: Task) -> None:
        with _signals_held_back():  # Ctrl-C goes to the whole group: a worker that is just being born must not see it
            self.future = self.executor.submit(_work, task)
        self.task = task

    def drain(self, tell: Callable[[Event], None]) -> None:
        with suppress(EOFError, OSError):
            while self.events.poll():
                message = self.events.recv()
                if isinstance(message, int):
                    self.pid = message
                else:
                    tell(message)

    def outcome(self, tell: Callable[[Event], None]) -> str:
        """What became of the task; frees the slot."""
        task, self.task = self.task, None
        self.drain(tell)
        try:
            return self.future.result()
        except BrokenProcessPool:
            reason = "its worker process died (killed from outside, a crash, or out of memory)"
            folder = task.project.outputs / task.customer
            clear_after_kill(folder, self.pid)
            add_failure(folder, Failure(task.requested[-1], "", reason))
            self.close()
            self._open()
        except Exception as error:  # a mistake of ours: it fails this customer with its name, and no other
            reason = f"{type(error).__name__}: {error}"
        tell(Event("failed", task.customer, text=reason))
        return "failed"

    def close(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)
        self.events.close()
        self._sender.close()


_events: Connection


def _begin_worker(events: Connection, scratch: str) -> None:
    """Set a new worker up: it leaves Ctrl-C to its parent, and does not outlive it."""
    global _events
    _events = events
    # kernels keep history and connection files in a folder of this run, not in the user's home
    home = Path(scratch) / str(os.getpid())
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_CONFIG, encoding="utf-8")
    os.environ.update(KERNEL_ENVIRONMENT | {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    threading.Thread(target=_end_with_parent, args=(scratch,), daemon=True).start()
    # nbformat's schema reader would spend two seconds on a grammar of international addresses, which notebooks do not have
    sys.modules.setdefault("rfc3987_syntax", None)
    _events.send(os.getpid())


def _end_with_parent(scratch: str) -> None:
    from valuelab.run.execute import kill_children

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        kill_children()
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(1)


def _work(task: Task) -> str:
    from valuelab.run.customer import run_customer  # papermill and nbconvert: only workers need them

    return run_customer(task, _events.send)


def _kill_workers() -> None:
    """Kill workers and their kernels. A worker is stopped first, so that it starts no kernel while we look."""
    for worker in active_children():
        with suppress(psutil.Error):
            process = psutil.Process(worker.pid)
            process.suspend()
            for child in process.children(recursive=True):
                with suppress(psutil.Error):
                    child.kill()
            process.kill()
        worker.join(5)


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
