"""Queries in place of data files: DuckDB inside, databases behind a variable; what they may not do, and what is never told."""

from __future__ import annotations

import hashlib
import json

import duckdb
import pytest

from tests.inputs.conftest import months
from valuelab.errors import InputError
from valuelab.inputs import embedded, input_files, load_customer
from valuelab.inputs.periods import Unreadable
from valuelab.inputs.queries import check_query
from valuelab.inputs.rows_text import as_csv
from valuelab.inputs.sql_text import QueryName, code_of, files_in, parameters_of, pieces
from valuelab.inputs.warehouse import for_sqlalchemy
from valuelab.run import cache

QUERY = """\
customer: Acme
currency: USD
query: ../data/acme/kpis.sql
outcome: {name: Clients, total_by: sum}
"""
CONNECTED = QUERY.replace("outcome:", "connection: WAREHOUSE\noutcome:")
KPIS = "date,metric,value\n" + months(14)
FROM_FILE = "select * from read_csv('../data/acme/kpis.csv', all_varchar := true)"
SECRET = "pa55-planted"


@pytest.fixture
def ask(load):
    def run(sql: str, params: str = QUERY, **more):
        return load(params, KPIS, files={"kpis.sql": sql, **more.pop("files", {})}, **more)

    return run


@pytest.fixture
def refused(ask):
    def run(sql: str, params: str = QUERY, **more) -> str:
        with pytest.raises(InputError) as caught:
            ask(sql, params, **more)
        message = str(caught.value)
        assert "Traceback" not in message and "/tmp" not in message and len(message) < 1500
        return message

    return run


def test_a_query_reads_like_the_file_that_it_names(ask, load):
    asked, read = ask(FROM_FILE), load(kpis=KPIS)
    assert asked.outcome.series.equals(read.outcome.series)
    assert asked.outcome.source == "../data/acme/kpis.sql"


def test_a_query_may_bring_a_wide_table_and_a_cash_flow(ask):
    flows = "period,expenditure_est,revenue_est\n2025-01,10,0\n2025-02,0,30\n"
    params = "customer: Acme\ncurrency: USD\ncash_flow: {query: ../data/acme/kpis.sql, basis: revenue}\nas_of: 2025-02\n"
    customer = ask("select * from '../data/acme/f.csv'", params, files={"f.csv": flows})
    assert customer.cash_flow.table["revenue_est"].tolist() == [0, 30]
    wide = ask("select date, value::int as Clients, 2 * value::int as Visits from '../data/acme/kpis.csv'", QUERY + "indicators: [Visits]\n")
    assert (wide.indicators["Visits"].series == 2 * wide.outcome.series).all()


def test_an_indicator_has_a_query_of_its_own(ask):
    params = "customer: Acme\ncurrency: USD\ndata: ../data/acme/kpis.csv\noutcome: {name: Clients, total_by: sum}\nindicators:\n  Pulse: {query: ../data/acme/kpis.sql}\n"
    customer = ask("select date, 'Pulse' as metric, 7.125 as value, 12 as n from '../data/acme/kpis.csv'", params)
    assert set(customer.indicators["Pulse"].series) == {7.125}
    assert set(customer.indicators["Pulse"].answers) == {12}


def test_parameters_are_bound_and_never_pasted(ask):
    sql = "select date, 'Clients' as metric, case when :customer = 'acme' and ':as_of' <> '' then value::int end as value -- :nobody\nfrom '../data/acme/kpis.csv'\nwhere (date || '-01')::date <= :as_of"
    assert len(ask(sql).outcome.series) == 14
    assert str(ask(sql, as_of="2023-06").outcome.series.index[-1]) == "2023-06"


def test_lineage_names_text_parameters_rows_and_their_hash(ask):
    customer = ask(FROM_FILE, as_of="2023-09")
    text, rows = customer.files
    assert text.name == "../data/acme/kpis.sql, asked with customer = acme, as_of = 2023-09-30"
    assert text.sha256 == hashlib.sha256(FROM_FILE.encode()).hexdigest() and text.rows == rows.rows == 14
    assert rows.name == "../data/acme/kpis.sql" and len(rows.sha256) == 64 != text.sha256
    assert ask(FROM_FILE + " ", as_of="2023-09").files[1].sha256 != rows.sha256


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select * from '/etc/passwd'", "passwd"),
        ("select * from read_text('/etc/passwd')", "not named in single quotes"),
        ("select * from read_csv('/etc/hosts.csv')", "not a path relative"),
        ("select * from read_csv('../../outside.csv')", "not in the project folder"),
        ("select * from read_csv('../data/acme/link.csv')", "a link leads out of it"),
        ("select * from read_csv('../data/acme/nothing.csv')", "there is no file"),
        ("select * from read_csv('../data/acme/*.csv')", "there is no file"),
        ("select * from read_csv('../data' || '/acme/kpis.c' || 'sv')", "not named in single quotes"),
        ("select * from read_csv(chr(47) || 'etc' || chr(47) || 'passwd')", "not named in single quotes"),
        ("select * from 'https://example.com/x.csv'", "is an address"),
        ("select * from read_csv('s3://bucket/' || 'x')", "not named in single quotes"),
        ("select * from glob('/etc/*')", "not named in single quotes"),
        ("copy (select 1) to '../data/acme/kpis.csv'", "only reads"),
        ("attach 'x.db'", "only reads"),
        ("install httpfs", "only reads"),
        ("load httpfs", "only reads"),
        ("set enable_external_access = true", "only reads"),
        ("select 1; select 2", "more than one statement"),
        ("select 1; copy (select 1) to 'x'", "more than one statement"),
        ("with gone as (delete from t returning *) select * from gone", "only reads"),
        ("select * from duckdb_secrets()", "not named in single quotes"),
        ("select now() as date, 1 as Clients", "another answer tomorrow"),
        ("select random() as Clients", "another answer tomorrow"),
        ("select :password", "which nobody gives"),
        ("", "has no statement"),
        ("-- nothing", "has no statement"),
        ("select 1\nfrom nowhere", "line 2"),
        ("select 1 as date, [1, 2] as Clients", "which are no text, number or date"),
        ("select 'inf'::double as Clients, '2025-01' as date", "infinite"),
        ("select range as date, 1 as Clients from range(300000)", "200,000 rows"),
        (b"select '\xff'", "not UTF-8"),
    ],
)
def test_what_a_query_may_not_do(refused, tmp_path, sql, words):
    outside = tmp_path / "outside.csv"
    outside.write_text("date,metric,value\n2025-01,SECRET,5\n")
    folder = tmp_path / "project" / "data" / "acme"
    folder.mkdir(parents=True)
    (folder / "link.csv").symlink_to(outside)
    before = KPIS.encode()
    message = refused(sql)
    assert words in message
    assert "SECRET" not in message and "root:" not in message
    assert (folder / "kpis.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../kpis.sql", "not in the project folder"),
        ("/etc/passwd", "not a path relative"),
        ("../data/acme/kpis.csv", "does not end in .sql"),
        ("../data/acme/none.sql", "there is no file"),
        ("../data/acme", "is a folder"),
        (f"postgresql://u:{SECRET}@h/d", "is an address"),
    ],
)
def test_where_a_query_may_lie(refused, name, words):
    message = refused(FROM_FILE, QUERY.replace("../data/acme/kpis.sql", name))
    assert words in message and SECRET not in message


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (QUERY + "data: ../data/acme/kpis.csv\n", "both `data` and `query`"),
        (QUERY.replace("query: ../data/acme/kpis.sql", "connection: WAREHOUSE"), "`connection` stands alone"),
        (QUERY + f"connection: postgresql://u:{SECRET}@h/d\n", "not the name of an environment variable"),
        ("customer: A\ncurrency: USD\ncash_flow: {basis: revenue}\n", "`data` is missing"),
    ],
)
def test_params_of_queries(refused, params, words):
    message = refused(FROM_FILE, params)
    assert words in message and SECRET not in message


def test_a_query_without_end_is_stopped():
    with pytest.raises(Unreadable, match="stopped after 0.3 seconds"):
        embedded.ask("select count(*) from range(10000000000) a, range(1000000) b where a.range * b.range % 7 = 3", {}, [], most=1, seconds=0.3)


# -- a database behind a variable -------------------------------------------------------------------------------


def test_another_database_through_sqlalchemy(ask, refused, tmp_path, monkeypatch):
    import sqlite3

    place = tmp_path / f"{SECRET}.db"
    with sqlite3.connect(place) as database:
        database.execute("create table kpis (day text, clients int)")
        database.executemany("insert into kpis values (?, ?)", [(f"2024-{m:02}", m) for m in range(1, 13)])
    database.close()
    monkeypatch.setenv("WAREHOUSE", f"sqlite:///{place}")
    sql = "select day as date, clients as Clients from kpis where day <= :as_of and ':x' <> 'a\\:b'"
    customer = ask(sql, CONNECTED)
    assert customer.outcome.series.tolist() == list(range(1, 13))
    assert customer.files[1].name == "../data/acme/kpis.sql (WAREHOUSE)"
    assert "no such table: nowhere" in refused("select 1 from nowhere", CONNECTED)
    assert SECRET not in refused("select 1 from nowhere", CONNECTED)
    assert "only reads" in refused("delete from kpis", CONNECTED)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not set"),
        (f"not an address {SECRET}", "holds no address"),
        (f"nonesuch://u:{SECRET}@h/d", "its driver is not installed"),
        (f"mysql+mysqldb://u:{SECRET}@h/d", "driver of the database behind WAREHOUSE is not installed"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/d", "does not answer"),
        (f"sqlite:////nowhere/{SECRET}/x.db", "does not answer"),
    ],
)
def test_addresses_that_lead_nowhere(refused, monkeypatch, caplog, address, words):
    monkeypatch.setenv("WAREHOUSE", address)
    message = refused("select 1 as x", CONNECTED)
    assert words in message and SECRET not in message + caplog.text
    assert "127.0.0.1" not in message


# -- what runs are keyed by -------------------------------------------------------------------------------------


def test_files_that_a_query_names_are_inputs(write):
    path = write(QUERY, KPIS, {"kpis.sql": FROM_FILE})
    assert [file.name for file in input_files(path)] == ["acme.yaml", "kpis.sql", "kpis.csv"]


def test_rows_of_a_database_are_part_of_the_key(write, tmp_path, monkeypatch):
    import sqlite3

    path = write(CONNECTED, KPIS, {"kpis.sql": "select '2025-01' as date, v as Clients from t"})
    monkeypatch.setenv("WAREHOUSE", f"sqlite:///{tmp_path}/{SECRET}.db")
    silent = cache.inputs_of(path)
    database = sqlite3.connect(tmp_path / f"{SECRET}.db")
    database.executescript("create table t (v int); insert into t values (1)")
    first, again = cache.inputs_of(path), cache.inputs_of(path)
    database.executescript("update t set v = 2")
    changed = cache.inputs_of(path)
    database.close()
    name = "rows of ../data/acme/kpis.sql (WAREHOUSE)"
    assert silent[name] == "no answer"
    assert first == again
    assert len({silent[name], first[name], changed[name]}) == 3
    assert SECRET not in json.dumps([silent, first, changed])


# -- the text of queries ----------------------------------------------------------------------------------------

TRICKY = """select a::int, ':x', "y:z", x[1:2] -- :no\n, $$ :n ; $$, $t$ ; $t$, E'\\':q;', 'it''s' from 'a.csv' where d <= :as_of /* ; :b */ ;"""


def test_what_is_code_and_what_is_not():
    assert "".join(piece for _, piece in pieces(TRICKY)) == TRICKY
    assert parameters_of(TRICKY) == ["as_of"]
    assert files_in(TRICKY) == ["a.csv"]
    assert ":x" not in code_of(TRICKY) and code_of(TRICKY).count(";") == 1
    check_query(TRICKY, embedded=True)
    with pytest.raises(Unreadable, match="more than one"):
        check_query(TRICKY + " select 2", embedded=False)


def test_only_parameters_reach_sqlalchemy_as_such():
    import sqlalchemy

    statement = sqlalchemy.text(for_sqlalchemy(TRICKY))
    assert set(statement._bindparams) == {"as_of"}
    assert str(statement.compile()) == TRICKY.removesuffix(";")


def test_a_query_name_shows_its_connection():
    name = QueryName("k.sql", "W")
    assert (name, name.path, name.connection) == ("k.sql (W)", "k.sql", "W")


def test_rows_as_text():
    from datetime import datetime
    from decimal import Decimal

    content, count = as_csv(["a", "b"], [(1.803, float("nan")), (Decimal("1.250"), 1e300), (datetime(2025, 1, 2), True), ("x\ny;z,1", 10**30)])
    assert content.decode().splitlines() == ["a,b", "1.8030,", "1.2500,1e+300", "2025-01-02,TRUE", '"x y;z,1",' + "1" + "0" * 30]
    assert count == 4


# -- Parquet ----------------------------------------------------------------------------------------------------


@pytest.fixture
def parquet(tmp_path):
    def make(select: str) -> bytes:
        place = tmp_path / "made.parquet"
        duckdb.sql(f"copy ({select}) to '{place}' (format parquet)")
        return place.read_bytes()

    return make


PARQUET = QUERY.replace("query: ../data/acme/kpis.sql", "data: ../data/acme/kpis.parquet")


def test_parquet(load, parquet):
    content = parquet("select date '2024-01-01' + to_months(i::int) as date, 'Clients' as metric, (1.803 + i)::decimal(9,3) as value from range(12) t(i)")
    customer = load(PARQUET, files={"kpis.parquet": content})
    assert customer.outcome.series.tolist() == pytest.approx([1.803 + i for i in range(12)])
    assert customer.files[0].sha256 == hashlib.sha256(content).hexdigest() and customer.files[0].rows == 12


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("select date '2024-01-01' as date, [1, 2] as Clients", "which are no text, number or date"),
        ("select date '2024-01-01' as date, {'a': 1} as Clients", "which are no text, number or date"),
        ("select date '2024-01-01' as date, 'x'::blob as Clients", "which are no text, number or date"),
        ("select 1 as Clients", "header"),
    ],
)
def test_parquet_that_is_no_table_of_figures(load, parquet, select, words):
    with pytest.raises(InputError, match=words):
        load(PARQUET, files={"kpis.parquet": parquet(select)})


@pytest.mark.parametrize("content", [b"PAR1 nonsense PAR1", b"x", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_broken_parquet(load, content):
    with pytest.raises(InputError, match="cannot be read") as caught:
        load(PARQUET, files={"kpis.parquet": content})
    assert "/tmp" not in str(caught.value)


def test_times_with_a_zone_are_read_in_utc(load, parquet):
    content = parquet("select '2024-01-31 23:59:00+00'::timestamptz as date, 5 as Clients")
    customer = load(PARQUET, files={"kpis.parquet": content})
    assert [str(m) for m in customer.outcome.series.index] == ["2024-01"]


def test_loading_again_gives_the_same(write):
    path = write(QUERY, KPIS, {"kpis.sql": FROM_FILE})
    assert load_customer(path).files == load_customer(path).files
