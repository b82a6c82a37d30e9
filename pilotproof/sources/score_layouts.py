"""Exports of assessment vendors: which columns tell the student, the window, the day and the score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pilotproof.errors import DataError, Problem
from pilotproof.sources.raw import RawTable

ISO_TIMES = ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")
DAYS = ("%m/%d/%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLayout:
    """One vendor's export.

    own : columns by which it is known
    student, window, date, score : columns; several names of one column where releases of the export differ
    leave_out : the vendor's own marks of a testing that is not valid, by column
    is_long : a row for each testing, not for each student
    """

    name: str
    title: str
    own: tuple[str, ...]
    student: tuple[str, ...]
    window: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    score: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = DAYS
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_long: bool = True


LAYOUTS = (
    ScoreLayout(
        name="map-growth",
        title="NWEA MAP Growth",
        own=("TermName", "TestRITScore"),
        student=("StudentID", "Student_StateID"),
        window=("TermName",),
        date=("TestStartDate",),
        score=("TestRITScore",),
        leave_out={"GrowthMeasureYN": ("FALSE", "No", "N")},
    ),
    ScoreLayout(
        name="i-ready",
        title="i-Ready Diagnostic",
        own=("Norming Window", "Overall Scale Score"),
        student=("Student ID",),
        window=("Norming Window",),
        date=("Completion Date",),
        score=("Overall Scale Score",),
    ),
    ScoreLayout(
        name="star",
        title="Renaissance Star",
        own=("ScreeningPeriodWindowName", "ScaledScore"),
        student=("StudentIdentifier", "StudentSourcedID", "StudentStateID"),
        window=("ScreeningPeriodWindowName",),
        date=("CompletedDateLocal", "CompletedDate"),
        score=("ScaledScore", "UnifiedScore"),
        date_formats=(*ISO_TIMES, *DAYS),
        leave_out={"AssessmentStatus": ("Deactivated", "Inactive")},
    ),
    ScoreLayout(
        name="dibels",
        title="DIBELS (mCLASS)",
        own=("Benchmark Period", "School Year"),
        student=("Student Primary ID", "Student ID (State ID)", "Student ID"),
        window=("Benchmark Period",),
        date=("Client Date", "Sync Date"),
        score=("Composite Score", "Assessment Measure-Composite Score-Score"),
    ),
    ScoreLayout(
        name="fastbridge",
        title="FastBridge",
        own=("FAST ID", "Local ID", "Assessment"),
        student=("Local ID", "State ID"),
        is_long=False,
    ),
)


def recognise(columns: Collection[str]) -> ScoreLayout | None:
    """The layout whose own columns are all there; None for a file of no known vendor."""
    return next((layout for layout in LAYOUTS if set(layout.own) <= set(columns)), None)


def layout_named(name: str, table: RawTable) -> ScoreLayout:
    """The layout `name`. Raises DataError naming the columns by which it is known that `table` lacks."""
    layout = next(layout for layout in LAYOUTS if layout.name == name)
    if absent := [column for column in layout.own if column not in table.frame]:
        raise DataError([_not_this(table, layout, absent)])
    return layout


def first_present(names: tuple[str, ...], columns: Collection[str]) -> str | None:
    """The first of `names` that is a column."""
    return next((name for name in names if name in columns), None)


def _not_this(table: RawTable, layout: ScoreLayout, absent: list[str]) -> Problem:
    return Problem(
        file=table.file,
        found=f"no column {' and no column '.join(absent)}",
        expected=f"an export of {layout.title}, as sources.outcomes.format says",
        action="Set format to wide or long and name the columns in the params file, or ask for the full export.",
    )
