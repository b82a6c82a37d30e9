"""The sheet on which coders note how the tool was used in lessons: PICRAT and SAMR, one row for each lesson and coder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pilotproof.columns.lesson_coding import PICRAT_CODES, SAMR_LEVELS
from pilotproof.sources.blank_sheet import EXAMPLE, BlankSheet, write_blank_sheet

SHEET = "Lessons"
COLUMNS = {  # as pilot.lesson_coding.LessonCodingSource names them, with the width of each; notes are not read
    "Lesson": 26,
    "Date": 12,
    "Teacher": 12,
    "Period": 8,
    "Coder": 8,
    "PICRAT": 9,
    "SAMR": 8,
    "Note": 44,
}
ROWS = 30
TEXT = (
    "One row is one lesson with the tool, as one coder saw it.",
    "Lesson: any name, the same in the rows of all its coders, for example L12. Date: 2026-09-15.",
    "Teacher: the staff id of the roster, not the name. Period: of the school day. Coder: initials.",
    "PICRAT: two letters, the first for the students, the second for the teaching. Code what most of the lesson was.",
    "    P - passive: students watch, listen or read what the tool shows",
    "    I - interactive: what students do changes what the tool does next; they answer, choose, play, get a response",
    "    C - creative: students make something of their own with the tool",
    "    R - replaces: the tool stands in for something else, and the lesson goes as before",
    "    A - amplifies: the lesson goes as before, and some part of it goes better or further",
    "    T - transforms: without the tool, or one like it, the lesson could not have been held like this",
    "    The nine codes: PR IR CR, PA IA CA, PT IT CT.",
    "SAMR: one letter.",
    "    S - substitution: another means for the same task, which stays as it was",
    "    A - augmentation: the same task, with something that the old means could not do",
    "    M - modification: a large part of the task is designed anew",
    "    R - redefinition: a task that was not possible before",
    "A lesson that cannot be coded gets - in both columns. A scale that is not used stays empty.",
    "No code is better than another: it depends on what the lesson was for. Do not turn codes into numbers or add them up.",
    "Two coders see at least one lesson in five, each for themselves, before they speak of it; their agreement is computed.",
    "Code from the lesson, not from a plan for it. Write no names of students into the notes; notes are not read by Pilotproof.",
)


def write_lesson_template(path: Path) -> Path:
    """Write the sheet to `path`. Raises OSError when the folder cannot be written."""
    lesson = (EXAMPLE, date(2026, 9, 15), "staff id", "3")
    sheet = BlankSheet(
        title=SHEET,
        columns=COLUMNS,
        examples=[
            (*lesson, "AB", "IA", "A", "poll with answers on the board, then reteaching"),
            (*lesson, "CD", "IR", "S", "the same lesson by a second coder"),
        ],
        rows=ROWS,
        choices={"PICRAT": (*PICRAT_CODES, "-"), "SAMR": (*SAMR_LEVELS, "-")},
        notes=TEXT,
    )
    return write_blank_sheet(sheet, path)
