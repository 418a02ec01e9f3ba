"""A real PostgreSQL server: rows become a table, nothing is written, queries end in time, the address is told nowhere."""

from __future__ import annotations

import json
import logging

import pytest
import sqlalchemy

from tests.conftest import copy_project, valuelab
from tests.inputs.test_queries import CONNECTED
from tests.postgres import PASSWORD, USER, need_postgres, server
from valuelab.errors import InputError
from valuelab.inputs import load_customer
from valuelab.inputs.periods import Unreadable
from valuelab.inputs.warehouse import ask
from valuelab.run import cache

SQL = """\
-- the customer's months; :nobody is no parameter here
select day as date, 'Clients' as metric, clients as value, 'ü; ":x"' as note
from kpis
where customer = :customer and day <= :as_of and day::text <> ':as_of'
order by day
"""


@pytest.fixture(scope="module")
def address():
    with server(need_postgres()) as url:
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as link:
            link.exec_driver_sql("create table kpis (customer text, day date, clients numeric(12, 3), at timestamptz default '2025-01-01 00:00+00')")
            link.exec_driver_sql(
                "insert into kpis select c, date '2023-01-01' + make_interval(months => i), 100 + i + 0.125 from generate_series(0, 23) i, unnest(array['acme', 'other']) c"
            )
        engine.dispose()
        yield url


@pytest.fixture
def connected(address, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", address)
    return address


@pytest.fixture
def message(load, connected, caplog):
    """What loading says of a query; no part of the address is in it, nor in any log."""
    caplog.set_level(logging.DEBUG)

    def run(sql: str) -> str:
        with pytest.raises(InputError) as caught:
            load(CONNECTED, files={"kpis.sql": sql})
        said = str(caught.value)
        for part in (PASSWORD, USER, "127.0.0.1", "postgresql"):
            assert part not in said + caplog.text
        assert caught.value.__cause__ is None
        return said

    return run


def test_rows_become_a_table_like_any_other(load, connected):
    customer = load(CONNECTED, files={"kpis.sql": SQL})
    assert customer.outcome.series.tolist() == [100 + i + 0.125 for i in range(24)]
    assert len(load(CONNECTED, files={"kpis.sql": SQL}, as_of="2023-12").outcome.series) == 12


def test_what_is_wrong_with_a_query_is_said_with_its_line(message):
    assert 'line 2): column "nothing" does not exist' in message("select day as date,\nnothing as value\nfrom kpis where customer = :customer")
    assert "does not exist" in message("select * from nowhere")
    assert "syntax error" in message("select from where")


@pytest.mark.parametrize(
    "sql",
    [
        "delete from kpis",
        "with gone as (delete from kpis returning *) select * from gone",
        "select 1; delete from kpis",
        "select 1; commit; delete from kpis",
        "select * from kpis for update",
        "select setval('s', 1) from (select 1) t",
        "select set_config('transaction_read_only', 'off', false), lo_create(4711)",
        "select lo_create(4711) as date, 1 as value",
        "copy kpis to program 'true'",
    ],
)
def test_nothing_is_written(message, address, sql):
    engine = sqlalchemy.create_engine(address)
    count = "select (select count(*) from kpis), (select count(*) from pg_largeobject_metadata)"
    with engine.connect() as link:
        before = link.exec_driver_sql(count).one()
    assert message(sql)
    with engine.connect() as link:
        assert link.exec_driver_sql(count).one() == before
    engine.dispose()


def test_a_query_that_takes_too_long_is_stopped(connected):
    with pytest.raises(Unreadable, match="stopped after 1 seconds"):
        ask("select pg_sleep(30)", {}, "WAREHOUSE", most=10, seconds=1)


def test_only_so_many_rows_are_fetched(connected):
    names, rows = ask("select i, ':x' as y from generate_series(1, 3000000) i", {}, "WAREHOUSE", most=1000)
    assert (names, len(rows), rows[0]) == (["i", "y"], 1000, (1, ":x"))


def test_a_parameter_is_a_value_whatever_it_says(connected):
    evil = "x'; drop table kpis; --"
    assert ask("select :customer as c", {"customer": evil}, "WAREHOUSE", most=2)[1] == [(evil,)]


def test_a_wrong_password_is_not_repeated(load, address, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("WAREHOUSE", address.replace(PASSWORD, "wrong-" + PASSWORD))
    with pytest.raises(InputError, match="does not let this user in") as caught:
        load(CONNECTED, files={"kpis.sql": SQL})
    assert PASSWORD not in str(caught.value) + caplog.text


def test_the_secret_is_in_nothing_that_is_kept(write, connected):
    path = write(CONNECTED, files={"kpis.sql": SQL})
    customer = load_customer(path)
    kept = json.dumps([customer.to_dict(), cache.inputs_of(path)], default=str) + repr(customer)
    assert "WAREHOUSE" in kept
    for part in (PASSWORD, USER, "127.0.0.1"):
        assert part not in kept


def test_new_rows_change_the_key(write, connected, address):
    path = write(CONNECTED, files={"kpis.sql": SQL})
    before = cache.inputs_of(path)
    assert cache.inputs_of(path) == before
    engine = sqlalchemy.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.exec_driver_sql("insert into kpis values ('acme', '2030-01-01', 1)")
        changed = cache.inputs_of(path)
        link.exec_driver_sql("delete from kpis where day = '2030-01-01'")
    engine.dispose()
    assert changed != before == cache.inputs_of(path)


def test_a_report_from_a_database_holds_no_part_of_its_address(connected, tmp_path, monkeypatch):
    project = copy_project(tmp_path)
    for name in ("02_leading_indicators", "03_conversion", "04_roi"):
        (project / "notebooks" / f"{name}.ipynb").unlink()
    (project / "params" / "acme.yaml").write_text(CONNECTED.replace("../data/acme/", "") + "started: 2024-01\n")
    (project / "params" / "kpis.sql").write_text(SQL)
    first, again = (valuelab("run", "acme", cwd=project) for _ in range(2))
    assert first.returncode == again.returncode == 0, first.stdout + first.stderr
    assert "01_baseline" in first.stdout + first.stderr
    monkeypatch.setenv("WAREHOUSE", connected.replace(PASSWORD, PASSWORD + "x"))
    failed = valuelab("run", "acme", cwd=project)
    assert failed.returncode == 1
    said = "".join(done.stdout + done.stderr for done in (first, again, failed))
    assert "does not let this user in" in said
    kept = [path for path in (project / "outputs").rglob("*") if path.is_file()]
    assert any(path.name == "results.json" and "kpis.sql (WAREHOUSE)" in path.read_text() for path in kept)
    for part in (PASSWORD, USER, "127.0.0.1"):
        assert part not in said
        assert not [path for path in kept if part.encode() in path.read_bytes()]
