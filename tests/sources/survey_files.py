"""Small survey exports of people who do not exist."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from pilotproof.sources.grid import Grid


def grid(text: str, file: str = "data/raw/x/survey.csv") -> Grid:
    """The grid of a CSV file's text."""
    return Grid(file, list(csv.reader(io.StringIO(text.strip("\n")))))


def qualtrics(
    names: Sequence[str], texts: Sequence[str], ids: Sequence[str], *records: Sequence[str], is_python: bool = False
) -> Grid:
    """A Qualtrics export with its three header rows."""
    form = "{{'ImportId': '{}'}}" if is_python else '{{"ImportId":"{}"}}'
    rows = [list(names), list(texts), [form.format(one) for one in ids], *map(list, records)]
    return Grid("data/raw/x/survey.csv", rows)
