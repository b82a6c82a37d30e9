"""Read a YAML file into a closed model: duplicate and unknown keys refused, every problem reported at once."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pilotproof.errors import ParamsError, Problem

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]

EXPECTED = {
    "date_from_datetime_parsing": "a date such as 2026-09-14",
    "date_parsing": "a date such as 2026-09-14",
    "date_type": "a date such as 2026-09-14",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "too_short": "at least one entry",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
}


class Closed(BaseModel):
    """Base of every model of an input file: no unknown keys, no change after loading, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, str_strip_whitespace=True)


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (a few lines can expand to gigabytes) and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "aliases (*name) are not read here; write the value out", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' is written twice; keep one", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# Only true and false are truth values (YAML 1.2): in YAML 1.1 the codes on and off, and the answer No, would be some too.
BOOL = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read(path: Path, model: type[Model], *, shown_as: str) -> Model:
    """Return the file at `path` as a `model`.

    shown_as : the path as a user would type it, for messages
    Raises ParamsError with every problem in the file.
    """
    text = _text(path, shown_as)
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        raw = loader.construct_document(tree) if tree is not None else {}
    except (yaml.YAMLError, ValueError) as error:
        raise ParamsError([_syntax_problem(error, shown_as)]) from error
    finally:
        loader.dispose()
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = _lines(tree) if tree is not None else {}
        raise ParamsError(_problem(detail, model, lines, shown_as) for detail in _without_echoes(error.errors())) from error


def _text(path: Path, shown_as: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problem = Problem(file=shown_as, found="no such file", expected="a YAML file", action="Create it.")
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(file=shown_as, found=str(error), expected="a readable UTF-8 text file", action="Save it as UTF-8.")
    raise ParamsError([problem])


def _syntax_problem(error: yaml.YAMLError | ValueError, shown_as: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    return Problem(
        file=shown_as,
        row=mark.line + 1 if mark else None,
        found=getattr(error, "problem", None) or str(error),
        expected="YAML: `key: value`, indented with spaces",
        action="Mend this line.",
    )


def _lines(node: yaml.Node, location: Location = ()) -> dict[Location, int]:
    """The line of every key, so that a message can point at it."""
    lines = {location: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines |= _lines(value, (*location, key.value))
            lines[(*location, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            lines |= _lines(value, (*location, position))
    return lines


def lines_of(text: str, location: Location) -> tuple[int, int]:
    """The first and the last line, from 1, of the key at `location` with its value. Raises KeyError when it is not there."""
    node = yaml.compose(text, Loader=_Loader)
    first = 1
    for part in location:
        key, node = next(((key, value) for key, value in node.value if key.value == part), (None, None))
        if key is None or node is None:
            raise KeyError(part)
        first = key.start_mark.line + 1
    return first, max(first, node.end_mark.line + (node.end_mark.column > 0))


def _without_echoes(details: list[Any]) -> list[Any]:
    """Drop "the list is too short" where its own entries were already reported."""
    locations = [detail["loc"] for detail in details]

    def is_echo(detail: Any) -> bool:
        here = detail["loc"]
        return detail["type"] == "too_short" and any(loc[: len(here)] == here and len(loc) > len(here) for loc in locations)

    return [detail for detail in details if not is_echo(detail)]


def _problem(detail: Any, model: type[BaseModel], lines: dict[Location, int], shown_as: str) -> Problem:
    location: Location = detail["loc"]
    known = next((location[:n] for n in range(len(location), -1, -1) if location[:n] in lines), ())
    place = {
        "file": shown_as,
        "row": lines.get(known) if known else None,
        "column": ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or None,
    }
    if detail["type"] == "extra_forbidden":
        return Problem(**place, found="an unknown key", **_unknown_key(location, model))
    if detail["type"] == "missing":
        return Problem(**place, found="nothing", expected="this key", action="Add it; params/nearpod.yaml explains it.")
    expected = EXPECTED.get(detail["type"]) or _own_words(detail)
    return Problem(**place, found=_plain(detail["input"]), expected=expected, action="Correct it.")


def _own_words(detail: Any) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "literal_error":
        return f"one of {context['expected']}"
    if detail["type"] == "value_error":
        return str(context["error"])
    return detail["msg"].replace("Input should be", "").strip()


def _plain(value: Any) -> str:
    """The value as a message can show it: short, and without Python's brackets around a whole group."""
    if isinstance(value, dict | list | tuple):
        return "these entries"
    text = repr(value)
    return f"{text[:57]}...'" if len(text) > 60 else text


def _unknown_key(location: Location, model: type[BaseModel]) -> dict[str, str]:
    allowed = _keys_at(location[:-1], model)
    near = difflib.get_close_matches(str(location[-1]), allowed, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else "Remove it."
    return {"expected": f"one of {', '.join(sorted(allowed))}" if allowed else "no such key", "action": hint}


def _keys_at(location: Location, model: type[BaseModel]) -> list[str]:
    """The keys that the model at `location` knows; empty when it cannot be followed (unions)."""
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        field = getattr(current, "model_fields", {}).get(part)
        if field is None:
            return []
        current = _inner_model(field.annotation)
    return list(getattr(current, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:
    """The model inside Optional[...] or tuple[..., ...]."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = (_inner_model(argument) for argument in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)
