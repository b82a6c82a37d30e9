"""Columns of the usage table."""

from __future__ import annotations

from pilotproof.columns.column import Column

USAGE = {
    "person_id": Column(kind="text", meaning="Student, a keyed pseudonym, or teacher, T1, T2 …", names="person"),
    "role": Column(kind="text", meaning="Who used the tool", allowed=("student", "teacher")),
    "is_treated": Column(kind="yes or no", meaning="In an arm that was to use the tool; false is use in the comparison group"),
    "usage_date": Column(kind="date", meaning="Day of use, local time"),
    "feature": Column(
        kind="text", meaning="Part of the tool as the export names it; empty when it names none", is_free_text=True
    ),
    "events": Column(kind="whole number", meaning="Records of this person, day and feature", unit="records", low=1),
    "logins": Column(kind="whole number", meaning="Records that are logins", unit="records", low=0),
    "submissions": Column(kind="whole number", meaning="Records that are submissions of work", unit="records", low=0),
    "usage_minutes": Column(kind="number", meaning="Active time", unit="minutes", low=0, may_be_empty=True),
    "is_estimated": Column(kind="yes or no", meaning="Minutes estimated from the time between events"),
}
