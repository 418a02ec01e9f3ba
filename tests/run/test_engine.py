"""The forked engine gives what a stock kernel gives, keeps notebooks apart, and leaves nothing."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest

from tests.conftest import ROOT, SAMPLE_RUNS, copy_project
from tests.run.small import workbook

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux alone")]
PARAMETERS = {"customer": "acme", "as_of": "", "previous": ""}
# what notebooks of all kinds do, in one: results, streams, errors that are allowed, async cells, magics, pictures, updates
EVERYTHING = (
    "import pandas as pd; pd.DataFrame({'a': [1, 2]})",
    "import sys; print('one'); print('two', file=sys.stderr); print('three')",
    "import subprocess; subprocess.run(['echo', 'from a program'], check=True); None",
    "!echo from a shell",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([1, 3, 2]); print('before the picture')",
    "plt.figure(); plt.plot([3, 1]); plt.show(); plt.figure(); plt.plot([1, 1]); 'last'",
    "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
    "from IPython.display import display, clear_output, HTML, Image, JSON\nh = display('first', display_id='x')\nh.update('second')",
    "print('gone'); clear_output(); display(HTML('<b>here</b>'), JSON({'a': [1.5]}))",
    "import warnings; warnings.filterwarnings('always'); x = 3\nx; x",
    "In[2], Out.keys(), _, __name__, get_ipython().__class__.__name__",
    "display({'application/vnd.valuelab.result+json': {'n': float('1e300'), 'w': 'ä\\u2028\\n'}, 'text/plain': ''}, raw=True)",
    "try:\n    input('name?')\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "%%capture held\nprint('held')",
    "held.stdout",
    "",
)


def run(notebook, *, engine: str | None, folder: Path, **options):
    import papermill

    from valuelab.run import execute  # noqa: F401  registers the engine

    return papermill.execute_notebook(nbformat.from_dict(notebook), None, parameters=PARAMETERS | options.pop("parameters", {}), engine_name=engine,
                                      cwd=str(folder), progress_bar=False, **options)


def pixels(text: str) -> str:
    from matplotlib.image import imread

    picture = np.asarray(imread(io.BytesIO(base64.b64decode(text)), format="png"))
    return f"{picture.shape} {sha256(picture.tobytes()).hexdigest()}"


def plain(outputs: list) -> list:
    """Outputs with streams in one piece each, and pictures as pixels."""
    found: list = []
    for output in outputs:
        if output["output_type"] == "stream":
            known = next((o for o in found if o.get("name") == output["name"]), None)
            if known:
                known["text"] += output["text"]
                continue
        output = {**output}
        if "image/png" in output.get("data", {}):
            output["data"] = {**output["data"], "image/png": pixels(output["data"]["image/png"])}
        found.append(output)
    return sorted(found, key=lambda o: (o["output_type"] == "stream", o.get("name", "")))


def what_counts(notebook) -> list:
    return [notebook.metadata.get("language_info"), notebook.metadata.kernelspec, sorted(notebook.metadata.papermill)] + [
        [cell.cell_type, cell.source, cell.get("execution_count"), cell.metadata.get("tags"),
         {k: cell.metadata.get("papermill", {}).get(k) for k in ("status", "exception")}, sorted(cell.metadata.get("execution", {})), plain(cell.get("outputs", []))] for cell in notebook.cells]


def pictures(notebook) -> int:
    return sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


def test_outputs_of_all_kinds_are_a_stock_kernels(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel looks at it, and leaves programs' output alone
    notebook = workbook(*EVERYTHING)
    forked, stock = run(notebook, engine="valuelab", folder=tmp_path), run(notebook, engine=None, folder=tmp_path)
    for ours, theirs in zip(what_counts(forked), what_counts(stock), strict=True):
        assert ours == theirs
    assert pictures(forked) == 3


@pytest.mark.parametrize(("customer", "as_of"), [(name, dates[-1]) for name, dates in SAMPLE_RUNS])
def test_reports_of_sample_customers_are_a_stock_kernels(tmp_path, samples, customer, as_of):
    """Stock papermill, on each workbook that was published by forks for a sample customer."""
    from valuelab.run.execute import for_keeping, to_text

    project = copy_project(tmp_path, customer)
    published = sorted((samples / customer / as_of).glob("*.ipynb"))
    assert published
    for path in published:
        forked = nbformat.read(path, as_version=4)
        injected = next(cell for cell in forked.cells if cell.id == "injected-parameters")
        given: dict[str, str] = {}
        exec(injected.source, given)  # what papermill wrote there
        previous = samples / customer / as_of / given["previous"] if given["previous"] else ""
        parameters = {"customer": f"{customer}.yaml", "as_of": as_of, "previous": os.path.relpath(previous, project / "params") if previous else ""}
        stock = run(nbformat.read(ROOT / "notebooks" / path.name, as_version=4), engine=None, folder=project / "params", parameters=parameters)
        kept = for_keeping(stock, {name: given[name] for name in PARAMETERS})
        assert to_text(kept) == path.read_text(encoding="utf-8"), path.name


def test_plain_papermill_takes_the_engine_and_fails_like_the_stock_one(tmp_path):
    nbformat.write(workbook("1 + 1", "import matplotlib.pyplot as plt; plt.plot([1, 2]); None", "1 / 0", "2"), tmp_path / "in.ipynb")
    command = [Path(sys.executable).with_name("papermill"), "in.ipynb", "out.ipynb", "--no-progress-bar"]
    seen = []
    for engine in (["--engine", "valuelab"], []):
        done = subprocess.run([*command, *engine], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 1, done.stderr
        assert "ZeroDivisionError" in done.stderr
        seen.append(what_counts(nbformat.read(tmp_path / "out.ipynb", as_version=4)))
    assert seen[0] == seen[1]


def test_the_engine_module_may_be_imported_first():
    code = "from valuelab.run.engine import ForkedEngine; import papermill.engines as e; e.papermill_engines.get_engine('valuelab')"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(("change", "reason"), [
    ({"source": "import ipywidgets"}, "widgets"), ({"source": "import comm; comm.create_comm(target_name='t')"}, "widgets"),
    ({"options": {"interrupt_on_timeout": True}}, "interrupt_on_timeout")])
def test_what_a_fork_cannot_do_goes_to_a_stock_kernel_and_says_so(tmp_path, change, reason):
    said: list[str] = []
    notebook = workbook("try:\n    " + change.get("source", "pass") + "\nexcept ImportError:\n    pass\n7")
    done = run(notebook, engine="valuelab", folder=tmp_path, say=said.append, **change.get("options", {}))
    assert len(said) == 1
    assert reason in said[0]
    assert done.cells[-1].outputs[0]["data"]["text/plain"] == "7"


def test_a_notebook_finds_nothing_of_the_one_before(tmp_path):
    leave = ("import os, sys, builtins, pandas\nsecret = '-'.join(['kumquat', 'marmalade'])\nos.environ['SECRET'] = secret\nbuiltins.secret = secret\n"
             "pandas.secret = secret\nsys.modules['secret'] = secret\nos.chdir('/')\nimport numpy, random; random.seed(1); numpy.random.seed(1)")
    look = """import os, sys, builtins, pandas, re
wanted = re.compile(b'kumqua[t]-marmalad[e]')
maps = [line.split() for line in open('/proc/self/maps') if line.split()[1].startswith('rw') and '[v' not in line]
found = 0
with open('/proc/self/mem', 'rb') as memory:
    for where, *_ in maps:
        low, high = (int(end, 16) for end in where.split('-'))
        memory.seek(low)
        while low < high:
            piece = memory.read(min(1 << 22, high - low))
            found += len(wanted.findall(piece))
            low += len(piece)
[found, 'SECRET' in os.environ, hasattr(builtins, 'secret'), hasattr(pandas, 'secret'), 'secret' in sys.modules, os.getcwd()]"""
    chance = "import random, numpy; random.random(), numpy.random.random()"
    done = run(workbook(leave, look), engine="valuelab", folder=tmp_path)
    assert not done.cells[-1].outputs[0]["data"]["text/plain"].startswith("[0,"), "the look can find something"
    after = run(workbook(look, chance), engine="valuelab", folder=tmp_path)
    assert after.cells[-2].outputs[0]["data"]["text/plain"].replace("\n", "") == str([0, False, False, False, False, str(tmp_path)])
    again = run(workbook(look, chance), engine="valuelab", folder=tmp_path)
    assert after.cells[-1].outputs[0]["data"]["text/plain"] != again.cells[-1].outputs[0]["data"]["text/plain"], "forks draw alike"


def test_what_a_notebook_leaves_running_is_ended(tmp_path):
    leave = ("import subprocess, sys\nleft = [subprocess.Popen(['sleep', '987'], start_new_session=new).pid for new in (False, True)]\n"
             "subprocess.run(['sh', '-c', 'setsid sleep 987 & echo $! > daemon'], check=True)\n[*left, int(open('daemon').read())]")
    done = run(workbook(leave), engine="valuelab", folder=tmp_path)
    pids = [int(word) for word in done.cells[-1].outputs[0]["data"]["text/plain"].strip("[]").split(",")]
    assert len(pids) == 3
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


def test_two_hundred_runs_leave_no_process_no_descriptor_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = workbook("import tempfile; open(tempfile.mkstemp()[0], 'w').close()\nkept = tempfile.TemporaryDirectory()")
    notebook.cells = notebook.cells[1:2]  # the least there is
    run(notebook, engine="valuelab", folder=tmp_path)
    me = psutil.Process()
    before, children = me.num_fds(), {child.pid for child in me.children(recursive=True)}
    zygotes = [psutil.Process(pid) for pid in children]
    theirs = {z.pid: z.num_fds() for z in zygotes}
    for _ in range(200):
        run(notebook, engine="valuelab", folder=tmp_path)
    assert me.num_fds() == before
    assert {child.pid for child in me.children(recursive=True)} == children
    assert {z.pid: z.num_fds() for z in zygotes} == theirs
    assert list(tmp_path.iterdir()) == []
