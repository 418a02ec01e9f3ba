"""Where things are: params, workbooks and outputs, found from here upwards."""

from __future__ import annotations

import atexit
import calendar
import difflib
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from valuelab.errors import ValuelabError
from valuelab.inputs.find import find_params
from valuelab.inputs.remote import WrongAddress, checked_address, fetch_data, fetch_params, filesystem, is_address

WORKBOOKS = "[0-9][0-9]_*.ipynb"
AS_OF = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


class WrongUse(ValuelabError):
    """The command was called with something that cannot be: nothing was run."""


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of one run.

    Where params or outputs lie on object storage, ``params`` and ``outputs`` are copies on this machine for the length of a run,
    and ``params_at`` and ``outputs_at`` their addresses; "" otherwise. What is brought and published: ``run.storage``.
    """

    params: Path
    notebooks: Path
    outputs: Path
    params_at: str = ""
    outputs_at: str = ""

    def customers(self) -> dict[str, Path]:
        """Customer ids and their params files."""
        return find_params(self.params)

    def workbooks(self) -> list[Path]:
        """The workbooks that become reports, in the order of their numbers; others are for people alone."""
        return sorted(self.notebooks.glob(WORKBOOKS))


def find_project(*, params: Path | str | None = None, outputs: Path | str | None = None, notebooks: Path | None = None,
                 start: Path | None = None, customers: Sequence[str] = ()) -> Project:
    """The nearest project from ``start`` (or here) upwards; what is given is taken as it is.

    Params on object storage (``s3://…``) are brought to a temporary folder, with the data that they name; those of ``customers``,
    or of all.

    Raises
    ------
    WrongUse
        Where there is no ``params`` or no ``notebooks`` folder, or object storage cannot be used or read.
    """
    here = (start or Path.cwd()).resolve()
    params_at = outputs_at = ""
    if is_address(params):
        params_at = _address("--params", str(params))
    elif params is None:
        params = _nearest(here, "params", "*.y*ml")
        if params is None:
            raise WrongUse("There is no `params` folder with customers here or in a folder above. Change to the project's folder, or name it with --params.")
    elif not Path(params).is_dir():
        raise WrongUse(f"--params {params}: there is no such folder.")
    params = here if params_at else Path(str(params)).resolve()
    if notebooks is None:
        notebooks = _nearest(here, "notebooks", WORKBOOKS) or _nearest(params.parent, "notebooks", WORKBOOKS)
        if notebooks is None:
            raise WrongUse("There is no `notebooks` folder with workbooks here or in a folder above. Change to the project's folder.")
    notebooks = notebooks.resolve()
    if is_address(outputs):
        outputs_at = _address("--outputs", str(outputs))
        outputs = _for_this_run() / "outputs"
    if params_at:
        params = _brought(params_at, customers)
    return Project(params, notebooks, Path(outputs or notebooks.parent / "outputs").resolve(), params_at, outputs_at)


def _address(option: str, text: str) -> str:
    try:
        address = checked_address(text)
        filesystem()
    except WrongAddress as error:
        raise WrongUse(f"{option}: {error}") from None
    return address


def _for_this_run() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="valuelab-copy-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _brought(address: str, customers: Sequence[str]) -> Path:
    try:
        params = fetch_params(address, _for_this_run())
        found = find_params(params)
        fetch_data(address, [path for customer, path in found.items() if not customers or customer in customers])
    except OSError as error:
        raise WrongUse(f"--params {address}: {error.strerror or error}") from None
    if not found:
        raise WrongUse(f"--params {address}: there are no params files.")
    return params


def _nearest(here: Path, name: str, pattern: str) -> Path | None:
    for folder in (here, *here.parents):
        if any((folder / name).glob(pattern)):
            return folder / name
    return None


def choose(known: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The wanted ids, each once, or all known ones.

    Raises
    ------
    WrongUse
        For an unknown id, with the nearest known ones; and where nothing is known.
    """
    known, wanted = list(known), list(dict.fromkeys(wanted))
    if not known:
        raise WrongUse("There are no customers in the params folder. Start one with `valuelab new <id>`.")
    for customer in wanted:
        if customer not in known:
            near = difflib.get_close_matches(customer, known, n=3) or known[:12]
            raise WrongUse(f'Unknown customer "{customer[:60]}". Known: {", ".join(near)}.')
    return wanted or known


def last_day(as_of: str) -> date:
    """The last day that counts in ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises
    ------
    WrongUse
        Where it is neither.

    Examples
    --------
    >>> last_day("2024-02"), last_day("2025-05-04")
    (datetime.date(2024, 2, 29), datetime.date(2025, 5, 4))
    """
    match = AS_OF.fullmatch(as_of)
    try:
        year, month, day = (int(part) if part else 0 for part in match.groups())
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (AttributeError, ValueError):
        raise WrongUse(f'as of "{as_of[:40]}": write YYYY-MM or YYYY-MM-DD.') from None


def months_from(first: str, last: str) -> tuple[str, ...]:
    """Every month from ``first`` to ``last``, both ``YYYY-MM``.

    Raises
    ------
    WrongUse
        Where one of them is no month, they are the wrong way round, or lie more than 20 years apart.

    Examples
    --------
    >>> months_from("2024-11", "2025-02")
    ('2024-11', '2024-12', '2025-01', '2025-02')
    """
    ends = []
    for name, text in (("--from", first), ("--to", last)):
        if not re.fullmatch(r"\d{4}-\d{2}", text):
            raise WrongUse(f"{name} {text[:40]}: write a month as YYYY-MM.")
        day = last_day(text)
        ends.append(day.year * 12 + day.month - 1)
    if not 0 <= ends[1] - ends[0] < 240:
        raise WrongUse(f"--from {first} --to {last}: " + ("the first month comes after the last." if ends[1] < ends[0] else "that is more than 20 years."))
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(ends[0], ends[1] + 1))


def date_text(period: Any) -> str:
    """A period as the name of its folder: ``YYYY-MM`` of a month or longer, else its last day.

    Examples
    --------
    >>> import pandas as pd
    >>> date_text(pd.Period("2025-03", "M")), date_text(pd.Period("2025-03-30", "W-SUN")), date_text(pd.Period("2025Q1", "Q"))
    ('2025-03', '2025-03-30', '2025-03')
    """
    longer = period.freqstr[0] in "MQYA"
    return period.end_time.strftime("%Y-%m" if longer else "%Y-%m-%d")
