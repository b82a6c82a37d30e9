"""Add entries to source.yaml, keeping what a person wrote there: comments, order, spelling."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pilotproof.files import write_text
from pilotproof.sources.passport import Passport, Passports


class _Dumper(yaml.SafeDumper):
    """Writes a value out each time it occurs: aliases are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def with_entries(path: Path, existing: Passports, added: Sequence[Passport]) -> None:
    """Write source.yaml at `path` with `added` behind the entries it has. It appears whole or not at all.

    The text that is there stays as it is, letter by letter, unless its form (a list in one line, say) leaves no place for an
    entry: then the file is written anew from `existing`.
    """
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    entries = [_plain(passport) for passport in added]
    wanted = [*(_plain(passport) for passport in existing.files), *entries]
    text = _appended(before, entries)
    if text is None or _entries_of(text) != wanted:
        text = _dumped({"files": wanted})
    write_text(path, text)


def _appended(before: str, entries: list[dict[str, Any]]) -> str | None:
    """The text with the entries at its end, indented as those that are there; None when that cannot be done."""
    root = yaml.compose(before, Loader=yaml.SafeLoader)
    nodes = [value for key, value in root.value if key.value == "files"] if isinstance(root, yaml.MappingNode) else []
    if not nodes or not isinstance(nodes[0], yaml.SequenceNode) or nodes[0].flow_style or not nodes[0].value:
        return None
    indent = " " * nodes[0].start_mark.column
    lines = "".join(f"{indent}{line}\n" for line in _dumped(entries).splitlines())
    return before + ("" if before.endswith("\n") else "\n") + lines


def _entries_of(text: str) -> list[dict[str, Any]] | None:
    try:
        return [_plain(passport) for passport in Passports.model_validate(yaml.safe_load(text)).files]
    except (yaml.YAMLError, ValueError):
        return None


def _plain(passport: Passport) -> dict[str, Any]:
    return passport.model_dump(exclude_none=True)


def _dumped(content: Any) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=200, default_flow_style=False)
