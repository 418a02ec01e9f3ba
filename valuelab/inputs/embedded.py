"""DuckDB inside this process, locked: it reads the files that it is given, and nothing else; no network, no writing, no extensions."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuelab.inputs.periods import Unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
THREADS = 2
SECONDS = 120
SAFE = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
}


def connect(files: Iterable[Path], *, spill: str = "") -> DuckDBPyConnection:
    """A database in memory that can open these files (absolute, links resolved) and no other.

    ``spill``: a folder for what does not fit in memory; without it a query that needs more than the limit fails.
    """
    import duckdb  # a twentieth of a second: only where it is needed

    database = duckdb.connect(":memory:", config=dict(SAFE))
    database.execute(f"SET memory_limit='{MEMORY}'; SET threads={THREADS}; SET preserve_insertion_order=true; SET enable_progress_bar=false")
    database.execute(f"SET temp_directory={quoted(spill)}")
    database.execute(f"SET allowed_paths=[{', '.join(quoted(str(path)) for path in files)}]")
    database.execute("SET enable_external_access=false")
    database.execute("SET lock_configuration=true")
    return database


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def ask(text: str, values: dict[str, Any], files: Iterable[Path], *, most: int, seconds: float = SECONDS) -> tuple[list[str], list[Sequence[Any]]]:
    """Names and rows of one SELECT, at most ``most`` rows.

    Raises
    ------
    Unreadable
        With the database's own first line and the line of the query.
    """
    import duckdb

    database = connect(files)
    stop = threading.Timer(seconds, database.interrupt)
    stop.start()
    try:
        statements = duckdb.extract_statements(text)
        if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI):
            raise Unreadable("is no statement that only reads", "A query is one SELECT, or WITH … SELECT.")
        done = database.execute(text, {k: v for k, v in values.items() if k in statements[0].named_parameters} or None)
        names = [column[0] for column in done.description]
        if zoned := [column[0] for column in done.description if "TIME ZONE" in str(column[1])]:
            raise Unreadable(f'the column "{zoned[0]}" has times with a time zone: its days depend on where one stands', f"Write CAST({zoned[0]} AS TIMESTAMP) or CAST({zoned[0]} AS DATE).")
        return names, done.fetchmany(most)
    except duckdb.InterruptException:
        raise Unreadable(f"was stopped after {seconds:g} seconds", "Aggregate sooner, or select fewer rows.") from None
    except duckdb.Error as error:
        raise said(error) from None
    finally:
        stop.cancel()
        database.close()


def said(error: Exception) -> Unreadable:
    """What DuckDB has to say, in one sentence: its first line, with the line of the query, without folders of this machine."""
    message = str(error)
    kind, _, rest = message.partition("\n")[0].partition(": ")
    first = (rest or kind).strip().rstrip(".!")
    if "disabled by configuration" in message or "disabled through configuration" in message:
        return Unreadable(
            "wants a file or network address that is not named in single quotes in it, or writes one",
            "Name each file of the project in single quotes: read_csv('../data/acme/orders.csv').",
        )
    if "out of memory" in message.lower():
        return Unreadable(f"needs more than {MEMORY} of memory", "Aggregate sooner, or select fewer rows.")
    line = re.search(r"LINE (\d+):", message)
    first = re.sub(r"(['\"]?)/[^\s'\"]*/([^\s/'\"]+)", r"\1\2", first)
    return Unreadable(f"does not run{f' (line {line[1]})' if line else ''}: {first[:200]}", "Correct the query.")


def read_parquet(path: Path, *, most: int) -> tuple[list[str], list[Sequence[Any]]]:
    """Names and rows of a Parquet file, at most ``most``."""
    source = f"read_parquet({quoted(str(path))})"
    _, columns = ask(f"DESCRIBE SELECT * FROM {source}", {}, [path], most=10_000)
    zoned = ", ".join(f"CAST({_name(name)} AS TIMESTAMP) AS {_name(name)}" for name, kind, *_ in columns if "TIME ZONE" in kind)
    chosen = f"* REPLACE ({zoned})" if zoned else "*"  # in UTC, as the file holds them
    return ask(f"SELECT {chosen} FROM {source}", {}, [path], most=most)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def bound(customer: str, last_day: date | None) -> dict[str, Any]:
    """What the parameters of a query are: without an ``as_of`` every day counts."""
    return {"customer": customer, "as_of": last_day or date(9999, 12, 31)}
