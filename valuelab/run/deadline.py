"""An end for stock kernels that take too long: a cell that computes in C answers no interrupt."""

from __future__ import annotations

import threading

from valuelab.run.processes import kill_all_below
from valuelab.run.zygote import zygote_pids


class Deadline:
    """Kills this process's kernels after some seconds, and what they started."""

    def __init__(self, seconds: float):
        self.passed = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def _end(self) -> None:
        self.passed = True
        kill_all_below(keep=zygote_pids())

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
