"""The sheet on which observers note time on task: an XLSX file with instructions, lists to choose from, and printable rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pilotproof.columns.observations import PROCEDURES
from pilotproof.sources.blank_sheet import EXAMPLE, BlankSheet, write_blank_sheet

SHEET = "Observations"
COLUMNS = {  # as pilot.observations.ObservationSource names them, with the width of each
    "Session": 12,
    "Date": 12,
    "Teacher": 12,
    "Period": 8,
    "Observer": 10,
    "Procedure": 13,
    "Interval": 9,
    "Minutes per interval": 11,
    "Code": 7,
    "On task": 8,
    "Present": 8,
}
INTERVALS = 30
TEXT = (
    "One row is one interval (or one scan) of one session.",
    "Session: any name, the same in all rows of the session, for example 2026-09-15 A. Two observers of one session use the same "
    "name, date and teacher; their agreement is then computed.",
    "Date: 2026-09-15. Teacher: the staff id of the roster, not the name. Observer: initials.",
    "Procedure: how an interval was scored. It must be filled in, because the same marks mean different things:",
    "    momentary - what the student did at the very moment the interval ended",
    "    partial - on if the student was on task at any time in the interval (gives an upper bound)",
    "    whole - on if the student was on task all through the interval (gives a lower bound)",
    "    class_scan - at that moment, how many students of the class were on task, of how many present",
    "Code (momentary, partial, whole): on, off, or - when the interval was not observed.",
    "On task and Present (class_scan): numbers of students.",
    "Code at least one session in five with two observers. Note no names of students.",
)


def write_observation_template(path: Path) -> Path:
    """Write the sheet to `path`. Raises OSError when the folder cannot be written."""
    sheet = BlankSheet(
        title=SHEET,
        columns=COLUMNS,
        examples=[(EXAMPLE, date(2026, 9, 15), "staff id", "3", "AB", "momentary", 1, 5, "on", None, None)],
        rows=INTERVALS,
        choices={"Procedure": PROCEDURES, "Code": ("on", "off", "-")},
        numbered="Interval",
        notes=TEXT,
    )
    return write_blank_sheet(sheet, path)
