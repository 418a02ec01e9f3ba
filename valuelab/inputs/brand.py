"""Whose report it is: supplier, logo and two colours, from ``brand.yaml`` beside the params folder and from the params, which win."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from valuelab.inputs.find import brand_file
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import problems_in_words
from valuelab.inputs.schema import BrandText
from valuelab.inputs.sources import Sources
from valuelab.inputs.yaml_text import YamlText, read_yaml_text
from valuelab.types import Brand

LARGEST_FILE, MOST_PIXELS = 2 * 2**20, 20_000_000
HEIGHT, WIDTH = 96, 480  # of the logo on the page, two dots a pixel
LARGEST_LOGO = 80_000  # bytes in every page


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    brand: BrandText


def read_brand(given: BrandText | None, text: YamlText, sources: Sources, findings: Findings) -> Brand | None:
    """The brand of a customer's reports; None where neither file says anything of it. Problems of both files go to ``findings``."""
    shared, place = _shared(sources.params_path, findings)
    if given is None and shared is None:
        return None
    keys = {}
    for name in ("supplier", "colour", "second_colour"):
        keys[name] = getattr(given, name, None) or getattr(shared, name, None) or ""
    logo = ""
    if given is not None and given.logo:
        logo = _logo(given.logo, text.where(("brand", "logo")), sources, findings)
    elif shared is not None and shared.logo:
        logo = _logo(f"../{shared.logo}", place, sources, findings)
    return Brand(**keys, logo=logo)


def _shared(params_path: Path, findings: Findings) -> tuple[BrandText | None, str]:
    path = brand_file(params_path)
    if path is None:
        return None, ""
    text = read_yaml_text(path)
    findings.problems.extend(text.problems)
    inside = YamlText(text.name, {"brand": text.values}, {("brand", *place): line for place, line in text.lines.items()})
    try:
        return (_File.model_validate(inside.values).brand if text.values else None), inside.where(("brand", "logo"))
    except ValidationError as error:
        findings.problems.extend(problems_in_words(error, inside))
        return None, ""


def _logo(name: str, where: str, sources: Sources, findings: Findings) -> str:
    """The picture as a data address: read by what it is, not by its name; made small, and stripped of all that is no picture."""
    content = sources.content_of(name, where, example="../data/logo.png", most=LARGEST_FILE)
    if content is None:
        return ""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP"))
            if picture.width * picture.height > MOST_PIXELS:
                findings.refuse(where, f"the logo has {picture.width:,} × {picture.height:,} dots", fix=f"{WIDTH} × {HEIGHT} are enough.")
                return ""
            picture = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        findings.refuse(where, "the logo is no PNG, JPEG, GIF or WebP picture that can be read", fix="Save it as PNG. SVG is not taken: it may hold scripts.")
        return ""
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    if made.tell() > LARGEST_LOGO:
        made = io.BytesIO()
        picture.quantize(256).save(made, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()
