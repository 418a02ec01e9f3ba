"""A database behind an environment variable, through SQLAlchemy: read only, in limited time; its address never reaches a message."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from valuelab.inputs.periods import Unreadable
from valuelab.inputs.sql_text import rewrite

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120
_INSTALL = "Install the drivers: pip install 'valuelab[sql]', or the driver of your database."


def ask(text: str, values: dict[str, Any], connection: str, *, most: int, seconds: int = STATEMENT_SECONDS) -> tuple[list[str], list[Sequence[Any]]]:
    """Names and rows of one SELECT, at most ``most`` rows; ``connection`` names the variable that holds an SQLAlchemy address.

    Raises
    ------
    Unreadable
        In words of our own: variable missing, driver missing, no answer, query wrong. Never with any part of the address.
    """
    address = os.environ.get(connection, "").strip()
    if not address:
        raise Unreadable(f"the environment variable {connection} is not set", "Set it to the address of the database before valuelab is started.")
    try:
        import sqlalchemy
    except ImportError:
        raise Unreadable("databases are read through SQLAlchemy, which is not installed", _INSTALL) from None
    engine, url = _engine(sqlalchemy, address, connection)
    secrets = [part for part in (url.password, url.username, url.host, url.database, address) if part]
    try:
        with _connected(sqlalchemy, engine, connection, seconds) as link:
            return _rows(sqlalchemy, link, text, values, most, secrets, seconds)
    finally:
        engine.dispose()


def _engine(sqlalchemy: Any, address: str, connection: str) -> tuple[Any, Any]:
    wrong = Unreadable(f"the environment variable {connection} holds no address that SQLAlchemy can use", "Write it as postgresql+psycopg://user:password@host/database.")
    try:
        url = sqlalchemy.make_url(address)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        arguments = {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() in ("postgresql", "mysql", "mariadb") else {}
        return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True, connect_args=arguments), url
    except ImportError:
        raise Unreadable(f"the driver of the database behind {connection} is not installed", _INSTALL) from None
    except sqlalchemy.exc.NoSuchModuleError:
        raise Unreadable(f"the kind of database behind {connection} is not known, or its driver is not installed", _INSTALL) from None
    except Exception:  # whatever the parser says holds the address
        raise wrong from None


def _connected(sqlalchemy: Any, engine: Any, connection: str, seconds: int) -> Any:
    """A connection in a transaction that can only read."""
    kind = engine.dialect.name
    try:
        link = engine.connect()
    except Exception:  # every driver has errors of its own, and all of them hold parts of the address
        raise Unreadable(
            f"the database behind {connection} does not answer, or does not let this user in",
            f"Is the server running, and are host, user and password in {connection} right?",
        ) from None
    try:
        if kind == "postgresql":
            link = link.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            link.exec_driver_sql(f"SET LOCAL statement_timeout = {1000 * seconds}")
        elif kind == "sqlite":
            link.exec_driver_sql("PRAGMA query_only = ON")
        elif kind in ("mysql", "mariadb"):
            link.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            link.commit()
    except Exception:
        link.close()
        raise Unreadable(f"the database behind {connection} does not offer a transaction that only reads", "Ask its administrator.") from None
    return link


def _rows(
    sqlalchemy: Any, link: Any, text: str, values: dict[str, Any], most: int, secrets: list[str], seconds: int
) -> tuple[list[str], list[Sequence[Any]]]:
    statement = sqlalchemy.text(for_sqlalchemy(text))
    wanted = {name: value for name, value in values.items() if name in statement._bindparams}
    try:
        with link.execution_options(stream_results=True, max_row_buffer=5000).execute(statement, wanted) as done:
            return list(done.keys()), [tuple(row) for row in done.fetchmany(most)]
    except Exception as error:  # every driver has errors of its own
        raise _said(error, secrets, seconds) from None
    finally:
        link.rollback()


def for_sqlalchemy(text: str) -> str:
    """The query with every colon that is no parameter's written so that SQLAlchemy leaves it alone."""
    text = rewrite(text, lambda kind, piece: piece if kind == "parameter" else piece.replace(":", "\\:"))
    return re.sub(r";\s*\Z", "", text)


def _said(error: Exception, secrets: list[str], seconds: int) -> Unreadable:
    """One sentence on a query that failed, with its line where the database tells it."""
    cause = getattr(error, "orig", None) or error
    first = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause).partition("\n")[0]
    if getattr(cause, "sqlstate", "") == "57014":
        return Unreadable(f"was stopped after {seconds} seconds", "Aggregate in the query, or select fewer rows.")
    for secret in sorted(secrets, key=len, reverse=True):
        first = first.replace(secret, "…")
    line = re.search(r"LINE (\d+):", str(cause))
    return Unreadable(f"does not run{f' (line {line[1]})' if line else ''}: {first[:200]}", "Correct the query.")
