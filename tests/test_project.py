"""What holds the house together: layers, the module table, the conda file, the workbooks, the size of modules."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "valuelab"
# left to right; a room may import only what stands to its left
LEFT = {"errors", "estimates", "language", "types", "formatting", "assets", "provenance", "software", "track_record", "registers", "renewal_order"}
MAY_IMPORT = {
    "inputs": LEFT,
    "analysis": LEFT | {"inputs"},
    "simulation": LEFT | {"inputs", "analysis"},
    "present": LEFT | {"inputs", "analysis"},
    "run": LEFT | {"inputs", "spreadsheet"},
    "spreadsheet": LEFT,
    "audit": set(),
    "terminal": LEFT | {"inputs", "analysis", "run", "simulation"},
    "cli": LEFT | {"inputs", "analysis", "run", "simulation", "audit", "terminal"},
}
LONGEST_MODULE = 400
CONDA_NAMES = {"matplotlib": "matplotlib-base", "duckdb": "python-duckdb"}
WORKBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def rooms_in(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("valuelab.")} - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_rooms_to_its_left(path):
    room = room_of(path)
    if room == "__init__":
        return  # loads names when they are first used
    allowed = MAY_IMPORT.get(room, LEFT) | {room}
    assert rooms_in(imports_of(path)) - allowed == set()


def test_analysis_is_pure():
    outside = {"matplotlib", "seaborn", "IPython", "papermill", "nbformat", "nbconvert", "pathlib", "os", "io", "time", "random", "subprocess"}
    for path in (PACKAGE / "analysis").rglob("*.py"):
        found = {name.split(".")[0] for name in imports_of(path)}
        assert found & outside == set(), path


def test_the_present_room_computes_no_statistics():
    for path in (PACKAGE / "present").rglob("*.py"):
        found = {name.split(".")[0] for name in imports_of(path)}
        assert found & {"scipy", "statsmodels", "pyxirr"} == set(), path
        assert ".groupby(" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_has_one_subject(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    assert path.name != "utils.py"
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or not path.read_text(encoding="utf-8").strip()


def test_the_module_table_of_architecture_is_the_package():
    rows = re.findall(r"^\| `(valuelab/[^`]+\.py)` \| (.+?) \|$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
    listed = [name for name, _ in rows]
    assert len(listed) == len(set(listed))
    there = {p.relative_to(ROOT).as_posix() for p in modules() if p.read_text(encoding="utf-8").strip()}
    assert there - set(listed) == set(), "not in the table"
    assert set(listed) - {p.relative_to(ROOT).as_posix() for p in modules()} == set(), "in the table, but not there"


def requirement(line: str) -> tuple[str, str]:
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", line).groups()
    return name.lower(), bounds


def test_conda_and_pip_ask_for_the_same():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = dict(requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"])
    wanted["python"] = project["requires-python"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    named = dict(requirement(line) for line in [*(e for e in conda if isinstance(e, str)), *pip] if not line.startswith("--editable"))
    back = {conda_name: name for name, conda_name in CONDA_NAMES.items()}
    found = {back.get(name, name): bounds for name, bounds in named.items() if name not in ("make", "pip")}
    assert found == wanted


def test_constraints_pin_every_dependency_and_hold_no_address():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+)", line).groups() for line in text.split())
    pinned = {name.lower().replace("_", "-") for name in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {requirement(line)[0] for line in project["dependencies"] + project["optional-dependencies"]["dev"]}
    assert asked - pinned == set()
    assert "://" not in text


def test_every_package_that_is_imported_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {requirement(line)[0].replace("-", "_") for line in project["dependencies"] + project["optional-dependencies"]["sql"] + project["optional-dependencies"]["cluster"]}
    import_names = {"PIL": "pillow", "yaml": "pyyaml", "dateutil": "python_dateutil", "IPython": "ipython"}
    for path in modules():
        used = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"valuelab"}
        missing = {import_names.get(name, name) for name in used} - asked
        # what asked-for packages are made of: nbconvert of traitlets, ipykernel of IPython and more, pydantic of pydantic_core
        assert missing <= {"traitlets", "ipython", "comm", "jupyter_client", "pydantic_core"}, path


def test_the_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert "make reports" in text
    assert "make test" in text
    assert set(re.findall(r"\bmake ([a-z]+)\b(?! (?:and|or|python3))", " ".join(re.findall(r"`[^`]+`", text)))) - {"python"} <= targets


# -- workbooks --------------------------------------------------------------------------------------------------


def test_the_five_workbooks_and_the_one_for_people_are_there():
    assert [p.stem for p in WORKBOOKS] == ["01_baseline", "02_leading_indicators", "03_conversion", "04_roi", "05_health", "explore"]


@pytest.fixture(params=WORKBOOKS, ids=lambda p: p.stem)
def notebook(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_workbook_is_committed_without_outputs_and_with_its_kernel(notebook):
    nbformat.validate(notebook)
    assert [cell.id for cell in code_cells(notebook) if cell.outputs or cell.execution_count] == []
    assert notebook.metadata.kernelspec.name == "python3"
    assert "papermill" not in notebook.metadata


def test_a_workbook_asks_one_question(notebook):
    headings = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines() if re.match(r"# ", line)]
    assert len(headings) == 1
    assert headings[0].endswith("?")


def test_a_workbook_has_one_parameters_cell_of_plain_strings(notebook):
    tagged = [cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    statements = ast.parse(tagged[0].source).body
    assert [s.targets[0].id for s in statements] == ["customer", "as_of", "previous"]
    assert all(isinstance(ast.literal_eval(s.value), str) for s in statements)


def test_code_cells_are_short_and_show_something(notebook):
    """At most six lines; no function, loop, try, print or path: that is the package's work."""
    for cell in code_cells(notebook):
        tree = ast.parse(cell.source)
        assert len(cell.source.splitlines()) <= 6, cell.id
        busy = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.With, ast.ListComp, ast.DictComp, ast.GeneratorExp)
        assert [node for node in ast.walk(tree) if isinstance(node, busy)] == [], cell.id
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert names & {"print", "open", "Path", "display"} == set(), cell.id
        assert not re.search(r"""["'][^"']*/[^"']*["']""", cell.source), cell.id
        if "parameters" not in cell.metadata.get("tags", []):
            assert isinstance(tree.body[-1], ast.Expr), f"{cell.id} ends without showing anything"


def test_static_text_has_no_figure_of_a_customer(notebook):
    """Years, money, percent and thousands come from the data, or they would be wrong for the next customer."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"[$€£]\s?\d|\d{1,3},\d{3}|\b20\d\d-\d\d", cell.source), cell.id


def test_the_package_offers_about_twenty_names_and_its_docstring_groups_them():
    """What ``vl.`` and Tab list, without private names and modules."""
    import valuelab

    offered = [n for n in dir(valuelab) if not n.startswith("_")]
    assert offered == sorted(valuelab.__all__) and 20 <= len(offered) <= 30
    grouped = re.findall(r"``(\w+)``", "\n".join(line for line in valuelab.__doc__.splitlines() if line.startswith(("- ", "  "))))
    assert sorted(grouped) == offered, "each once"
    assert all(getattr(valuelab, n).__doc__ for n in offered)
