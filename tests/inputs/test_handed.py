"""A customer that was handed to a process stands for reading its files, and only for exactly that."""

from __future__ import annotations

import pytest

from tests.run.small import workbook, write_customer
from valuelab.errors import InputError
from valuelab.formatting import in_locale, locale_in_use, use_locale
from valuelab.inputs import handed as handing
from valuelab.inputs import load_customer
from valuelab.inputs.handed import hand, pack
from valuelab.language import in_language, language_in_use, use_language


@pytest.fixture
def params(tmp_path, monkeypatch):
    monkeypatch.setattr(handing, "_handed", {})
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
    done = execute(path, asked, folder=params.parent, timeout=120, handed=packed)
    assert "Acme" in str([cell.get("outputs") for cell in done.cells])
    with pytest.raises(WorkbookFailed, match="kpis"):
        execute(path, asked, folder=params.parent, timeout=120)
