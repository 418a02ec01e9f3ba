"""A customer that was handed to a process stands for reading its files, and only for exactly that."""

from __future__ import annotations

import pytest

from tests.run.small import workbook, write_customer
from valuelab.errors import InputError
from valuelab.formatting import in_locale, locale_in_use, use_locale
from valuelab.inputs import handed as handing
from valuelab.inputs import load_customer
from valuelab.inputs.handed import hand, pack, remembered, worked_out_here
from valuelab.language import in_language, language_in_use, use_language


@pytest.fixture
def params(tmp_path, monkeypatch):
    for kept, nothing in (("_handed", {}), ("_results", {}), ("_own", set())):
        monkeypatch.setattr(handing, kept, nothing)
    return write_customer(tmp_path, "acme")


def remove_data(params):
    (params.parent.parent / "data" / "acme" / "kpis.csv").unlink()


def test_what_was_handed_is_what_would_be_read_and_new_each_time(params, monkeypatch):
    read = load_customer(params, as_of="2025-09")
    hand(pack(read, params, as_of="2025-09"))
    remove_data(params)
    monkeypatch.chdir(params.parent)
    one, other = load_customer("acme.yaml", as_of="2025-09"), load_customer("acme", as_of="2025-09", previous="")
    assert one.to_dict() == other.to_dict() == read.to_dict()
    one.outcome.series.iloc[0] = -1.0
    assert other.outcome.series.iloc[0] == read.outcome.series.iloc[0] != -1.0


def test_what_was_handed_speaks_as_its_params_say(params):
    params.write_text(params.read_text(encoding="utf-8") + "locale: de_DE\nlanguage: de\n", encoding="utf-8")
    with in_locale("en_US"), in_language("en"):
        hand(pack(load_customer(params, as_of="2025-09"), params, as_of="2025-09"))
        use_locale("en_US")
        use_language("en")
        load_customer(params, as_of="2025-09")
        assert (locale_in_use(), language_in_use()) == ("de_DE", "de")


def test_another_date_other_results_or_another_customer_are_read(params, tmp_path):
    hand(pack(load_customer(params, as_of="2025-09"), params, as_of="2025-09"))
    (tmp_path / "results.json").write_text('{"customer": "acme", "as_of": "2025-03"}', encoding="utf-8")
    other = write_customer(tmp_path / "there", "acme")
    assert load_customer(params, as_of="2025-08").as_of.month == 8
    assert load_customer(params, as_of="2025-09", previous=str(tmp_path / "results.json")).previous
    assert load_customer(other, as_of="2025-09").as_of.month == 9
    remove_data(params)
    for wanted in ({"as_of": "2025-08"}, {"as_of": ""}, {"as_of": "2025-09", "previous": str(tmp_path / "results.json")}):
        with pytest.raises(InputError):
            load_customer(params, **wanted)


@pytest.mark.filterwarnings("default")
def test_a_notebook_has_what_was_handed_to_it_and_the_next_has_not(params, tmp_path):
    import nbformat

    from valuelab.run.execute import WorkbookFailed, execute

    path = tmp_path / "01_baseline.ipynb"
    nbformat.write(workbook("import valuelab as vl\nprint(vl.load_customer(customer, as_of=as_of).name)"), path)
    packed = pack(load_customer(params, as_of="2025-09"), params, as_of="2025-09")
    remove_data(params)
    asked = {"customer": "acme.yaml", "as_of": "2025-09", "previous": ""}
    done = execute(path, asked, folder=params.parent, timeout=120, handed=[packed])
    assert "Acme" in str([cell.get("outputs") for cell in done.cells])
    with pytest.raises(WorkbookFailed, match="kpis"):
        execute(path, asked, folder=params.parent, timeout=120)


@remembered
def last_value(customer):
    """A list with the outcome's last value."""
    asked.append(customer.outcome.name)
    return [float(customer.outcome.series.iloc[-1])]


asked: list[str] = []


@pytest.fixture
def account(params):
    asked.clear()
    hand(pack(load_customer(params, as_of="2025-09"), params, as_of="2025-09"))
    return load_customer(params, as_of="2025-09")


def test_what_was_worked_out_is_not_worked_out_again_and_belongs_to_each_asker(account, params):
    first = last_value(account)
    first.append("changed by who asked")
    account.outcome.series.describe()  # pandas keeps what it found; the customer is the same
    assert last_value(account) == last_value(load_customer(params, as_of="2025-09")) == [109.0] and asked == ["Clients"]


def test_a_changed_customer_is_another_one(account):
    last_value(account)
    account.outcome.series.iloc[-1] = 7.0
    assert last_value(account) == [7.0] and len(asked) == 2


def test_without_a_customer_that_was_handed_nothing_is_remembered(params):
    asked.clear()
    account = load_customer(params, as_of="2025-09")
    assert last_value(account) == last_value(account) == [109.0] and len(asked) == 2 and worked_out_here() == b""


def test_the_next_process_gets_it_and_gives_on_only_what_is_its_own(account, params, monkeypatch):
    packed = pack(account, params, as_of="2025-09")
    last_value(account)
    given = worked_out_here()
    for kept, nothing in (("_handed", {}), ("_results", {}), ("_own", set())):
        monkeypatch.setattr(handing, kept, nothing)
    hand(packed, given)
    assert last_value(load_customer(params, as_of="2025-09")) == [109.0] and asked == ["Clients"] and worked_out_here() == b""
    monkeypatch.setattr(handing, "_own", set(handing._results))
    monkeypatch.setattr(handing, "MOST_BYTES", 3)
    assert worked_out_here() == b""


@pytest.mark.filterwarnings("default")
def test_workbooks_of_a_run_work_a_review_out_once(params, tmp_path, monkeypatch):
    """The second workbook could not work it out: its functions are gone."""
    import nbformat

    from valuelab.run.execute import WorkbookFailed, execute

    ask = "import valuelab as vl\naccount = vl.load_customer(customer, as_of=as_of)\nprint(vl.review_baseline(account).status)"
    broken = "from valuelab.analysis.reviews import baseline\nbaseline.fit_baseline = None\n"
    failing, working = tmp_path / "01_baseline.ipynb", tmp_path / "02_leading_indicators.ipynb"
    nbformat.write(workbook(broken + ask), failing)
    nbformat.write(workbook(ask), working)
    handed = [pack(load_customer(params, as_of="2025-09"), params, as_of="2025-09")]
    given = {"customer": "acme.yaml", "as_of": "2025-09", "previous": ""}
    with pytest.raises(WorkbookFailed, match="NoneType"):
        execute(failing, given, folder=params.parent, timeout=120, handed=handed)
    assert len(handed) == 1  # what a workbook that failed had found is not given on
    said = [str([cell.get("outputs") for cell in execute(path, given, folder=params.parent, timeout=120, handed=handed).cells]) for path in (working, failing)]
    assert len(handed) == 2 and said[0] == said[1]
