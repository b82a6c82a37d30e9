"""Columns of the table of probes."""

from __future__ import annotations

from pilotproof.columns.column import Column

PROBES = {
    "student_id": Column(
        kind="text",
        meaning="Student, a keyed pseudonym; empty where a class has one value",
        may_be_empty=True,
        names="student",
    ),
    "class_id": Column(kind="text", meaning="Class that started together: C1, C2 …", names="class"),
    "outcome": Column(kind="text", meaning="Name of the outcome in the params file"),
    "probe_date": Column(kind="date", meaning="Day of the probe"),
    "probe_score": Column(kind="number", meaning="Score of the probe", unit="outcome's unit"),
    "starts_on": Column(kind="date", meaning="First day of the class with the tool"),
    "has_started": Column(kind="yes or no", meaning="On or after the first day of the class with the tool"),
}
