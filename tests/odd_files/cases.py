"""The corpus of broken and odd files, with what is right for each."""

from __future__ import annotations

from tests.odd_files.books import BOOKS
from tests.odd_files.columns import COLUMNS
from tests.odd_files.records import RECORDS
from tests.odd_files.texts import TEXTS

CASES = (*TEXTS, *COLUMNS, *BOOKS, *RECORDS)
