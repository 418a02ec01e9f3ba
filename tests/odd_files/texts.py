"""Files of text: delimiters, encodings, ragged and repeated lines, other formats under a wrong name."""

from __future__ import annotations

from tests.odd_files.case import Case
from tests.odd_files.make import HALF_YEAR, HEAD, bomb, book, long, rows_of, wide, zipped

PLAIN = long()
ROWS = long(head=False)
LINES = PLAIN.splitlines(keepends=True)
NAMED = "{name: %s, total_by: sum}"


def named(name: str, case: str, written: str = "", **more) -> Case:
    """A metric with an odd name; ``written`` as the file has it."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return Case(case, long(name=written or name), outcome=NAMED % quoted, measure=name, **more)


TEXTS = (
    Case("comma", PLAIN),
    Case("semicolon", long(sep=";")),
    Case("tab", long(sep="\t")),
    Case("tab-as-tsv", long(sep="\t"), ".tsv"),
    Case("pipe", long(sep="|")),
    Case("delimiter-said-by-excel", "sep=;\n" + long(sep=";")),
    Case(
        "semicolons-and-many-commas",
        wide({"Clients": HALF_YEAR, "Why, when, who": dict.fromkeys(HALF_YEAR, '"a, b, c"')}, sep=";"),
        notes={"metrics that the params do not name": 1},
    ),
    Case("everything-quoted", "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines())),
    Case("utf-8-with-mark", b"\xef\xbb\xbf" + PLAIN.encode()),
    Case("utf-16-little", PLAIN.encode("utf-16")),
    Case("utf-16-big", b"\xfe\xff" + PLAIN.encode("utf-16-be")),
    Case("utf-16-without-mark", PLAIN.encode("utf-16-le"), notes={"read as UTF-16": 1}),
    Case("latin-1", long(name="Clientèle").encode("latin-1"), outcome=NAMED % "Clientèle", measure="Clientèle", notes={"Windows-1252": 1}),
    Case(
        "windows-1252",
        long(name="Clients – “new”").encode("cp1252"),
        outcome=NAMED % '"Clients – “new”"',
        measure="Clients – “new”",
        notes={"Windows-1252": 1},
    ),
    Case("lines-end-as-in-windows", PLAIN.replace("\n", "\r\n")),
    Case("lines-end-as-on-old-macs", PLAIN.replace("\n", "\r")),
    Case("no-line-end-at-the-end", PLAIN.rstrip("\n")),
    Case("blank-lines-everywhere", "\n\n" + PLAIN.replace("\n", "\n\n") + ",,\n ,\t, \n\n"),
    Case("blanks-around-cells", PLAIN.replace(",", "  ,  ")),
    Case("comment-lines", "# exported 2024-07-01\n# by CRM\n" + LINES[0] + "# first half\n" + ROWS + "# end\n", notes={"comment lines": 4}),
    Case(
        "titles-above-notes-below",
        "KPI report\nHarbour Care\n" + PLAIN + "Note: provisional\nSource: CRM\n",
        notes={"title rows": 2, "note rows": 2},
    ),
    Case("total-row", PLAIN + "Total,Clients,11175\n", notes={"total rows": 1}),
    Case("grand-total-row", PLAIN + "Grand total,,11175\n", notes={"total rows": 1}),
    Case("total-row-of-a-wide-table", wide({"Clients": HALF_YEAR}) + "Sum,11175\nAverage,1862.5\n", notes={"total rows": 2}),
    Case("header-again-in-the-middle", "".join(LINES[:4]) + LINES[0] + "".join(LINES[4:]), notes={"header repeated": 1}),
    Case(
        "header-of-a-wide-table-again",
        wide({"Clients": HALF_YEAR}).replace("2024-04", "Month,Clients\n2024-04"),
        notes={"header repeated": 1},
    ),
    Case("header-only", HEAD, error="there is a header and nothing below it"),
    Case("nothing-but-commas", ",,,\n,,,\n", error="the file has no filled line"),
    Case("nothing-but-comments", "# Clients\n# 2024-01\n", error="the file has no filled line"),
    Case("nothing-that-is-seen", "\u200b\n\ufeff,\u200b\n", error="the file has no filled line"),
    Case("lines-that-look-blank", PLAIN.replace("\n2024-03", "\n\u200b\n2024-03"), notes={"invisible": 1}),
    Case("delimiter-that-is-a-quote", 'sep="\n' + PLAIN, notes={"title rows": 1}),
    Case("values-called-score", PLAIN.replace("value", "Score")),
    Case("two-columns-that-may-be-values", "date,metric,score,average\n2024-01,Clients,5,6\n", error="the column value is missing"),
    Case("one-column", "Clients\n1800\n1850\n", error="no header is understood"),
    Case("figures-without-a-header", ROWS, error="no header is understood"),
    Case("column-missing", PLAIN.replace("value", "amout"), error=("the column value is missing", "amout")),
    Case("column-twice", "Month,Clients,Clients\n2024-01,5,6\n", error='the column "clients" is here twice'),
    Case("column-without-a-name", "Month,Clients,\n2024-01,5,6\n", error="a column with values has no name"),
    Case("empty-columns", "Month,,Clients,,\n" + "".join(f"{m},,{v},,\n" for m, v in HALF_YEAR.items())),
    Case(
        "cells-lacking-at-line-ends",
        "Month,Clients,Score\n2024-01,1800,5\n2024-02,1850\n2024-03\n2024-04,1825,7\n",
        months={"2024-01": 1800, "2024-02": 1850, "2024-03": None, "2024-04": 1825},
        notes={
            "values not known": 1,
            "missing months: 2024-03": 1,
            "metrics that the params do not name": 1,
            "rows shorter than the header": 2,
        },
    ),
    Case("commas-at-line-ends", PLAIN.replace("\n", ",,\n")),
    Case("figures-split-by-their-comma", PLAIN.replace("1800", "1,800"), error=("row 2", "splits it in two")),
    Case("all-figures-split-by-their-comma", long({m: f"{v:,}" for m, v in HALF_YEAR.items()}), error="splits it in two"),
    Case("quote-never-closed", PLAIN.replace("1850", '"1850'), error="quote"),
    Case("nul-bytes", PLAIN.replace("1850", "18\x0050"), error=("row 3", "control character")),
    Case("cell-of-a-megabyte", PLAIN.replace("1850", "1" * 2**20), error=("row 3", "longer than")),
    Case("name-of-a-megabyte", PLAIN + f'2024-06,"{"x" * 2**20}",5\n', error=("row 8", "longer than")),
    Case("line-of-thousands-of-cells", PLAIN + "2024-07,Clients," + "1," * 20_000 + "\n", error="splits it in two"),
    Case("pdf-as-csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", error="is a PDF"),
    Case("numbers-as-csv", zipped({"Index/Document.iwa": b"\x00\x01", "preview.jpg": b"\xff\xd8"}), error="Apple Numbers"),
    Case("archive-as-csv", zipped({"kpis.csv": PLAIN.encode()}), error="a zip archive"),
    Case("web-page-as-csv", "<!DOCTYPE html>\n<html><body><table><tr><td>Month</td></tr></table></body></html>\n", error="is a web page"),
    Case("web-page-as-xls", "<html><body><table><tr><td>Month</td></tr></table></body></html>\n", ".xls", error="is a web page"),
    Case("json-as-csv", '[{"date": "2024-01", "metric": "Clients", "value": 1800}]', error="is JSON"),
    Case("workbook-as-csv", book({"Data": rows_of()})),
    Case("csv-as-workbook", PLAIN, ".xlsx", error=("is not a workbook", "rename it to .csv")),
    Case(
        "old-workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\x00" * 600,
        ".xls",
        error=("older", ".xlsx"),
    ),
    Case(
        "workbook-with-a-password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
        ".xlsx",
        error="protected by a password",
    ),
    Case("zip-bomb", bomb, ".xlsx", error="unpacks to more than"),
    Case("picture-as-csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", error="control character"),
    named("Clients, new and old", "name-with-a-comma", '"Clients, new and old"'),
    named("Clients  serviced", "name-with-blanks", "  clients serviced "),
    named('The "real" clients', "name-with-quotes", '"The ""real"" clients"'),
    named("<script>alert(1)</script>", "name-with-a-script"),
    named("=cmd|' /C calc'!A0", "name-with-a-formula"),
    named("顧客数", "name-in-japanese"),
    named("عدد العملاء", "name-right-to-left"),
    named("Clients 🚀", "name-with-a-picture"),
    named("Clients", "name-with-hidden-blanks", "\u200bClients\u00a0", notes={"invisible": 6}),
)
