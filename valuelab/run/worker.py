"""A worker process: one customer after the other, notebooks forked from a zygote of its own; it does not outlive the command."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from valuelab.run.processes import ONE_THREAD, adopt_orphans, kill_all_below, kill_children
from valuelab.run.tasks import Done, Event, Task
from valuelab.run.zygote import GRACE_SECONDS, Zygote, import_libraries, provide_zygote, zygote_pids

# no history file to fight over, and no advice about transport encryption between two processes of one machine
KERNEL_CONFIG = "c.HistoryManager.enabled = False\nc.IPKernelApp.log_level = 50\n"
LIMIT_CONFIG = "from valuelab.run.processes import limit_memory\nlimit_memory({megabytes})\n"


def live(parent: int, tasks: int, life: int) -> NoReturn:
    """The life of a worker that a template forked, with the descriptors of its two pipes."""
    work(Connection(tasks), Connection(life, writable=False), forked=True)
    os._exit(0)


def work(tasks: Connection, life: Connection, *, forked: bool) -> None:
    """Run the tasks that come until no more come.

    Parameters
    ----------
    tasks
        First the scratch folder, then tasks; back go this process's id, events, and a ``Done`` for each task.
    life
        The command holds its other end: when that is closed the worker ends at once, whatever it is doing.
    forked
        True in a child of a template: it can fork a zygote of its own, as it has seen no data yet.
    """
    scratch: str = tasks.recv()
    home = Path(scratch) / str(os.getpid())
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    # kernels keep history and connection files in a folder of this run, not in the user's home
    os.environ.update(ONE_THREAD | {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    zygote = None
    if forked:
        adopt_orphans()
        zygote = Zygote.forked()
        provide_zygote(zygote)
    threading.Thread(target=_end_with_command, args=(life, zygote, scratch), daemon=True).start()
    import_libraries()  # all there already in a fork

    from valuelab.run.customer import run_customer

    tasks.send(os.getpid())
    while True:
        try:
            task: Task = tasks.recv()
        except (EOFError, OSError):
            break
        try:
            limit = LIMIT_CONFIG.format(megabytes=task.memory) if task.memory and hasattr(os, "fork") else ""
            (profile / "ipython_kernel_config.py").write_text(KERNEL_CONFIG + limit, encoding="utf-8")  # for stock kernels
            outcome = run_customer(task, tasks.send)
        except Exception as error:  # a mistake of ours: it fails this customer with its name, and no other
            tasks.send(Event("failed", task.customer, text=f"{type(error).__name__}: {error}"))
            outcome = "failed"
        if forked:  # what a killed zygote or a stock kernel left came to us
            kill_children(keep=zygote_pids())
        # another zygote would have to import everything: another worker comes with one
        goes_on = zygote is None or zygote.pid in zygote_pids()
        tasks.send(Done(outcome, goes_on))
        if not goes_on:
            break
    if zygote is not None:
        zygote.close()


def _end_with_command(life: Connection, zygote: Zygote | None, scratch: str) -> None:
    with suppress(EOFError, OSError):
        life.recv()
    if zygote is not None:
        with suppress(OSError):
            zygote.control.shutdown(2)  # it ends its notebook, and what that left, and goes
        deadline = time.monotonic() + GRACE_SECONDS / 2
        with suppress(ChildProcessError):
            while os.waitpid(zygote.pid, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
                time.sleep(0.005)
    kill_all_below()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)
