"""Whose report it is: colours that can be read, logos that are pictures, one file for all customers and the params over it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import valuelab as vl
from valuelab.errors import InputError
from valuelab.inputs.colours import BEHIND, contrast, parse_shape_colour, parse_text_colour
from valuelab.inputs.find import input_files
from valuelab.inputs.periods import Unreadable
from valuelab.run.cache import inputs_of

PARAMS = "customer: Acme\ncurrency: USD\nas_of: 2025-06\ndirect_benefit: {price: $100, volume: 1000, profit_per_unit: $30, options: {More: {price: +10%, volume: 0%}}}\n"


def picture(size=(900, 300), kind="PNG", **more) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (120, 20, 90)).save(made, kind, **more)
    return made.getvalue()


def project(folder: Path, *, params: str = "", brand: str = "", logo: bytes | None = None) -> Path:
    (folder / "params").mkdir()
    (folder / "data").mkdir()
    (folder / "params" / "acme.yaml").write_text(PARAMS + params, encoding="utf-8")
    if brand:
        (folder / "brand.yaml").write_text(brand, encoding="utf-8")
    if logo is not None:
        (folder / "data" / "logo.png").write_bytes(logo)
    return folder / "params" / "acme.yaml"


def size_of(address: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).size


def test_without_a_word_there_is_no_brand(tmp_path):
    assert vl.load_customer(project(tmp_path)).brand is None


def test_params_win_over_the_shared_file_key_by_key(tmp_path):
    path = project(tmp_path, brand='supplier: Shared\nlogo: data/logo.png\ncolour: "#0b4f7d"\n', params="brand: {supplier: Own}\n", logo=picture())
    brand = vl.load_customer(path).brand
    assert (brand.supplier, brand.colour, brand.second_colour) == ("Own", "#0b4f7d", "")
    assert size_of(brand.logo) == (288, 96)
    assert [p.name for p in input_files(path)] == ["acme.yaml", "brand.yaml", "logo.png"]


def test_a_changed_logo_or_brand_makes_reports_anew(tmp_path):
    path = project(tmp_path, brand="logo: data/logo.png\n", logo=picture())
    before = inputs_of(path)
    assert set(before) == {"acme.yaml", "../brand.yaml", "../data/logo.png"}
    (tmp_path / "data" / "logo.png").write_bytes(picture((90, 30)))
    assert inputs_of(path) != before


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_read_by_what_it_is_and_loses_all_that_is_no_picture(tmp_path, kind):
    more = {"comment": b"secret place"} if kind in ("JPEG", "GIF") else {}
    brand = vl.load_customer(project(tmp_path, params="brand: {logo: ../data/logo.png}\n", logo=picture(kind=kind, **more))).brand
    assert brand.logo.startswith("data:image/png;base64,")
    assert b"secret" not in base64.b64decode(brand.logo.partition(",")[2])


@pytest.mark.parametrize(("brand", "logo", "said"), [
    ("{logo: ../data/logo.png}", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG is not taken"),
    ("{logo: ../data/logo.png}", b"", "no PNG, JPEG, GIF or WebP"),
    ("{logo: ../data/logo.png}", picture()[:80], "no PNG, JPEG, GIF or WebP"),
    ("{logo: ../data/logo.png}", picture((6000, 6000)), "6,000 × 6,000 dots"),
    ("{logo: ../data/none.png}", None, "no file"),
    ("{logo: ../../../etc/passwd}", None, "not in the project folder"),
    ("{logo: 'https://example.org/logo.png'}", None, "an address"),
    ("{colour: blue}", None, "is not a colour"),
    ('{colour: "#ffcc00"}', None, "contrast of 1."),
    ('{colour: "#0b4f7d; } body { display: none"}', None, "is not a colour"),
    ("{color: 1}", None, "not a key"),
])
def test_what_cannot_be_is_told_with_its_place(tmp_path, brand, logo, said):
    with pytest.raises(InputError) as error:
        vl.load_customer(project(tmp_path, params=f"brand: {brand}\n", logo=logo))
    assert said in str(error.value) and "acme.yaml, line 5 (brand" in str(error.value)


def test_a_mistake_in_the_shared_file_names_that_file_and_stands_beside_others(tmp_path):
    with pytest.raises(InputError) as error:
        vl.load_customer(project(tmp_path, brand='supplier: A\ncolour: "#ffffff"\nfont: x\n', params="strategy: fast\n"))
    said = str(error.value)
    assert "3 problems" in said and "brand.yaml, line 2 (brand.colour)" in said and "brand.yaml, line 3 (brand.font)" in said and "strategy" in said


@given(st.integers(0, 0xFFFFFF))
def test_the_colour_that_is_offered_would_be_taken(number):
    for parse in (parse_text_colour, parse_shape_colour):
        try:
            parse(f"#{number:06x}")
        except Unreadable as reason:
            offered = reason.fix.split('"')[1]
            assert parse(offered) == offered


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.592, abs=1e-3)
    assert all(contrast(parse_text_colour("#0b4f7d"), behind) >= 4.5 for behind in BEHIND)
