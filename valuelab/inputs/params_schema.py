"""The JSON Schema of params files, for editors: what people may write, short forms and figures as text included.

It says less than reading does: whether a month exists, or a margin fits its basis, only ``valuelab check`` can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic_core import PydanticUndefined

from valuelab.inputs import schema as written
from valuelab.inputs import sections, table_keys
from valuelab.inputs.figures import Figure, parse_change, parse_fraction
from valuelab.inputs.key_words import words_for
from valuelab.inputs.periods import (
    parse_day,
    parse_fiscal_start,
    parse_lag,
    parse_month,
    parse_month_range,
    parse_period,
    parse_scale,
)
from valuelab.inputs.sections import Section, known_keys

Json = dict[str, Any]
_MONTH = r"(\d{4}[-/]\d{1,2}([-/]\d{1,2})?|[A-Za-z]{3,9}\.?[ -]\d{4})"
_TEXT: Json = {"type": ["string", "number"], "minLength": 1, "maxLength": sections.MAX_NAME}
_FIGURE: Json = {"type": ["string", "number"], "pattern": r"\d"}
_DATE: Json = {"type": "string", "pattern": rf"^\s*{_MONTH}\s*$"}
_LINE: Json = {"type": "string", "pattern": r"\S\s+[Bb][Yy]\s+\S"}
_ANY_NOTE: Json = {"type": ["string", "number", "boolean"]}
_READERS: dict[Any, Json] = {
    sections._name: _TEXT, sections._day_text: _DATE, parse_month: _DATE, parse_period: _DATE, parse_day: _DATE,
    parse_fraction: _FIGURE, parse_change: _FIGURE,
    parse_month_range: {"type": "string", "pattern": rf"^\s*{_MONTH}(\s*(\.\.+|to|-|–)\s*{_MONTH})?\s*$"},
    parse_lag: {"type": ["string", "number"], "pattern": r"^\s*\d{1,3}\s*([Mm]onths?|[Qq]uarters?|[Yy]ears?)?\s*$"},
    parse_scale: {"type": "string", "pattern": r"^\s*[-−–]?\d+(\.\d+)?\s*(-|–|to|\.\.+|,)\s*[-−–]?\d+(\.\d+)?\s*$"},
    parse_fiscal_start: {"type": ["string", "integer"], "minimum": 1, "maximum": 12},
    sections.currency_code: {"type": "string", "pattern": "^[A-Za-z]{3}$"},
    sections._variable_name: {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,99}$"},
    sections._yes_or_no: {"enum": [True, False, "true", "false", "yes", "no"]},
}


def params_schema() -> Json:
    """JSON Schema (draft 2020-12) of a whole params file, with a description and an example of each key.

    Examples
    --------
    >>> schema = params_schema()
    >>> schema["properties"]["currency"]["description"].split(",")[0]
    'Currency of all amounts'
    >>> schema["required"]
    ['customer', 'currency']
    """
    definitions: Json = {}
    body = _section(written.Params, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "valuelab params",
        "description": "One customer: what is wanted, what is measured, what was agreed. Figures are written as people do: 5%, $375, 26,000.",
        **body, "anyOf": [{"required": [key]} for key in ("outcome", "cash_flow", "direct_benefit", "benefits")],
        "$defs": dict(sorted(definitions.items())),
    }


def _section(section: type[Section], definitions: Json) -> Json:
    """A mapping with known keys; a key with nothing behind it counts as not written."""
    fields = {info.alias or name: info for name, info in section.model_fields.items()}
    properties, required = {}, []
    for key in known_keys(section):
        info = fields[key]
        json = _of(info.annotation, list(info.metadata), definitions)
        if info.is_required():
            required.append(key)
        else:
            json = {"anyOf": [json, {"type": "null"}]}
        meaning, example = words_for(section, key)
        json = {"description": meaning, "examples": [example], **json}
        if (default := _default(info)) is not None:
            json["default"] = default
        properties[key] = json
    return {"type": "object", "properties": properties, **({"required": required} if required else {}), "additionalProperties": False}


def _default(info: Any) -> Any:
    value = info.default
    if value is PydanticUndefined or value is None or value == "" or value in ([], {}, ()):
        return None
    return value.text if isinstance(value, Figure) else value


def _of(kind: Any, metadata: list[Any], definitions: Json) -> Json:
    """What may be written for a type; how its text is read says more than what is made of it."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        return _of(inner, [*more, *metadata], definitions)
    if get_origin(kind) in (Union, UnionType) and not _function(metadata):
        parts = [part for part in get_args(kind) if part is not type(None)]
        return _of(parts[0], [], definitions) if len(parts) == 1 else {"anyOf": [_of(part, [], definitions) for part in parts]}
    function = _function(metadata)
    if function in _READERS:
        return _READERS[function]
    if function is written._plan:
        steps = {"type": "object", "propertyNames": _DATE, "additionalProperties": _FIGURE, "minProperties": 1}
        return {"anyOf": [{"enum": ["linear", "saturating", "ramp"]}, steps]}
    if function is table_keys._changes:
        return {"type": "object", "propertyNames": _DATE, "additionalProperties": _FIGURE, "minProperties": 1}
    if function is written._indicators:
        measure = _of(written.MeasureText, [], definitions)
        by_name = {"type": "object", "additionalProperties": {"anyOf": [measure, {"type": "null"}]}}
        return {"anyOf": [by_name, {"type": "array", "items": {"anyOf": [_TEXT, {"allOf": [measure, {"required": ["name"]}]}]}}, _TEXT]}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is list:
        item = _of(get_args(kind)[0], [], definitions)
        many: Json = {"type": "array", "items": item}
        return {"anyOf": [item, many]} if function in (written._as_list, sections.as_words) else many
    if get_origin(kind) is dict:
        key, value = (_of(part, [], definitions) for part in get_args(kind))
        names = {"propertyNames": {"pattern": key["pattern"]}} if "pattern" in key else {}
        return {"type": "object", **names, "additionalProperties": value}
    if isinstance(kind, type) and issubclass(kind, Section):
        return _defined(kind, definitions)
    return _FIGURE if kind is Figure else _ANY_NOTE


def _defined(section: type[Section], definitions: Json) -> Json:
    name = section.__name__.removesuffix("Text").removesuffix("Line")
    if name not in definitions:
        definitions[name] = {}  # keeps its place while its parts are made
        body = _section(section, definitions)
        if issubclass(section, sections.TargetLine):
            body["properties"]["value"] = {**body["properties"]["value"], **_TEXT}
            definitions[name] = {"anyOf": [_LINE, body]}
        elif section.SHORT:
            short = body["properties"][section.SHORT]
            definitions[name] = {"anyOf": [{k: v for k, v in short.items() if k not in ("description", "examples")}, body]}
        else:
            definitions[name] = body
    return {"$ref": f"#/$defs/{name}"}


def _function(metadata: list[Any]) -> Callable[..., Any] | None:
    """What reads the text: the parser inside ``reader``, or the function itself."""
    found = next((m.func for m in metadata if isinstance(m, BeforeValidator)), None)
    return getattr(found, "parses", found)
