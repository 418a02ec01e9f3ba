"""A command that is told when a run fails: it gets the summary as JSON on its standard input."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from typing import Any

from valuelab.run.project import WrongUse

SECONDS = 60.0


def command_of(text: str) -> list[str]:
    """A command line as its words. No shell reads it, so nothing in it, or in a customer's name, is ever run by one.

    Examples
    --------
    >>> command_of("mail -s 'valuelab failed' team@example.com")
    ['mail', '-s', 'valuelab failed', 'team@example.com']

    Raises
    ------
    WrongUse
        Where it is empty or a quote is not closed.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise WrongUse(f"--notify {text}: {error}.") from None
    if not words:
        raise WrongUse("--notify: name a command.")
    return words


def notify(command: list[str], told: dict[str, Any], *, seconds: float = SECONDS) -> str:
    """Run the command; returns why it failed, or "". Never raises for what the command does."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=os.name == "posix")
    except (OSError, ValueError) as error:
        return f"cannot be started: {getattr(error, 'strerror', None) or error}"
    try:
        _, said = process.communicate(json.dumps(told, ensure_ascii=False).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"not done after {seconds:g} seconds, so it was stopped"
    except BaseException:
        _end(process)
        raise
    if process.returncode == 0:
        return ""
    last = said.decode(errors="replace").strip().splitlines()[-1:]
    return f"ended with exit code {process.returncode}{': ' + last[0][:200] if last else ''}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
