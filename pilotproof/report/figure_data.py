"""The numbers behind a figure, as a table that a spreadsheet opens and that cannot run anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pilotproof.files import write_text
from pilotproof.report.plain_text import visible

Cell = str | int | float | date | None
STARTS_OF_FORMULAS = (
    *"=+-@",
    *"＝＋－＠",
)  # in ASCII and in full width; a spreadsheet may take a text that starts so for a formula


@dataclass(frozen=True, slots=True)
class FigureData:
    """What a figure shows, a row for each mark, and nothing that it does not show. Numbers keep full precision."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> FigureData:
        """Every row must have a cell for each name of the header, else ValueError."""
        names, cells = tuple(header), tuple(tuple(row) for row in rows)
        if uneven := [row for row in cells if len(row) != len(names)]:
            raise ValueError(f"a row of {len(uneven[0])} cells under a header of {len(names)}")
        return cls(names, cells)

    def write(self, path: Path) -> Path:
        """Write the table as CSV with \\n line ends."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([_harmless(name) for name in self.header])
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        write_text(path, text.getvalue())
        return path


def _harmless(cell: Cell) -> Cell:
    """A text on one line, with an apostrophe before what a spreadsheet would take for a formula; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    line = visible(cell)
    return f"'{line}" if line.startswith(STARTS_OF_FORMULAS) else line
