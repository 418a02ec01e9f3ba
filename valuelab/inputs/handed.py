"""A customer that was read already: who runs several workbooks of one report reads its files once, and hands the customer to each of their processes.

The process of a workbook is forked from one without data, and gets this customer alone. What it gets is what it would have read itself: the same
file, date and earlier results, or nothing is taken.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from valuelab.types import Customer

_handed: dict[tuple[str, str, str], bytes] = {}


def pack(customer: Customer, params: Path, *, as_of: str, previous: Path | None = None) -> bytes:
    """A customer as it goes to other processes, with what it was read from: arguments of ``load_customer``."""
    return pickle.dumps((_asked(params, as_of, previous), pickle.dumps(customer, protocol=5)), protocol=5)


def hand(packed: bytes) -> None:
    """Have ``packed``, which this process's own parent made, ready for ``load_customer``."""
    asked, customer = pickle.loads(packed)
    _handed[asked] = customer


def handed(params: Path, as_of: str | None, previous: str | None) -> Customer | None:
    """The customer if it was handed to this process, a new one each time; None where it must be read."""
    if not _handed:
        return None
    packed = _handed.get(_asked(params, as_of, previous))
    return pickle.loads(packed) if packed is not None else None


def _asked(params: Path, as_of: str | None, previous: Path | str | None) -> tuple[str, str, str]:
    return os.path.realpath(params), as_of or "", os.path.realpath(previous) if previous else ""
