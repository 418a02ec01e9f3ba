"""Usage files: what is read, repaired, counted and refused."""

from __future__ import annotations

import pytest
import yaml

from valuelab import load_customer
from valuelab.errors import InputError

HEAD = "date,team,user,feature\n"


def write(folder, text: str, *, as_of: str = "2025-06", suffix: str = "csv", **adoption) -> str:
    (folder / "params").mkdir(exist_ok=True)
    (folder / f"usage.{suffix}").write_text(text, encoding="utf-8")
    params = {"customer": "Acme", "currency": "USD", "as_of": as_of, "adoption": {"data": f"../usage.{suffix}", "teams": {"Sales": "10", "Night": {"licences": "20", "cadence": "daily"}}} | adoption}
    path = folder / "params" / "acme.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return str(path)


def refused(path: str) -> str:
    with pytest.raises(InputError) as found:
        load_customer(path)
    return str(found.value)


def test_events_become_people_and_names_go_no_further(tmp_path):
    account = load_customer(write(tmp_path, HEAD + "2025-06-02,sales,Ann@acme.com,Board\n2025-06-30, Sales ,ann@acme.com,Board\n2025-07-01,Sales,Bob,Board\n2025-06-30,Night,,Board\n2025-06-30,Ghosts,Eve,Board\n"))
    usage = account.usage
    assert (usage.kind, len(usage.rows), usage.rows["user"].nunique(), str(usage.month)) == ("events", 2, 1, "2025-06")
    assert [(t.name, t.licences.value, t.cadence, t.named) for t in usage.teams] == [("Sales", 10, "monthly", True), ("Night", 20, "daily", False)]
    said = {n.what: n.count for n in account.quality}
    assert said["rows without a user left out"] == 1
    assert said["rows of teams that the params do not name left out: Ghosts"] == 1
    assert said["rows after as_of left out"] == 1
    assert "ann" not in (str(usage.to_dict() if hasattr(usage, "to_dict") else usage.rows.to_dict()) + str(account.quality)).lower()
    assert {a.name: a.text for a in account.assumptions} == {"Licences of Sales": "10", "Licences of Night": "20"}


def test_counts_keep_what_is_not_known(tmp_path):
    account = load_customer(write(tmp_path, "Month;Team;Active users\n2025-05;Sales;8\n2025-06;Sales;TBA\n2025-06;Night;15\n2025-06;Night;15\n"))
    rows = account.usage.rows
    assert (account.usage.kind, account.usage.step, len(rows)) == ("counts", "monthly", 3)
    assert rows["active"].isna().sum() == 1
    said = {n.what: n.count for n in account.quality}
    assert said["identical rows dropped"] == 1
    assert said["values not known (empty, TBA, N/A, -)"] == 1


def test_a_month_that_is_not_over_is_left_out(tmp_path):
    days = "".join(f"2025-{m:02d}-{d:02d},Sales,u{d},\n" for m, last in ((5, 30), (6, 11)) for d in range(1, last + 1))
    account = load_customer(write(tmp_path, HEAD + days))
    assert str(account.usage.month) == "2025-05"
    assert any(n.what.startswith("use not known after 2025-05") for n in account.quality)


@pytest.mark.parametrize(("text", "words"), [
    ("date,team,clicks\n2025-06-01,Sales,4\n2025-06-02,Sales,4\n", "neither a column `user` nor a column `active`"),
    ("date,user\n2025-06-01,ann\n2025-06-02,bob\n", "no column `team`"),
    ("date,team,active\n2025-06,Sales,7\n2025-06,Sales,8\n", "different numbers"),
    ("date,team,active\n2025-06,Sales,-7\n2025-05,Sales,8\n", "not a number of people"),
    ("date,team,active\n2025-06,Sales,7.5\n2025-05,Sales,8\n", "not a number of people"),
    ("date,team,active\n2025-06,Sales,70%\n2025-05,Sales,80%\n", "percentages"),
    ("date,team,active\n2025-06,Sales,many\n2025-05,Sales,8\n", "many"),
    ("date,team,user\n2025-06-01,Ghosts,ann\n2025-06-02,Ghosts,bob\n", "no row is of a team"),
    ("date,team,user\n2025-06,Sales,ann\n2025-05,Sales,bob\n", "dated by month alone"),
    ("date,team,active\n03/04/2025,Sales,7\n05/04/2025,Sales,8\n", "03/04/2025"),
])
def test_what_cannot_be_read_is_refused_with_words(tmp_path, text, words):
    assert words in refused(write(tmp_path, text))


@pytest.mark.parametrize(("adoption", "words"), [
    ({"teams": {}}, "names no team"), ({"teams": {"Sales": "ten"}}, "ten"), ({"teams": {"Sales": "7.5"}}, "not a number of licences"),
    ({"good": "60%"}, "does not lie below `good`"), ({"cadence": "daily"}, "not a key that is known"), ({"features": {"Board": "old"}}, "not one of value"),
])
def test_params_that_cannot_be_are_refused(tmp_path, adoption, words):
    assert words in refused(write(tmp_path, HEAD + "2025-06-01,Sales,ann,\n", **adoption))
