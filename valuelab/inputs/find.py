"""Where a customer's files are. Light on purpose: whoever only looks for changed files imports nothing heavy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from valuelab.errors import InputError, Problem
from valuelab.inputs.sql_text import QueryName, files_in
from valuelab.inputs.yaml_text import Place, read_yaml_text

CUSTOMER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
SUFFIXES = (".yaml", ".yml")
BRAND = "brand.yaml"


def find_params(folder: str | Path) -> dict[str, Path]:
    """Customer ids and their params files: those in ``folder/params``, or in the folder itself.

    A file whose name is no id is listed all the same, so that loading it says what is wrong with it.
    """
    folder = Path(folder)
    inside = folder / "params"
    home = inside if inside.is_dir() else folder
    if not home.is_dir():
        return {}
    files = sorted(p for p in home.iterdir() if p.suffix in SUFFIXES and not p.name.startswith("."))
    return {path.stem: path for path in files}


def list_customers(start: str | Path = ".") -> tuple[str, ...]:
    """The ids of all customers in the nearest ``params`` folder, from here upwards."""
    for folder in _upwards(Path(start)):
        if (folder / "params").is_dir():
            return tuple(find_params(folder / "params"))
    return ()


def locate(customer: str | Path) -> Path:
    """The params file of an id or path.

    Raises
    ------
    InputError
        Where there is none, or the name is no customer id.
    """
    given = str(customer)
    if isinstance(customer, Path) or given.endswith(SUFFIXES):
        return _checked_path(Path(customer))
    if not CUSTOMER_ID.fullmatch(given):
        raise InputError(
            given[:60] or "customer",
            [
                Problem(
                    "customer",
                    f'"{given[:60]}" is not a customer id',
                    fix="An id has a-z, digits and hyphens; a path ends in .yaml.",
                )
            ],
        )
    for folder in _upwards(Path.cwd()):
        for suffix in SUFFIXES:
            path = folder / "params" / f"{given}{suffix}"
            if path.is_file():
                return path
    known = list_customers()
    near = difflib.get_close_matches(given, known, n=3) or list(known[:12])
    fix = f"Known: {', '.join(near)}." if near else "There is no `params` folder here or above."
    raise InputError(given, [Problem("customer", f"no params/{given}.yaml here or in a folder above", fix=fix)])


def _checked_path(path: Path) -> Path:
    name = path.stem
    if not CUSTOMER_ID.fullmatch(name):
        raise InputError(
            name[:60] or "customer",
            [
                Problem(
                    path.name[:100],
                    "the file's name is the customer's id, and this is none",
                    fix="Use the letters a-z, digits and hyphens: acme-retail.yaml.",
                )
            ],
        )
    if path.is_dir():
        raise InputError(name, [Problem(path.name, "is a folder, not a params file", fix="Name the file itself.")])
    if not path.is_file():
        raise InputError(
            name,
            [
                Problem(
                    path.name,
                    "there is no such params file",
                    fix="Check the path; it is relative to the working folder.",
                )
            ],
        )
    return path


def _upwards(start: Path) -> Iterator[Path]:
    start = start.resolve()
    yield start
    yield from start.parents


def brand_file(params: Path) -> Path | None:
    """``brand.yaml`` beside the params folder, which all customers share; None where there is none."""
    path = params.parent.resolve().parent / BRAND
    return path if path.is_file() else None


def data_places(values: dict[str, Any]) -> list[tuple[Place, str]]:
    """Every data file that a params text names, with the place where it is named, each file once."""
    places = [((*place, "data"), keys.get("data")) for place, keys in _sections_with_data(values)]
    seen: dict[str, Place] = {}
    for place, name in places:
        if isinstance(name, str) and name:
            seen.setdefault(name, place)
    return [(place, name) for name, place in seen.items()]


def queries_of(values: dict[str, Any]) -> list[QueryName]:
    """Every query that a params text names, each once."""
    found = []
    for _, keys in _sections_with_data(values):
        name, connection = keys.get("query"), keys.get("connection")
        if isinstance(name, str) and name:
            found.append(QueryName(name, connection if isinstance(connection, str) else ""))
    return list(dict.fromkeys(found))


def _sections_with_data(values: dict[str, Any]) -> list[tuple[Place, dict[str, Any]]]:
    """The whole, its sections that may name a file, the surveys and the indicators, where they are mappings."""
    places: list[tuple[Place, Any]] = [((), values)]
    places += [((section,), values.get(section)) for section in ("outcome", "cash_flow", "adoption", "renewals")]
    surveys = values.get("surveys")
    places += [(("surveys", name), keys) for name, keys in surveys.items()] if isinstance(surveys, dict) else []
    indicators = values.get("indicators")
    if isinstance(indicators, dict):
        entries = [(("indicators", name), keys) for name, keys in indicators.items()]
    else:
        entries = (
            [(("indicators", i), keys) for i, keys in enumerate(indicators)] if isinstance(indicators, list) else []
        )
    return [(place, keys) for place, keys in [*places, *entries] if isinstance(keys, dict)]


def input_files(params_path: str | Path) -> list[Path]:
    """The params file, every data file and query that it names, and the files that queries without a connection name.

    They may exist or not; nothing is loaded. For cache keys: the same bytes in these files give the same customer, but for
    rows that a connection brings (``named_inputs``).
    """
    return named_inputs(params_path)[0]


def named_inputs(params_path: str | Path) -> tuple[list[Path], list[QueryName]]:
    """``input_files``, and the queries whose rows come from a database: only asking it tells whether those have changed."""
    path = Path(params_path)
    text = read_yaml_text(path)
    names, queries = [name for _, name in data_places(text.values)], queries_of(text.values)
    for query in queries:
        names += [query.path, *([] if query.connection else _files_of(path.parent / query.path))]
    files = list(dict.fromkeys([path, *(path.parent / name for name in [*names, *_brand_names(path, text.values)] if "://" not in name)]))
    return files, [query for query in queries if query.connection]


def _brand_names(path: Path, values: dict[str, Any]) -> list[str]:
    """The shared brand's file and the logos, relative to the params file."""
    shared = brand_file(path)
    written = [("", values.get("brand"))]
    if shared is not None:
        written.append(("../", read_yaml_text(shared).values))
    logos = [f"{home}{keys['logo']}" for home, keys in written if isinstance(keys, dict) and isinstance(keys.get("logo"), str) and keys["logo"]]
    return [*([f"../{BRAND}"] if shared is not None else []), *logos]


def _files_of(query: Path) -> list[str]:
    try:
        return files_in(query.read_text(encoding="utf-8-sig")) if query.suffix.lower() == ".sql" else []
    except (OSError, ValueError):
        return []  # loading the customer will say why
