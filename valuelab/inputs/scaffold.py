"""A new customer's files, commented, to be filled in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from valuelab.errors import InputError, Problem
from valuelab.inputs.find import CUSTOMER_ID

_PARAMS = """\
# yaml-language-server: $schema=../schema/params.schema.json
# Fill in what is known and delete the rest; `valuelab check {id}` says what is missing or unclear.
# Write figures as people do: 5%, $375, 26,000. Inside {{ }} and [ ] put a figure with a comma in quotes: "26,000".

customer: "{name}"
currency: USD                              # the currency of all amounts here and in the data
# initiative: What the customer bought it for
# started: 2025-04                         # first month of the initiative; the months before it are the baseline
data: {data}/kpis.csv                      # one file for all measures; the path is relative to this file
strategy: profit                           # profit | growth: which headline leads

outcome:                                   # what the customer wants in the end
  name: Orders shipped                     # as it is written in the data
  unit: orders
  total_by: sum                            # mandatory: sum (a year adds up), mean or last (a level)
  # driver: make money                     # make money | save money | reduce risk | drive strategy
  # baseline: {{value: 21400, over: 2024-04..2025-03, source: who says so}}
  # targets:                               # of a sum: for the 12 months that end in that month
  #   - 26,000 by 2026-03
  #   - TBA by 2027-03                     # not known yet: shown as such, never as zero
  # promised:                              # must have
  #   - {{value: 23400, by: 2026-03, source: proposal, agreed_by: name or role, agreed_on: 2025-02-20}}
  # expected:                              # nice to have
  #   - 26,000 by 2026-03

indicators:                                # what may tell early; as written in the data
  Engagement: {{scale: 0-10}}                # also: total_by, better: lower, unit, expected_lag: 6 months

# conversion:                              # what one point of an indicator is agreed to do to the outcome
#   Engagement: {{effect: 5% per point, reading: additive, low: 2%, high: 8%, source: who says so}}
# unit_value: {{value: $375, basis: revenue, margin: 40%, source: who says so}}   # basis: revenue or profit
# cash_flow:                               # delete the three # where money was planned and spent
#   data: {data}/cash-flow.csv
#   periods: {{length: month, first: 2025-04}}   # week, month or quarter; period 0 begins then
#   basis: revenue                         # mandatory: revenue or profit
#   discount_rate: 10%
# costs:                                   # what stands in no table: the supplier's price, the customer's own staff time
#   Subscription: {{role: supplier price, amount: "$4,000 a month", source: order form}}
#   Own staff: {{role: staff time, hours: 60 a month, rate: $45, source: who says so}}
# roi_convention: net                      # net: (revenue - cost) / cost; gross: revenue / cost
# renewal: {{date: 2026-06-30, contract_value: "$180,000 a year"}}
# events:
#   2025-06: What happened, for the charts
"""
_KPIS = "date,metric,value,n\n"
_CASH_FLOW = "period,expenditure_est,expenditure_act,revenue_est,revenue_act\n"


@dataclass(frozen=True, slots=True)
class Started:
    """A customer that was started: the files that were written, and what must be mended in the data that it was started from."""

    written: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def new_customer(customer_id: str, *, params_dir: str | Path, data_dir: str | Path, from_file: str | Path | None = None) -> Started:
    """Write a commented params file, and tables to fill in, for a new customer; nothing is ever overwritten.

    Parameters
    ----------
    customer_id
        ``[a-z0-9-]+``, no hyphen first; names ``params_dir/<id>.yaml`` and the folder ``data_dir/<id>``.
    from_file
        A data file to look at: the params are written from it, with questions in comments. A file outside of the project is copied.

    Returns
    -------
    Started
        The files that were written. Data files that exist already are left alone.

    Raises
    ------
    InputError
        Where the id is none, its params file exists, or ``from_file`` has no table.
    """
    if not CUSTOMER_ID.fullmatch(customer_id):
        raise InputError(
            customer_id[:60] or "customer",
            [
                Problem(
                    "customer",
                    f'"{customer_id[:60]}" is not a customer id',
                    fix="Use the letters a-z, digits and hyphens, no hyphen first: acme-retail.",
                )
            ],
        )
    params_dir, folder = Path(params_dir), Path(data_dir) / customer_id
    params = params_dir / f"{customer_id}.yaml"
    if params.exists() or params.is_symlink():
        raise InputError(
            customer_id,
            [Problem(params.name, "exists already and is left as it is", fix="Choose another id, or edit it.")],
        )
    name = customer_id.replace("-", " ").strip().title() or customer_id
    try:
        if from_file is not None:
            return _from_file(customer_id, name, Path(from_file), params, folder)
        relative = Path(os.path.relpath(folder, params_dir)).as_posix()
        text = _PARAMS.format(id=customer_id, name=name, data=relative)
        params_dir.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        files = ((params, text), (folder / "kpis.csv", _KPIS), (folder / "cash-flow.csv", _CASH_FLOW))
        return Started(tuple(path for path, content in files if _write(path, content)))
    except OSError as error:
        where = Path(str(error.filename or folder)).name
        raise InputError(customer_id, [Problem(where, f"cannot be written or read ({error.strerror})", fix="Check the folder.")]) from None


def _from_file(customer_id: str, name: str, file: Path, params: Path, folder: Path) -> Started:
    from valuelab.inputs.start_from import params_from_file

    text, written, problems = params_from_file(customer_id, name, file, params_dir=params.parent, folder=folder)
    _write(params, text)
    return Started((params, *written), problems)


def _write(path: Path, content: str) -> bool:
    """False where the file is there already: it is left alone."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
