"""The dictionary of columns, and the page that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pilotproof.columns import TABLES
from pilotproof.columns.document import columns_page

PROJECT = Path(__file__).resolve().parents[1]


def test_the_page_of_columns_is_up_to_date():
    assert (PROJECT / "docs" / "columns.md").read_text(encoding="utf-8") == columns_page(), "run `make columns`"


@pytest.mark.parametrize("table", TABLES)
def test_names_of_columns_are_lower_case_and_measures_have_a_unit(table):
    for name, column in TABLES[table].items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert column.meaning and not column.meaning.endswith(".")
        if column.kind == "number":
            assert column.unit, f"{table}.{name} has no unit"
