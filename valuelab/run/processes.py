"""Linux's hold on processes: one thread, orphans adopted, death with the parent, an end for everything below, bounded memory."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

# forking a process that has only imported libraries is safe on Linux; macOS's own libraries abort in a forked child
CAN_FORK = sys.platform == "linux"
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
# one thread each: cores are shared out among customers, sums have the same order everywhere, and only a single thread can fork
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
              "PYDEVD_DISABLE_FILE_VALIDATION": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


def adopt_orphans() -> None:
    """Processes below this one whose parent ends become children of this one, not of init: nothing can slip away."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """The kernel kills this process when the one that forked it is gone, however that one ended."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before we asked
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def threads() -> int:
    """How many threads this process has, those of C libraries too."""
    return len(os.listdir("/proc/self/task"))


def children() -> list[int]:
    """The process ids of this process's children."""
    try:
        return [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    except OSError:  # a system without /proc, or one that leaves the file out
        return [child.pid for child in psutil.Process().children()]


def kill_all_below(keep: frozenset[int] = frozenset()) -> None:
    """Kill every process below this one but those to ``keep``; whoever started them reaps them."""
    for child in psutil.Process().children(recursive=True):
        if child.pid not in keep:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def kill_children(keep: frozenset[int] = frozenset()) -> None:
    """Kill and reap this process's children but those to ``keep``; what they leave comes here (``adopt_orphans``) and goes too."""
    while strays := [pid for pid in children() if pid not in keep]:
        for pid in strays:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def limit_memory(megabytes: int) -> None:
    """Let this process, and each below it, have so much more than it has now; more is a MemoryError."""
    import resource

    with open("/proc/self/status", encoding="ascii") as lines:
        now = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    most = now + megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def fair_memory(jobs: int) -> int:
    """Megabytes that each of ``jobs`` notebooks may have: four fifths of the machine's memory, shared out; at least 1,024."""
    return max(1024, int(psutil.virtual_memory().total * 0.8 / jobs / 2**20))


def ended_how(status: int) -> str:
    """The status of an ended child in words.

    Examples
    --------
    >>> ended_how(3 << 8), ended_how(11)
    ('it ended itself with exit code 3', 'a crash, SIGSEGV')
    """
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"it ended itself with exit code {code}"
    name = signal.Signals(-code).name
    return "killed from outside, or out of memory" if name == "SIGKILL" else f"a crash, {name}"


def forget_descriptors(*keep: int) -> None:
    """Close what was inherited but 0 to 2 and ``keep``.

    Numbers stay taken (by nothing): objects that were inherited with them close them later, when they may be another's.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        if (fd := int(name)) > 2 and fd != nothing and fd not in keep:
            with suppress(OSError):
                os.fstat(fd)
                os.dup2(nothing, fd, inheritable=False)
    os.close(nothing)
