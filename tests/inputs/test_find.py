from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.inputs.conftest import OUTCOME, months
from valuelab.errors import InputError
from valuelab.inputs import find_params, input_files, list_customers, load_customer, new_customer


def test_find_params_in_a_project_or_a_params_folder(tmp_path):
    params = tmp_path / "params"
    params.mkdir()
    for name in ("b.yaml", "a.yaml", ".hidden.yaml", "notes.txt", "Odd Name.yaml"):
        (params / name).write_text("customer: x\n")
    assert list(find_params(tmp_path)) == ["Odd Name", "a", "b"]
    assert find_params(tmp_path) == find_params(params)
    assert find_params(tmp_path / "none") == {}
    assert list_customers(params) == ("Odd Name", "a", "b")
    with pytest.raises(InputError, match="the file's name is the customer's id"):
        load_customer(find_params(params)["Odd Name"])


def test_input_files_are_the_params_and_every_file_that_they_name(write):
    path = write(
        OUTCOME + "indicators:\n  A: {data: ../data/acme/a.csv}\n  B:\ncash_flow: {data: ../data/acme/c.csv}\n", "x"
    )
    assert sorted(file.name for file in input_files(path)) == ["a.csv", "acme.yaml", "c.csv", "kpis.csv"]
    listed = write(OUTCOME + "indicators: [A, {name: B, data: ../data/acme/b.csv}]\n")
    assert [file.name for file in input_files(listed)] == ["acme.yaml", "kpis.csv", "b.csv"]


@pytest.mark.parametrize("content", ["", "[", "- a", "data: [1]", "indicators: {A: x}\noutcome: y\ncash_flow:"])
def test_input_files_of_broken_params(write, content):
    assert input_files(write(content)) == [write(content)]


def test_looking_for_changes_imports_nothing_heavy():
    code = "import sys; from valuelab.inputs.find import find_params, input_files; print([m for m in ('pandas', 'numpy', 'pydantic', 'pandera') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_new_customer_loads_once_the_data_are_filled_in(tmp_path):
    written = new_customer("acme-retail", params_dir=tmp_path / "params", data_dir=tmp_path / "data").written
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "params/acme-retail.yaml",
        "data/acme-retail/kpis.csv",
        "data/acme-retail/cash-flow.csv",
    ]
    params, kpis, flow = written
    with pytest.raises(InputError, match="a header and nothing below it"):
        load_customer(params)
    rows = months(14, metric="Orders shipped") + "".join(
        row + ",30\n" for row in months(14, metric="Engagement", value=5).splitlines()[:5]
    )
    kpis.write_text(
        kpis.read_text() + "".join((row if row.count(",") == 3 else row + ",") + "\n" for row in rows.splitlines())
    )
    customer = load_customer(params)
    assert (customer.name, customer.id, str(customer.as_of)) == ("Acme Retail", "acme-retail", "2024-02")
    assert customer.outcome.name == "Orders shipped"
    uncomment_everything(params)
    flow.write_text(flow.read_text() + "0,100,100,0,0\n1,0,0,200,150\n")
    full = load_customer(params, as_of="2024-02")
    assert full.cash_flow is not None
    assert full.unit_value.margin.value == 0.4


def uncomment_everything(path: Path) -> None:
    """What an analyst does who fills in every commented line; figures are made to fit the small data."""
    lines = []
    for line in path.read_text().splitlines():
        bare = line.lstrip()
        if (
            bare.startswith("# ")
            and (":" in bare or bare.startswith("#   ") or "- " in bare)
            and not bare.startswith(("# Fill", "# Write", "# yaml"))
        ):
            line = line.replace("# ", "", 1)
        lines.append(line)
    text = "\n".join(lines).replace("21400", "1200").replace("26,000", "1,300").replace("23400", "1250")
    path.write_text(text)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "data/acme").mkdir(parents=True)
    (tmp_path / "data/acme/kpis.csv").write_text("mine")
    assert len(new_customer("acme", params_dir=tmp_path / "params", data_dir=tmp_path / "data").written) == 2
    assert (tmp_path / "data/acme/kpis.csv").read_text() == "mine"
    before = (tmp_path / "params/acme.yaml").read_bytes()
    with pytest.raises(InputError, match="exists already"):
        new_customer("acme", params_dir=tmp_path / "params", data_dir=tmp_path / "data")
    assert (tmp_path / "params/acme.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["../x", "A", "", "a/b", "a b", "-x", "-"])
def test_new_customer_wants_an_id(tmp_path, name):
    with pytest.raises(InputError, match="is not a customer id"):
        new_customer(name, params_dir=tmp_path, data_dir=tmp_path)
    assert not list(tmp_path.iterdir())
