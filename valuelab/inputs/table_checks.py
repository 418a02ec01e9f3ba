"""What values must be once they are read: schemas of measures' rows and of a cash flow's amounts, made once a process."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from valuelab.inputs.cash_flow import COLUMNS
from valuelab.inputs.sections import MAX_NAME

__all__ = ["SchemaErrors", "flow_schema", "row_schema"]


@lru_cache
def row_schema() -> pa.DataFrameSchema:
    """What typed rows must be, tried on no rows: pandera looks for its parts at the first use."""
    schema = pa.DataFrameSchema(
        {
            "metric": pa.Column(
                object,
                pa.Check(lambda s: s.str.len() <= MAX_NAME, error=f"a name is longer than {MAX_NAME} characters"),
            ),
            "segment": pa.Column(
                object,
                pa.Check(lambda s: s.str.len() <= MAX_NAME, error=f"a name is longer than {MAX_NAME} characters"),
            ),
            "day": pa.Column("datetime64[ns]", nullable=True, coerce=True),
            "value": pa.Column(
                float, pa.Check(lambda s: s.abs() < 1e18, error="is not a finite number"), nullable=True
            ),
            "n": pa.Column(
                float,
                [
                    pa.Check(lambda s: s >= 0, error="a number of answers is below zero"),
                    pa.Check(lambda s: s == s.round(), error="a number of answers is not whole"),
                ],
                nullable=True,
            ),
            "spread": pa.Column(
                float, pa.Check(lambda s: s >= 0, error="a standard deviation is below zero"), nullable=True
            ),
        }
    )
    schema.validate(pd.DataFrame({name: pd.Series(dtype=str(column.dtype)) for name, column in schema.columns.items()}))
    return schema


@lru_cache
def flow_schema(by_line: bool = False) -> pa.DataFrameSchema:
    """What the amounts of a cash flow must be; estimates may be missing where costs are given line by line."""
    money = pa.Check(lambda s: s.abs() < 1e15, error="the amount is not plausible as money")
    return pa.DataFrameSchema({column: pa.Column(float, money, nullable=by_line or column.endswith("_act")) for column in COLUMNS})
