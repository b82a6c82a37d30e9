"""docs/columns.md: the dictionary of columns as a page for people."""

from __future__ import annotations

from collections.abc import Mapping

from pilotproof.columns.check import TABLES
from pilotproof.columns.column import Column

HEAD = """# Columns of the tidy tables

`make report` writes these tables to `data/processed/<pilot>/` as Parquet files. A table is checked against this dictionary
when it is written and again when it is read. This page is made from the dictionary by `make columns`; do not edit it.
"""


def columns_page() -> str:
    """The whole page as Markdown, a section for each table in the order of the dictionary."""
    return HEAD + "".join(_section(name, columns) for name, columns in TABLES.items())


def _section(name: str, columns: Mapping[str, Column]) -> str:
    rows = "".join(f"| `{column}` | {_kind(said)} | {_values(said)} | {said.meaning} |\n" for column, said in columns.items())
    return f"\n## {name}\n\n| column | type | values | meaning |\n|---|---|---|---|\n{rows}"


def _kind(column: Column) -> str:
    return f"{column.kind}, may be empty" if column.may_be_empty else column.kind


def _values(column: Column) -> str:
    """Allowed values, or range and unit."""
    if column.allowed:
        return ", ".join(f"`{value}`" for value in column.allowed)
    bounds = {(True, True): "{low:g} to {high:g}", (True, False): "from {low:g}", (False, True): "up to {high:g}"}
    form = bounds.get((column.low is not None, column.high is not None), "")
    return " ".join(filter(None, [form.format(low=column.low, high=column.high) if form else "", column.unit or ""]))
