"""Large files give what small ones give: values and notes, whichever way is taken."""

from __future__ import annotations

import hashlib

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inputs.conftest import OUTCOME, months
from valuelab.errors import InputError
from valuelab.inputs import large, load_customer, sources
from valuelab.inputs.rows_text import as_csv

PARAMS = OUTCOME + "indicators: {Score: {total_by: mean}}\n"


@pytest.fixture
def both(write, monkeypatch):
    """The customer as a small file gives it, and as a large one does; ``most``: rows that go on as they are."""

    def run(kpis: str, *, most: int, as_of: str | None = None, params: str = PARAMS):
        path = write(params, kpis)
        monkeypatch.setattr(sources, "LARGE_BYTES", 10**9)
        small = load_customer(path, as_of=as_of)
        monkeypatch.setattr(sources, "LARGE_BYTES", 0)
        monkeypatch.setattr(large.reduce, "__kwdefaults__", {"most": most})
        return small, load_customer(path, as_of=as_of)

    return run


def same(small, big, *, rows: bool) -> None:
    for name in (small.outcome.name, *small.indicators):
        one, other = small.measure(name), big.measure(name)
        assert one.series.index.equals(other.series.index)
        assert other.series.to_numpy() == pytest.approx(one.series.to_numpy(), nan_ok=True)
        assert (one.partial and one.partial[0]) == (other.partial and other.partial[0])
        assert (other.partial or (0, 0))[1] == pytest.approx((one.partial or (0, 0))[1])
    assert big.files[0].sha256 == small.files[0].sha256
    told = [{(n.what, n.where, n.count, n.why, n.rows if rows else ()) for n in customer.quality} for customer in (small, big)]
    assert told[0] == told[1]


def segmented(days: int, segments: int, seed: int = 0) -> str:
    lines = ["date,metric,value,segment"]
    for i in range(days):
        day = f"2024-{1 + i // 28:02}-{1 + i % 28:02}"
        for s in range(segments):
            lines += [f"{day},Clients,{(7 * i + 3 * s + seed) % 100}.{(i + s) % 10}5,s{s}", f"{day},Score,{(i + s) % 10},s{s}"]
    return "\n".join(lines) + "\n"


def test_rows_that_are_kept_stand_on_their_lines(both):
    kpis = "date,metric,value,note\n" + "".join(f"2024-{m:02},{name},{10 * m if m != 4 else 'TBA'},x\n" for m in range(1, 13) for name in ("Clients", "Other", "Score", "More"))
    small, big = both(kpis + "2024-12,Clients,120,x\n", most=1000)
    same(small, big, rows=True)
    assert any("do not name" in note.what for note in big.quality)


def test_a_bad_date_of_a_metric_that_is_not_read_is_told_all_the_same(both, write, monkeypatch):
    kpis = "date,metric,value\n" + months(3) + "2024-99,Other,5\n2023-01,Other,5\n"
    told = []
    for size in (10**9, 0):
        monkeypatch.setattr(sources, "LARGE_BYTES", size)
        with pytest.raises(InputError) as caught:
            load_customer(write(OUTCOME, kpis))
        told.append(str(caught.value))
    assert told[0] == told[1] and "row 5" in told[0]


@pytest.mark.parametrize("as_of", [None, "2024-03", "2024-03-10"])
def test_segments_are_added_up_as_small_files_are(both, as_of):
    small, big = both(segmented(130, 6), most=10, as_of=as_of)
    same(small, big, rows=False)
    assert any("rows of 6 segments summed" in note.what for note in big.quality)
    assert any("rows of 6 segments averaged" in note.what for note in big.quality)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(60, 90), segments=st.integers(2, 5), seed=st.integers(0, 99), most=st.sampled_from([5, 10_000]))
def test_the_two_ways_agree(both, days, segments, seed, most):
    same(*both(segmented(days, segments, seed), most=most), rows=most > 5)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("2024-02-01,Clients", "2024-02-01,Visits", 1),  # a segment lacks a day
        lambda t: t + "2024-01-01,Clients,9.25,s0\n",  # a day twice
        lambda t: t.replace(",s1\n", ",total\n"),
        lambda t: t.replace("2024-01-05,Clients,", "2024-01-05,Clients,$", 1),
        lambda t: t.replace("2024-01-05,Clients,", "2024-01-05,Clients,TBA", 1),
        lambda t: t.replace(",segment", ",other"),
    ],
)
def test_what_cannot_be_added_up_safely_asks_for_a_query(write, monkeypatch, change):
    monkeypatch.setattr(sources, "LARGE_BYTES", 0)
    monkeypatch.setattr(large.reduce, "__kwdefaults__", {"most": 10})
    with pytest.raises(InputError, match="GROUP BY the month") as caught:
        load_customer(write(PARAMS, change(segmented(60, 3))))
    assert "/tmp" not in str(caught.value)


def test_a_wide_table_that_is_large_in_bytes_is_read_whole(both):
    kpis = "date,Clients,Score\n" + "".join(f"2024-{m:02},{m * 10},{m % 5}\n" for m in range(1, 13))
    same(*both(kpis, most=100), rows=True)


def test_a_parquet_file_of_many_segments(write, tmp_path, monkeypatch):
    made = tmp_path / "made.parquet"
    duckdb.sql(
        "copy (select date '2022-01-01' + (i // 1000)::int as date, 'Clients' as metric, hash(i) % 1000 as value, 's' || i % 1000 as segment "
        f"from range(730000) t(i)) to '{made}' (format parquet, compression uncompressed)"
    )
    path = write(OUTCOME.replace("kpis.csv", "kpis.parquet"), files={"kpis.parquet": made.read_bytes()})
    monkeypatch.setattr(sources, "LARGE_BYTES", 100_000)
    customer = load_customer(path)
    wanted = duckdb.sql(f"select sum(value) from '{made}' where date < '2022-02-01'").fetchall()[0][0]
    assert customer.outcome.series["2022-01"] == wanted
    assert len(customer.outcome.series) == 24
    assert customer.files[0].sha256 == hashlib.sha256(made.read_bytes()).hexdigest()


def test_lines_are_kept_with_blank_ones():
    content, count = as_csv(["a"], [[1], [2]], lines=[2, 5])
    assert content.decode().splitlines() == ["a", "1", "", "", "2"] and count == 2


def test_other_delimiters_encodings_and_decimal_commas(both):
    rows = "".join(f"2024-{m:02};Clients;1.{m:03},50\n2024-{m:02};Score;{m},25\n" for m in range(1, 13))
    same(*both("date;metric;value\n" + rows, most=100), rows=True)
    same(*both(("date;metric;value;café\n" + rows.replace("\n", ";é\n")).encode("latin-1"), most=100), rows=True)


def test_a_comma_after_semicolons_stays_unclear(write, monkeypatch):
    kpis = "date;metric;value\n" + "".join(f"2024-{m:02};Clients;1,{100 + m}\n" for m in range(1, 13))
    told = []
    for size in (10**9, 0):
        monkeypatch.setattr(sources, "LARGE_BYTES", size)
        with pytest.raises(InputError, match="nothing in the column tells which") as caught:
            load_customer(write(OUTCOME, kpis))
        told.append(str(caught.value))
    assert told[0] == told[1]
