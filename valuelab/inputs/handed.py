"""What workbooks of one report have in common: who runs them reads the customer once, and hands it to each of their processes, with what earlier ones worked out.

The process of a workbook is forked from one without data, and gets this customer alone. What it gets is what it would have read itself: the same
file, date and earlier results, or nothing is taken; and what it would have worked out itself: the same function of the same customer.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from valuelab.types import Customer

Result = TypeVar("Result")
Key = tuple[str, str]  # a function, and the customer that it was asked about
MOST_BYTES = 32 * 2**20  # of results that go from one workbook to the next

_handed: dict[tuple[str, str, str], bytes] = {}
_results: dict[Key, bytes] = {}
_own: set[Key] = set()


def pack(customer: Customer, params: Path, *, as_of: str, previous: Path | None = None) -> bytes:
    """A customer as it goes to other processes, with what it was read from: arguments of ``load_customer``."""
    return pickle.dumps((_asked(params, as_of, previous), pickle.dumps(customer, protocol=5)), protocol=5)


def hand(packed: bytes, *worked_out: bytes) -> None:
    """Have ready, for ``load_customer`` and for ``remembered`` functions, what this process's own parent made with ``pack``, and got from ``worked_out_here``."""
    asked, customer = pickle.loads(packed)
    _handed[asked] = customer
    for results in worked_out:
        _results.update(pickle.loads(results))


def handed(params: Path, as_of: str | None, previous: str | None) -> Customer | None:
    """The customer if it was handed to this process, a new one each time; None where it must be read."""
    if not _handed:
        return None
    packed = _handed.get(_asked(params, as_of, previous))
    return pickle.loads(packed) if packed is not None else None


def remembered(work: Callable[[Customer], Result]) -> Callable[[Customer], Result]:
    """A function of a customer alone, worked out once for all workbooks of a report; each asker gets a result of its own.

    Only where a customer was handed to the process. Whoever changes its customer has another one.
    """
    @wraps(work)
    def asked(customer: Customer) -> Result:
        if not _handed:
            return work(customer)
        key = (f"{work.__module__}.{work.__qualname__}", _digest(customer))
        if key in _results:
            return pickle.loads(_results[key])
        result = work(customer)
        _results[key] = pickle.dumps(result, protocol=5)
        _own.add(key)
        return result

    return asked


def worked_out_here() -> bytes:
    """What ``remembered`` functions came to in this process, for the next one; empty where that is nothing, or too much to hand on."""
    found = {key: _results[key] for key in sorted(_own)}
    return pickle.dumps(found, protocol=5) if found and sum(map(len, found.values())) <= MOST_BYTES else b""


class _Contents(pickle.Pickler):
    """Pickles what a table has in it, and not how pandas keeps that, which changes by being looked at."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, pd.Series):
            return list, ([value.name, value.index, np.ascontiguousarray(value.to_numpy())],)
        if isinstance(value, pd.DataFrame):
            return list, ([value.index, *((name, np.ascontiguousarray(column.to_numpy())) for name, column in value.items())],)
        return NotImplemented


def _digest(customer: Customer) -> str:
    written = io.BytesIO()
    _Contents(written, protocol=5).dump(customer)
    return sha256(written.getvalue()).hexdigest()


def _asked(params: Path, as_of: str | None, previous: Path | str | None) -> tuple[str, str, str]:
    return os.path.realpath(params), as_of or "", os.path.realpath(previous) if previous else ""
