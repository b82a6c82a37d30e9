"""Tables drawn as text, for tests."""

from __future__ import annotations

import pandas as pd

from pilotproof.sources.raw import RawTable


def raw(text: str, file: str = "data/raw/x/file.csv") -> RawTable:
    """A table drawn with | between cells; the first line holds the names."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return RawTable(file, pd.DataFrame(lines[1:], columns=lines[0], index=range(2, len(lines) + 1), dtype="str"))
