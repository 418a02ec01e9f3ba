"""Run one notebook for one customer with papermill; its outcome is the executed notebook or one clear reason."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class WorkbookFailed(Exception):
    """A workbook did not run to its end; the message is the reason for a user, ``detail`` the stack for a developer."""

    def __init__(self, reason: str, detail: str = ""):
        self.detail = detail
        super().__init__(reason)


def execute(workbook: Path, parameters: dict[str, str], *, folder: Path, timeout: int = 600) -> nbformat.NotebookNode:
    """Run a workbook in a kernel of its own and return it executed.

    Parameters
    ----------
    workbook
        The parameterised notebook.
    parameters
        Plain strings, as the contract has them.
    folder
        The kernel's working folder: paths in the parameters are relative to it.
    timeout
        Seconds that one cell may take.

    Raises
    ------
    WorkbookFailed
        With the reason: the exception's last line, a dead kernel, a timeout. Decided from the raised exception alone, because
        the saved notebook of a dead kernel looks complete.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    scratch = Path(tempfile.mkdtemp(prefix="valuelab-"))
    # one thread a kernel: several run at once
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = papermill.execute_notebook(
                str(workbook), str(scratch / workbook.name), parameters=parameters, cwd=str(folder), progress_bar=False, log_output=False,
                execution_timeout=timeout, start_timeout=120)
    except PapermillExecutionError as error:
        raise WorkbookFailed(_reason(error.ename, error.evalue), ANSI.sub("", "\n".join(error.traceback))) from None
    except DeadKernelError:
        raise WorkbookFailed("the kernel died (out of memory, or killed)") from None
    except (CellTimeoutError, TimeoutError):
        raise WorkbookFailed(f"a cell took more than {timeout} seconds") from None
    except RuntimeError as error:  # the kernel could not start
        raise WorkbookFailed(_reason(type(error).__name__, str(error))) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return node


def _reason(name: str, message: str) -> str:
    """One line: a user's mistake is its message alone, anything else is named."""
    text = ANSI.sub("", message).strip()
    if name in ("InputError", "AnalysisError", "ValuelabError"):
        return text
    line = text.splitlines()[0] if text else ""
    return f"{name}: {line}"[:300] if line else name


def for_keeping(node: nbformat.NotebookNode, parameters: dict[str, str]) -> nbformat.NotebookNode:
    """The executed workbook without times, durations and paths of this machine: the same inputs give the same bytes.

    ``parameters`` are written in place of those it was run with; with them it can be run again from its folder's project.
    """
    node = nbformat.from_dict(node)
    node.metadata["papermill"] = {"parameters": parameters}
    node.metadata.pop("widgets", None)
    node.metadata.get("language_info", {}).pop("version", None)
    for cell in node.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            cell["source"] = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in parameters.items())])
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.output_type != "stream"]
    return node


def kill_children() -> None:
    """End every process that this one started, kernels and what they started included."""
    children = psutil.Process().children(recursive=True)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(children, timeout=3)
