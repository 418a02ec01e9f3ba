"""A notebook in a forked child, as papermill sees it: the parent owns the notebook, its metadata, the clock and the child's life."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine
from papermill.log import logger

from valuelab.run.deadline import Deadline
from valuelab.run.passed import given_back, passing
from valuelab.run.processes import ended_how
from valuelab.run.zygote import END, NOTEBOOK, Zygote, ZygoteDied, can_fork, forget_zygote, zygote_here

Say = Callable[[str], None]
# what papermill and this package pass to an engine; anything else is for nbclient, and nbclient gets it
UNDERSTOOD = frozenset({"input_path", "log_output", "stdout_file", "stderr_file", "start_timeout", "execution_timeout", "timeout",
                        "notebook_timeout", "memory", "say", "handed"})
_WIDGETS = re.compile(r"^\s*(?:import|from)\s+(?:ipywidgets|ipympl|anywidget)\b|^\s*%matplotlib\s+(?:widget|ipympl|notebook)\b|tqdm\.notebook",
                      re.MULTILINE)
WELL = ended_how(0)
_PYTHON = re.compile(r"python[\d.]*")


class NotebookTimeout(Exception):
    """The whole notebook took longer than it may."""


class NeedsStockKernel(Exception):
    """The notebook asked for something that only a kernel with sockets has. The message says what."""


class ManagedEngine(Engine):
    """papermill's bookkeeping around a forked child."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:  # type: ignore[override]
        say = options.pop("say", None) or logger.warning
        own = {name: options.pop(name, None) for name in ("notebook_timeout", "memory", "handed")}
        reason = why_stock(nb_man.nb, kernel_name, options)
        if not reason:
            try:
                with RunningNotebook(zygote_here(), memory=own["memory"], seconds=own["notebook_timeout"], handed=own["handed"]) as running:
                    ForkedClient(nb_man, running, **options).run()
                return
            except NeedsStockKernel as needed:
                reason = str(needed)
                nb_man.notebook_start()
        say(f"stock kernel, which starts more slowly: {reason}")
        seconds = own["notebook_timeout"]
        deadline = Deadline(seconds or 0)
        try:
            with deadline if seconds else nullcontext():
                NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
        except Exception:
            if deadline.passed:
                raise NotebookTimeout(f"not done after {seconds:g} seconds") from None
            raise


def why_stock(nb: NotebookNode, kernel_name: str, options: dict[str, Any]) -> str:
    """Why a notebook cannot be run in a fork; "" where it can."""
    if not can_fork():
        return "processes cannot be forked safely on this system"
    if unknown := sorted(name for name, value in options.items() if name not in UNDERSTOOD and value is not None):
        return f"the option {unknown[0]} is nbclient's"
    if not _is_this_python(kernel_name):
        return f'the kernel "{kernel_name}" is not this Python'
    if any(cell.cell_type == "code" and _WIDGETS.search(cell.source) for cell in nb.cells):
        return "the notebook uses widgets"
    return ""


@lru_cache
def _is_this_python(kernel_name: str) -> bool:
    """True for ipykernel's own kernel in this environment, without options of its own."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return False
    program, *arguments = spec.argv
    same = program == sys.executable or _PYTHON.fullmatch(program) is not None
    plain = [word for word in arguments if word not in ("-Xfrozen_modules=off", "-m", "ipykernel_launcher", "ipykernel", "-f", "{connection_file}")]
    return same and not plain and not spec.env


class RunningNotebook:
    """A child and the ways to it: cells go in, events come out, C code's output beside them.

    ``handed`` are pieces for the child (``run.passed``); what it worked out is added to them when it ends well.

    Raises
    ------
    DeadKernelError
        From ``events``, when the child ends before it should.
    NotebookTimeout
        From ``events``, when ``seconds`` are over.
    """

    def __init__(self, zygote: Zygote, *, memory: int | None = None, seconds: float | None = None, handed: list[bytes] | None = None):
        self.zygote, self.pid, self.ended, self._handed = zygote, 0, "", handed
        self._deadline: float | None = None
        self._seconds = seconds
        self._buffer = b""
        self._outputs: dict[int, str] = {}
        self._channel, theirs = socket.socketpair()
        out, out_theirs = os.pipe()
        err, err_theirs = os.pipe()
        self._outputs = {out: "stdout", err: "stderr"}
        self._given = [passing(handed)] if handed else []
        try:
            for fd in self._outputs:
                os.set_blocking(fd, False)
            self._channel.sendall(_line({"environment": dict(os.environ), "folder": os.getcwd(), "memory": memory}))
            zygote.ask(NOTEBOOK, theirs.fileno(), out_theirs, err_theirs, *self._given)
            while not self.pid:  # what it still had to say of an earlier notebook is of no interest
                self.pid = int(zygote.answer().get("started", 0))
            self._deadline = time.monotonic() + seconds if seconds else None  # not for a zygote that was just started
            self._ready = select.poll()
            for source in (self._channel, *self._outputs, zygote.control):
                self._ready.register(source, select.POLLIN)
        except BaseException as error:
            self._close()
            if isinstance(error, ZygoteDied):
                forget_zygote(zygote)
                raise DeadKernelError(f"Kernel died: {error}") from None
            raise
        finally:
            theirs.close()
            for fd in (out_theirs, err_theirs):
                os.close(fd)

    def __enter__(self) -> RunningNotebook:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        """Let it end, or end it; either way nothing of it is left."""
        try:
            if kind is None and not self.ended:
                self._channel.shutdown(socket.SHUT_WR)
                for _event in self._until(time.monotonic() + 5.0):
                    pass
        except (DeadKernelError, NotebookTimeout, OSError):
            pass
        finally:
            try:
                if kind is None and self.ended == WELL and self._handed and (worked_out := given_back(self._given[0], self._handed)):
                    self._handed.append(worked_out)
                if not self.ended:
                    self.zygote.ask(END)
                    while not self.ended:
                        self._hear()
            except (ZygoteDied, DeadKernelError):
                forget_zygote(self.zygote)
            finally:
                self._close()

    def run(self, code: str, seconds: float | None = None) -> Iterator[dict[str, Any]]:
        """Events of one cell, its reply last.

        Raises
        ------
        TimeoutError
            When the cell takes longer than ``seconds``.
        """
        with suppress(OSError):  # it died: the events say how
            self._channel.sendall(_line({"code": code}))
        yield from self.events(seconds)

    def events(self, seconds: float | None = None) -> Iterator[dict[str, Any]]:
        """Events up to and with the next reply (or hello)."""
        for event in self._until(time.monotonic() + seconds if seconds else None):
            if event["msg_type"] in ("execute_reply", "hello"):
                yield from self._spilled()
                yield event
                return
            yield event

    def _until(self, moment: float | None) -> Iterator[dict[str, Any]]:
        while True:
            now = time.monotonic()
            if self._deadline is not None and now >= self._deadline:
                raise NotebookTimeout(f"not done after {self._seconds:g} seconds")
            if moment is not None and now >= moment:
                raise TimeoutError
            moments = [m - now for m in (self._deadline, moment) if m is not None]
            ready = [fd for fd, _ in self._ready.poll(min(moments) * 1000 if moments else None)]
            if self._outputs.keys() & ready:
                yield from self._spilled()
            if self._channel.fileno() in ready:
                yield from self._received()
            elif self.zygote.control.fileno() in ready:  # only when all that it said before was heard
                self._hear()
            if self.ended:
                yield from self._spilled()
                raise DeadKernelError(f"Kernel died: {self.ended}")

    def _received(self) -> Iterator[dict[str, Any]]:
        try:
            piece = self._channel.recv(1 << 20, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece and not self.ended:  # the child closed it: its zygote says how it ended
            self._hear()
        *lines, self._buffer = (self._buffer + piece).split(b"\n")
        for line in lines:
            yield json.loads(line.decode("utf-8", "replace"))

    def _spilled(self) -> Iterator[dict[str, Any]]:
        """What C code and programs wrote to the standard streams."""
        for fd, name in self._outputs.items():
            pieces = []
            try:
                while piece := os.read(fd, 65536):
                    pieces.append(piece)
                with suppress(KeyError):
                    self._ready.unregister(fd)  # closed at the other end: nothing will come
            except BlockingIOError:
                pass
            if pieces:
                yield {"msg_type": "stream", "content": {"name": name, "text": b"".join(pieces).decode("utf-8", "replace")}}

    def _hear(self) -> None:
        try:
            answer = self.zygote.answer()
        except ZygoteDied as error:
            self.ended = str(error)
            forget_zygote(self.zygote)
            return
        if answer.get("ended") == self.pid:
            self.ended = answer["how"]

    def _close(self) -> None:
        self._channel.close()
        for fd in (*self._outputs, *self._given):
            os.close(fd)
        self._outputs, self._given = {}, []


class ForkedClient(PapermillNotebookClient):
    """papermill's client with a child in place of a kernel: what becomes of an event is nbclient's own code."""

    def __init__(self, nb_man: Any, running: RunningNotebook, *, log_output: bool = False, stdout_file: Any = None, stderr_file: Any = None,
                 execution_timeout: int | None = None, timeout: int | None = None, **_: Any):
        super().__init__(nb_man, log=logger, log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file)
        self.running, self.seconds = running, execution_timeout or timeout

    def run(self) -> None:
        """Run every cell, or those up to the first that fails."""
        self.reset_execution_trackers()
        hello = list(self.running.events())[-1]
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = hello["content"]["language_info"]

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:  # type: ignore[override]
        """One cell."""
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        timing = cell.metadata["execution"] = NotebookNode({"iopub.status.busy": _now(), "iopub.execute_input": _now()})
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        reply: dict[str, Any] = {}
        try:
            for event in self.running.run(cell.source, self.seconds):
                if event["msg_type"] == "widgets":
                    raise NeedsStockKernel("the notebook uses widgets")
                if event["msg_type"] == "execute_reply":
                    reply = event["content"]
                else:
                    message = {**event, "header": {"msg_type": event["msg_type"]}, "parent_header": {}, "metadata": {}, "buffers": []}
                    self.process_message(message, cell, cell_index)
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", self.seconds or 0, cell) from None
        cell["execution_count"] = reply["execution_count"]
        timing["shell.execute_reply"] = timing["iopub.status.idle"] = _now()
        self._raise_for(reply, cell, cell_index)
        return cell

    def _raise_for(self, reply: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:
        from nbclient.util import run_sync

        if reply["status"] == "error":
            run_sync(self._check_raise_for_error)(cell, cell_index, {"content": reply})


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
