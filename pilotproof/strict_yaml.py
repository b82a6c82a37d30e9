"""Read a YAML file into a closed model: duplicate and unknown keys refused, every problem reported at once."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pilotproof.errors import ParamsError, Problem

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]
MOST_BYTES = 2**20  # of a file of YAML; the demo's has 20,000
MOST_DEPTH = 20  # groups one inside the other; the params have six

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
    """Safe YAML, and less of it: no aliases (a few lines can expand to gigabytes), no tags, no depth, no repeated keys."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            _refuse("aliases (*name) are not read here; write the value out", event)
        if getattr(event, "tag", None) is not None:
            _refuse("tags (!!name) are not read here; write the plain value", event)
        if self._depth == MOST_DEPTH:
            _refuse(f"more than {MOST_DEPTH} groups one inside the other", event)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                _refuse("a list or a group where a key should be", key_node)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                _refuse(f"the key '{key}' is written twice; keep one", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _refuse(problem: str, place: yaml.Event | yaml.Node) -> NoReturn:
    raise yaml.constructor.ConstructorError(None, None, problem, place.start_mark)


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
    try:
        loader = _Loader(text)  # looks at the text already
        tree = loader.get_single_node()
        raw = loader.construct_document(tree) if tree is not None else {}
    except (yaml.YAMLError, ValueError) as error:
        raise ParamsError([_syntax_problem(error, shown_as)]) from error
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = _lines(tree) if tree is not None else {}
        raise ParamsError(_problem(detail, model, lines, shown_as) for detail in _without_echoes(error.errors())) from error


def _text(path: Path, shown_as: str) -> str:
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            found, expected = f"{size:,} bytes", f"at most {MOST_BYTES:,}"
            raise ParamsError([Problem(file=shown_as, found=found, expected=expected, action="Is this the right file?")])
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
