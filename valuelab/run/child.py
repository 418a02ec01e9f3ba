"""The child that is forked for a notebook: an IPython shell without sockets, whose outputs are JSON lines, one an event.

It is what ipykernel's kernel is to the cells: the same shell class, display machinery, streams and reply, minus zmq. The parent
owns the notebook; the child knows cells one at a time.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import getpass
import io
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NoReturn

import comm
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from jupyter_client.session import Session, json_packer
from traitlets.config import Config

from valuelab.inputs.handed import hand, worked_out_here
from valuelab.run import passed
from valuelab.run.processes import die_with_parent, limit_memory

FLUSH_SECONDS = 0.2  # as ipykernel does
WIDGETS = "widgets"


class Events(Session):
    """What a shell takes for a session: messages become lines on a socket."""

    def attach(self, channel: socket.socket) -> None:
        """Send to ``channel`` from now on."""
        self._channel, self._lock = channel, threading.Lock()
        os.register_at_fork(after_in_child=self._new_lock)

    def _new_lock(self) -> None:
        self._lock = threading.Lock()

    def msg(self, msg_type: str, content: dict[str, Any] | None = None, *_: object, **__: object) -> dict[str, Any]:
        """A message, not sent yet: hooks may change it."""
        return {"msg_type": msg_type, "header": {"msg_type": msg_type}, "content": content or {}}

    def send(self, stream: object, msg_or_type: Any, content: dict[str, Any] | None = None, *_: object, **__: object) -> None:  # type: ignore[override]
        """One line."""
        message = self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
        line = json_packer({"msg_type": message["msg_type"], "content": message["content"]}) + b"\n"
        try:
            with self._lock:
                self._channel.sendall(line)
        except OSError:
            os._exit(1)  # nobody listens any more


class Stream(io.TextIOBase):
    """stdout or stderr: text is kept for a moment, and sent in one piece."""

    def __init__(self, events: Events, name: str):
        self._events, self.name, self._parts, self._since = events, name, [], 0.0

    encoding = "UTF-8"  # type: ignore[assignment]
    errors = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        now = time.monotonic()
        if not self._parts:
            self._since = now
        self._parts.append(text)
        if now - self._since > FLUSH_SECONDS:
            self.flush()
        return len(text)

    def flush(self) -> None:
        parts, self._parts = self._parts, []
        if text := "".join(parts):
            self._events.send(None, "stream", {"name": self.name, "text": text})


@lru_cache
def shell() -> ZMQInteractiveShell:
    """The shell, made once, before the first fork."""
    config = Config()
    config.HistoryManager.enabled = False  # a history has a thread
    made = ZMQInteractiveShell.instance(config=config, compiler_class=XCachingCompiler)
    made.kernel = SimpleNamespace(eventloop=None, shell=made)
    made.enable_gui = _no_gui
    events = Events()
    made.display_pub.session = made.displayhook.session = events
    return made


def live(parent: int, channel: int, out: int, err: int, given: int = -1) -> NoReturn:
    """Run the cells that come over ``channel``, and end. ``out`` and ``err`` are where C code and programs write to; ``given`` is a file with what was handed to
    it, at whose end it puts what it worked out (``run.passed``)."""
    os.setsid()
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, number in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(fd, number)
        os.close(fd)
    line = socket.socket(fileno=channel)
    requests = line.makefile("rb")
    _settle(json.loads(requests.readline()))
    if given >= 0:
        hand(*passed.taken(given))
    ip = shell()
    ip.init_sys_modules()
    events: Events = ip.display_pub.session
    events.attach(line)
    sys.stdout, sys.stderr = Stream(events, "stdout"), Stream(events, "stderr")
    builtins.input = _no_input
    getpass.getpass = _no_input
    comm.create_comm = _no_widgets(events)
    events.send(None, "hello", {"language_info": IPythonKernel.language_info})
    code = asyncio.run(_cells(ip, events, requests))
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    if given >= 0 and not code:
        passed.give_back(given, worked_out_here())
    os._exit(code)


def _settle(about: dict[str, Any]) -> None:
    """Environment, folder, memory; and chance of its own: a fork has its parent's."""
    os.environ.clear()
    os.environ.update(about["environment"])
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    shell().init_environment()
    os.chdir(about["folder"])
    if about["memory"]:
        limit_memory(about["memory"])
    random.seed()
    import numpy

    numpy.random.seed()


async def _cells(ip: ZMQInteractiveShell, events: Events, requests: io.BufferedReader) -> int:
    """Run cells, inside a running loop as in a kernel, so that ``await`` and background tasks work alike."""
    loop = asyncio.get_running_loop()
    ip.kernel.io_loop = SimpleNamespace(call_later=lambda *_: None, stop=None)
    while True:
        await _readable(loop, requests)
        request = requests.readline()
        if not request:
            return 0
        reply = await _run(ip, json.loads(request)["code"])
        sys.stdout.flush()
        sys.stderr.flush()
        events.send(None, "execute_reply", reply)
        if ip.exit_now:
            return 0


async def _readable(loop: asyncio.AbstractEventLoop, requests: io.BufferedReader) -> None:
    found = loop.create_future()
    loop.add_reader(requests.fileno(), lambda: found.done() or found.set_result(None))
    try:
        await found
    finally:
        loop.remove_reader(requests.fileno())


async def _run(ip: ZMQInteractiveShell, code: str) -> dict[str, Any]:
    """One cell, as ipykernel runs it, and the reply that it would send."""
    error = None
    try:
        transformed = ip.transform_cell(code)
    except Exception:
        transformed, error = code, sys.exc_info()
    if ip.should_run_async(code, transformed_cell=transformed, preprocessing_exc_tuple=error):
        result = None
        try:
            result = await ip.run_cell_async(code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=error)
        finally:
            ip.events.trigger("post_execute")
            ip.events.trigger("post_run_cell", result)
    else:
        result = ip.run_cell(code, store_history=True)
    reply: dict[str, Any] = {"status": "ok", "execution_count": ip.execution_count - 1}
    failure = result.error_before_exec if result.error_before_exec is not None else result.error_in_exec
    if not result.success or getattr(ip, "_last_traceback_during_displayhook", False):
        reply |= {"status": "error", "ename": type(failure).__name__, "evalue": str(failure), "traceback": ip._last_traceback or []}
    ip.payload_manager.clear_payload()
    return reply


def _no_gui(gui: str | None = None) -> None:
    """``%matplotlib inline`` asks for no window system; there is none to have."""
    if gui:
        raise UsageError(f"there is no event loop for {gui} in a notebook that nobody looks at")


def _no_input(*_: object, **__: object) -> NoReturn:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _no_widgets(events: Events) -> Any:
    def create(*_: object, **__: object) -> NoReturn:
        events.send(None, WIDGETS)  # the parent runs the notebook anew, in a stock kernel
        time.sleep(60)
        os._exit(1)

    return create
