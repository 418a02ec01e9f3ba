"""Object storage, read: addresses of folders on it, and params with the data files that they name brought to a folder of this machine.

Readers, DuckDB and notebooks want files; so what a customer's params name is fetched, and nothing else. Credentials come from the
environment, as the store's own library finds them: an address that carries any is refused without being repeated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from valuelab.errors import InputError, ValuelabError
from valuelab.inputs.find import BRAND, SUFFIXES, input_files

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[^/\\@?#\s]+)+")


class WrongAddress(ValuelabError):
    """No address of a folder on object storage, or one that cannot be used here."""


def is_address(text: object) -> bool:
    """True for what names no folder of this machine.

    Examples
    --------
    >>> is_address("s3://reports/params"), is_address("../params")
    (True, False)
    """
    return isinstance(text, str) and "://" in text


def checked_address(text: str) -> str:
    """An address of a folder without a slash at its end.

    Raises
    ------
    WrongAddress
        For another kind of storage, and for what no folder is named: a question mark or an @ would carry secrets into logs.

    Examples
    --------
    >>> checked_address("s3://reports/customers/")
    's3://reports/customers'
    """
    address = text.rstrip("/")
    if _ADDRESS.fullmatch(address) and not {".", ".."} & set(address.split("/")):
        return address
    raise WrongAddress("an address on object storage is s3://bucket/folder, without user, password, key or query: credentials belong in the environment.")


def filesystem() -> AbstractFileSystem:
    """The object storage that the environment describes (``AWS_…`` variables, or the machine's role).

    Raises
    ------
    WrongAddress
        Where its library is not installed.
    """
    try:
        import fsspec

        return fsspec.filesystem("s3", use_listings_cache=False)
    except ImportError:
        raise WrongAddress("object storage needs a further package: pip install 'valuelab[s3]'") from None


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns whatever a storage library raises into an OSError with one line."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno or 5, f"object storage: {_line(error)}") from None
    except ValuelabError:
        raise
    except Exception as error:
        raise OSError(5, f"object storage: {_line(error)}") from None


def _line(error: Exception) -> str:
    said = " ".join((getattr(error, "strerror", None) or str(error)).split()).removeprefix("object storage: ")
    return said[:200] or type(error).__name__


def fetch_params(address: str, folder: Path) -> Path:
    """Bring the params files at ``address`` to ``folder``; the local params folder.

    ``folder`` stands for what is one above ``address``, so that ``../data/acme/kpis.csv`` is found where it is on the storage.

    Raises
    ------
    OSError
        Where the storage cannot be read.
    """
    params = folder / address.rsplit("/", 1)[-1]
    params.mkdir(parents=True, exist_ok=True)
    store = filesystem()
    with told_plainly():
        names = [path.rsplit("/", 1)[-1] for path in store.ls(address, detail=False)]
    wanted = [name for name in names if name.endswith(SUFFIXES) and not name.startswith(".")]
    _get([f"{address}/{name}" for name in wanted], [params / name for name in wanted])
    _get([f"{address.rsplit('/', 1)[0]}/{BRAND}"], [folder / BRAND])
    return params


def fetch_data(address: str, files: Sequence[Path]) -> None:
    """Bring the data files and queries that these params files (``fetch_params``) name. What is not there stays missing: loading says so.

    Raises
    ------
    OSError
        Where the storage cannot be read.
    """
    if not files:
        return
    here = files[0].parent
    top, root = here.parent, address.rsplit("/", 1)[0]
    asked: set[Path] = set()
    while True:  # a query that was fetched names further files
        wanted = {local for path in files for local in _named(path)} - asked
        wanted = {local for local in wanted if local.is_relative_to(top) and not local.exists()}
        if not wanted:
            return
        asked |= wanted
        ordered = sorted(wanted)
        _get([f"{root}/{local.relative_to(top).as_posix()}" for local in ordered], ordered)


def _named(params: Path) -> list[Path]:
    try:
        return [Path(os.path.normpath(file)) for file in input_files(params)]
    except (InputError, OSError):
        return []  # loading the customer will say why


def _get(remote: Sequence[str], local: Sequence[Path]) -> None:
    """Many files at once; those that are not there are passed over."""
    if not remote:
        return
    store = filesystem()
    for folder in {path.parent for path in local}:
        folder.mkdir(parents=True, exist_ok=True)
    with told_plainly():
        try:
            store.get(list(remote), [str(path) for path in local])
        except FileNotFoundError:  # one by one, then
            for source, target in zip(remote, local, strict=True):
                try:
                    store.get_file(source, str(target))
                except FileNotFoundError:
                    target.unlink(missing_ok=True)
