"""Every figure and table is named by the text that it stands beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

FLOAT = re.compile(r"\{#((?:fig|tbl)-[\w-]+)")
PROSE = re.compile(r"[^\s#|:!<>`-]")  # neither a heading, table, caption, fence, picture, list nor code
FEWEST_IN_A_RANGE = 3


def with_mentions(text: str) -> str:
    """The document, in which the paragraph above a section's figures and tables names those that nothing else names.

    A section whose figures and tables follow its heading at once stays as it is: the heading names them.
    """
    return "".join(_section(part, text) for part in re.split(r"(?m)^(?=#{1,6} )", text))


def _section(section: str, document: str) -> str:
    names = FLOAT.findall(section)
    unnamed = [name for name in names if not re.search(rf"@{re.escape(name)}(?![\w-])", document)]
    place = _end_of_last_paragraph(section)
    if not unnamed or place is None:
        return section
    return f"{section[:place]} See {_listed(list(_in_runs(unnamed, names)))}.{section[place:]}"


def _end_of_last_paragraph(section: str) -> int | None:
    """Where the last whole sentence of plain text ends that stands above the first figure or table; None without one."""
    place, depth, found = 0, 0, None
    for paragraph in re.split(r"(\n{2,})", section):
        end, told = place + len(paragraph), paragraph.rstrip(" ")
        if FLOAT.search(paragraph) or paragraph.startswith("|"):
            break
        if depth == 0 and PROSE.match(paragraph) and told.endswith((".", ".**")):
            found = place + len(told)
        depth += sum(-1 if re.fullmatch(r":{3,}\s*", line) else 1 for line in paragraph.splitlines() if line.startswith(":::"))
        place = end
    return found


def _in_runs(unnamed: list[str], names: list[str]) -> Iterable[str]:
    """References, with the first and the last only of those that are numbered one after another."""
    kinds = {kind: [name for name in names if name.startswith(kind)] for kind in ("tbl", "fig")}
    for kind, numbered in kinds.items():
        own = [name for name in unnamed if name.startswith(kind)]
        places = ((place - numbered.index(name), name) for place, name in enumerate(own))
        for _, run in groupby(places, key=lambda one: one[0]):
            run_of = [f"@{name}" for _, name in run]
            yield from [f"{run_of[0]} to {run_of[-1]}"] if len(run_of) >= FEWEST_IN_A_RANGE else run_of


def _listed(references: list[str]) -> str:
    return references[0] if len(references) == 1 else f"{', '.join(references[:-1])} and {references[-1]}"
