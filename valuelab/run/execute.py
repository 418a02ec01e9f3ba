"""One workbook, one fresh process: run it with papermill, end it in time, say in a sentence why it failed."""

from __future__ import annotations

import ast
import json
import logging
import re
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4.rwbase import split_lines, strip_transient
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from papermill.parameterize import parameterize_notebook
from papermill.utils import chdir

from valuelab import errors
from valuelab.run.collect import LINE_A_VALUE, is_result
from valuelab.run.deadline import Deadline
from valuelab.run.engine import NAME, ForkedEngine
from valuelab.run.forked import NotebookTimeout

PARAMETERS = ("customer", "as_of", "previous")
START_SECONDS = 120
ANSI = re.compile(r"\x1b\[[0-9;]*m")
logging.getLogger("papermill").setLevel(logging.CRITICAL)
papermill_engines.register(NAME, ForkedEngine)  # known also where the package is not installed anew


class WorkbookFailed(Exception):
    """A workbook did not come to its end. The message is a sentence; ``detail`` may be long (a traceback)."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.detail = detail


def execute(workbook: Path, parameters: dict[str, str], *, folder: Path, timeout: float, engine: str = NAME, memory: int = 0, handed: list[bytes] | None = None,
            say: Callable[[str], None] = lambda text: None) -> NotebookNode:
    """Run a workbook in a fresh process and return it with its outputs.

    Parameters
    ----------
    workbook
        The notebook; it is not changed.
    parameters
        Plain strings for its ``parameters`` cell, which must declare ``customer``, ``as_of`` and ``previous``.
    folder
        The kernel's working folder: paths in the parameters are relative to it.
    timeout
        Seconds for the whole workbook, not for a cell.
    engine
        ``valuelab`` forks a process that is warm; ``stock`` starts ipykernel. The outputs are the same.
    memory
        Megabytes that a forked process may have beyond what it starts with; 0 is no limit.
    handed
        A customer as ``inputs.handed.pack`` makes it, and what earlier workbooks worked out: a forked process need not do it again, and adds what it worked out.
    say
        Called with a line where a stock kernel is used in place of a fork.

    Raises
    ------
    WorkbookFailed
        An exception in a cell, a dead kernel, a timeout, a file that is no notebook. Decided from the raised exception alone:
        the saved notebook of a dead kernel looks complete.
    """
    name = workbook.stem
    _check_parameters(workbook)
    forked = engine == NAME
    options: dict[str, Any] = {"notebook_timeout": timeout, "memory": memory, "handed": handed, "say": say} if forked else {}
    deadline = Deadline(timeout)
    try:
        with nullcontext() if forked else deadline, warnings.catch_warnings():  # the forked engine has a clock of its own
            warnings.simplefilter("ignore")
            return _with_papermill(workbook, parameters, folder, forked=forked, options=options)
    except PapermillExecutionError as error:
        raise WorkbookFailed(_reason(name, error), ANSI.sub("", "\n".join(error.traceback))) from None
    except Exception as error:  # whatever nbclient and zmq raise when a kernel goes away under them
        if deadline.passed or isinstance(error, NotebookTimeout):
            raise WorkbookFailed(f"{name}: not done after {timeout:g} seconds, so it was stopped") from None
        if isinstance(error, DeadKernelError) or "kernel died" in str(error).lower():
            how = str(error).partition(": ")[2] or "killed from outside, a crash, or out of memory"
            raise WorkbookFailed(f"{name}: the kernel died ({how})") from None
        raise WorkbookFailed(f"{name}: {type(error).__name__}: {error}") from None


def _with_papermill(workbook: Path, parameters: dict[str, str], folder: Path, *, forked: bool, options: dict[str, Any]) -> NotebookNode:
    """What ``papermill.execute_notebook`` does, but for writing the executed notebook as text that nobody reads: a tenth of a worker's time."""
    engine = NAME if forked else None
    prepared = papermill.execute_notebook(str(workbook), None, parameters=parameters, engine_name=engine, progress_bar=False, prepare_only=True)
    kernel = papermill_engines.nb_kernel_name(engine_name=engine, nb=prepared)
    with chdir(str(folder)):
        executed = papermill_engines.execute_notebook_with_engine(
            engine, prepared, kernel_name=kernel, input_path=str(workbook), output_path=None, progress_bar=False, autosave_cell_every=0,
            start_timeout=START_SECONDS, log_output=False, stdout_file=None, stderr_file=None, **options)
    raise_for_execution_errors(executed, None)
    return executed


def for_keeping(executed: NotebookNode, parameters: dict[str, str]) -> NotebookNode:
    """The executed workbook as it is kept: no clock, no path of this machine, only outputs that are results.

    ``parameters`` replace those it was run with, so that it can be run again where it is kept.
    """
    kept = parameterize_notebook(nbformat.from_dict(executed), parameters)
    for of_the_run in ("papermill", "widgets"):
        kept.metadata.pop(of_the_run, None)
    for number, cell in enumerate(kept.cells):
        for timed in ("papermill", "execution"):
            cell.metadata.pop(timed, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"  # papermill draws a random one
        elif not cell.get("id"):
            cell["id"] = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if is_result(output)]
    return kept


def to_text(kept: NotebookNode) -> str:
    """A notebook as a file has it, with a line a value: nbformat indents, which takes three times as long. Afterwards ``kept`` is of no other use."""
    return json.dumps(split_lines(strip_transient(kept)), separators=LINE_A_VALUE, sort_keys=True, ensure_ascii=False) + "\n"


def read_workbook(workbook: Path) -> NotebookNode:
    """A notebook as it stands on disk."""
    try:
        return nbformat.read(workbook, as_version=4)
    except Exception as error:
        raise WorkbookFailed(f"{workbook.name} is no readable notebook ({type(error).__name__})") from None


def _check_parameters(workbook: Path) -> None:
    """Papermill only warns of parameters that a notebook does not have; the report would be another customer's."""
    cell = next((c for c in read_workbook(workbook).cells if "parameters" in c.metadata.get("tags", [])), None)
    declared = _assigned(cell.source) if cell else set()
    if missing := [name for name in PARAMETERS if name not in declared]:
        raise WorkbookFailed(f"{workbook.name}: its cell with the tag `parameters` does not set {', '.join(missing)}")


def _assigned(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    return {target.id for statement in body if isinstance(statement, ast.Assign) for target in statement.targets if isinstance(target, ast.Name)}


def _reason(name: str, error: PapermillExecutionError) -> str:
    """A user's mistake in its own words; anything else with the place where it happened."""
    message = ANSI.sub("", str(error.evalue)).strip()
    known = getattr(errors, str(error.ename), None)
    if isinstance(known, type) and issubclass(known, errors.ValuelabError):
        return message
    text = " ".join(message.split())[:300]
    # counted from 1 in the workbook; papermill counts from 0, and its own cell of parameters in between
    return f"{name}, cell {error.cell_index}: {error.ename}{': ' if text else ''}{text}"
