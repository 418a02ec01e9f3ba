"""The zygote: a process that has imported libraries and seen no customer's data, and forks whatever must start warm.

Three processes are made of it. The *template* is started anew, imports, and forks workers (``run.worker``). Each worker, before
its first customer, forks a *zygote* of its own, which forks a child for every notebook (``run.child``). Where there is no
template (plain papermill, a dask worker) the zygote is started anew.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import traceback
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from valuelab.run.processes import (
    CAN_FORK,
    ONE_THREAD,
    adopt_orphans,
    children,
    ended_how,
    forget_descriptors,
    kill_children,
    threads,
)

# libraries that notebooks and workers use; names alone, so that this room imports no room to its right
LIBRARIES = ("numpy", "pandas", "scipy.linalg.lapack", "scipy.optimize", "scipy.signal", "scipy.special", "matplotlib.pyplot", "seaborn", "papermill", "nbconvert", "nbformat", "ipykernel.zmqshell",
             "ipykernel.ipkernel", "babel.dates", "encodings.utf_8_sig", "valuelab.inputs.load", "valuelab.run.customer", "valuelab.run.child",
             "valuelab.present.show")
# functions of no data whose results later calls find ready
READY = ("valuelab.run.convert:build_exporter", "valuelab.inputs.table_checks:row_schema", "valuelab.inputs.table_checks:flow_schema",
         "valuelab.present.charts.style:draw_empty", "valuelab.analysis.calibrated:table", "valuelab.software:software_id",
         "valuelab.analysis.usual_lengths:prepare", "valuelab.assets:compile_templates", "valuelab.assets:usual_records", "valuelab.assets:glossary", "valuelab.assets:stylesheet")
NOTEBOOK, WORKER, END = b"notebook", b"worker", b"end"
GRACE_SECONDS = 0.7
_KIND = socket.SOCK_SEQPACKET if hasattr(socket, "SOCK_SEQPACKET") else socket.SOCK_STREAM


class ZygoteDied(Exception):
    """The process that forks notebooks is gone."""


def import_libraries() -> None:
    """Import what everything forked from here will use."""
    # nbformat's schema reader would spend two seconds on a grammar of international addresses, which notebooks do not have
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as in a stock kernel
    gc.disable()  # nothing of what is imported is garbage, and looking for it takes a seventh of the time
    with _absent("hypothesis"):  # pandera would import it for tests that nobody writes here
        for name in LIBRARIES:
            importlib.import_module(name)
        for place in READY:
            module, name = place.split(":")
            getattr(importlib.import_module(module), name)()
    gc.enable()


@contextmanager
def _absent(library: str) -> Iterator[None]:
    """For this long a library that others use where it is there is not there."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[library]


def main(descriptor: int) -> NoReturn:
    """The life of a started process: it imports, and serves until whoever holds the other end of its socket is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which ends us
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    control = socket.socket(fileno=descriptor)
    try:
        import_libraries()
        scripts = sysconfig.get_path("scripts")
        sys.path[:] = [folder for folder in sys.path if folder != scripts]
    except BaseException:
        with suppress(OSError):
            control.send(json.dumps({"failed": traceback.format_exc(limit=-3)}).encode())
        os._exit(1)
    serve(control)


def serve(control: socket.socket) -> NoReturn:
    """Fork what is asked for; reap it; end what it leaves; go when the other end is closed."""
    atexit._clear()  # what libraries wanted done at the end is the started process's to do
    adopt_orphans()
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    gc.collect()
    gc.freeze()  # collections in children leave these pages alone, so that they stay shared
    gc.set_threshold(20_000, 10, 10)  # charts are many small objects: by default a fourteenth of a notebook's time goes into looking at them
    alive: dict[int, bytes] = {}
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            with suppress(BlockingIOError):
                os.read(woken, 4096)
            for pid, status in _reap():
                if alive.pop(pid, b""):
                    kill_children(keep=frozenset(alive))
                    _tell(control, {"ended": pid, "how": ended_how(status)})
        if control in ready:
            try:
                command, descriptors, _, _ = socket.recv_fds(control, 64, 8)
            except OSError:
                command, descriptors = b"", []
            if not command:
                _leave(alive)
            if command == END:
                kill_children()
                _tell(control, {"ended": pid, "how": "stopped"} if (pid := next(iter(alive), 0)) else {})
                alive.clear()
            else:
                _fork(command, descriptors, control, alive)
                for fd in descriptors:
                    os.close(fd)


def _fork(command: bytes, descriptors: list[int], control: socket.socket, alive: dict[int, bytes]) -> None:
    try:
        if command == NOTEBOOK:
            importlib.import_module("valuelab.run.child").shell()  # made before the first fork, and never in a template
        if threads() > 1:
            raise RuntimeError("a process with threads must not fork")
        parent, pid = os.getpid(), os.fork()
    except (OSError, RuntimeError) as error:
        _tell(control, {"failed": str(error)})
        return
    if pid:
        alive[pid] = command
        _tell(control, {"started": pid})
        return
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        forget_descriptors(*descriptors)
        _forget_finalizers()
        module = "valuelab.run.child" if command == NOTEBOOK else "valuelab.run.worker"
        importlib.import_module(module).live(parent, *descriptors)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _forget_finalizers() -> None:
    """Finalizers registered before the fork (temporary folders, say) are not this process's to run; later ones are."""
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]


def _reap() -> list[tuple[int, int]]:
    found = []
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(ended)
    return found


def _leave(alive: dict[int, bytes]) -> NoReturn:
    """Workers end by themselves when the command is gone, and take their notebooks with them; notebooks are ended."""
    deadline = GRACE_SECONDS if WORKER in alive.values() else 0.0
    step = 0.01
    while deadline > 0 and children():
        select.select([], [], [], step)
        deadline -= step
        _reap()
    kill_children()
    os._exit(0)


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    with suppress(OSError):
        control.send(json.dumps(message).encode())


@dataclass(slots=True, eq=False)
class Zygote:
    """A zygote as whoever started it sees it: a socket, and the process's id."""

    control: socket.socket
    pid: int
    process: subprocess.Popen[bytes] | None = None
    owner: int = 0

    @classmethod
    def started(cls) -> Zygote:
        """A new process, which imports first: a few seconds."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, _KIND)
        with theirs:
            code = f"from valuelab.run.zygote import main; main({theirs.fileno()})"
            process = subprocess.Popen([sys.executable, "-P", "-c", code], pass_fds=[theirs.fileno()], env=os.environ | ONE_THREAD,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return cls(ours, process.pid, process, os.getpid())

    @classmethod
    def forked(cls) -> Zygote:
        """A fork of this process, which must have imported the libraries, and must not have seen any data yet."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, _KIND)
        if threads() > 1:
            raise RuntimeError("a process with threads must not fork")
        pid = os.fork()
        if not pid:
            try:
                forget_descriptors(theirs.fileno())
                _forget_finalizers()
                serve(theirs)
            finally:
                os._exit(1)
        theirs.close()
        return cls(ours, pid, None, os.getpid())

    def ask(self, command: bytes, *descriptors: int) -> None:
        """Send a command with open files; answers are read from ``control``."""
        try:
            socket.send_fds(self.control, [command], descriptors)
        except OSError:
            raise ZygoteDied("the process that starts notebooks died") from None

    def answer(self) -> Mapping[str, Any]:
        """The next answer; waits for it."""
        try:
            raw = self.control.recv(65536)
        except OSError:
            raw = b""
        if not raw:
            raise ZygoteDied("the process that starts notebooks died")
        message = json.loads(raw)
        if "failed" in message:
            raise ZygoteDied(f"the process that starts notebooks could not go on: {message['failed']}")
        return message

    def close(self, seconds: float = 5.0) -> None:
        """End it, and everything below it."""
        self.control.close()
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        elif self.owner == os.getpid():
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)


_lock = threading.Lock()
_here: Zygote | None = None


def zygote_here() -> Zygote:
    """This process's zygote; started anew where there is none, or where it died."""
    global _here
    with _lock:
        if _here is None or _here.owner != os.getpid():
            _here = Zygote.started()
            atexit.register(forget_zygote, _here)
        return _here


def provide_zygote(zygote: Zygote) -> None:
    """Make ``zygote`` the one that this process's notebooks are forked from."""
    global _here
    _here = zygote


def zygote_pids() -> frozenset[int]:
    """The process id of this process's zygote, if it has one."""
    return frozenset() if _here is None else frozenset({_here.pid})


def forget_zygote(zygote: Zygote) -> None:
    """End ``zygote``; the next notebook starts another."""
    global _here
    if zygote.owner != os.getpid():
        return
    zygote.close()
    with _lock:
        if _here is zygote:
            _here = None


def can_fork() -> bool:
    """True where notebooks can be forked from a zygote."""
    return CAN_FORK
