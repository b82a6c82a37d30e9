"""Columns of lessons and errors."""

from __future__ import annotations

from pilotproof.columns.column import Column

SESSIONS = {
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher: T1, T2 …", names="teacher"),
    "period": Column(kind="text", meaning="Class period of the school day"),
    "session_hours": Column(kind="number", meaning="Time the tool was in use", unit="hours", low=0, high=8),
    "lost_minutes": Column(
        kind="number",
        meaning="Lesson time lost to technical trouble; empty when it was not noted",
        unit="minutes",
        low=0,
        may_be_empty=True,
    ),
}

ERRORS = {
    "opened_at": Column(kind="time", meaning="First report of the incident, local time"),
    "closed_at": Column(kind="time", meaning="Last report of the incident, local time"),
    "ended_at": Column(kind="time", meaning="When it worked again; empty when the log does not say", may_be_empty=True),
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher, T1, T2 …; empty when the log names none", names="teacher"),
    "period": Column(kind="text", meaning="Class period of the school day; empty when neither log nor bell schedule tell"),
    "category": Column(
        kind="text", meaning="Kind of error as logged, lower case; empty when the log has none", is_free_text=True
    ),
    "signature": Column(kind="text", meaning="Message without numbers, ids, names, quotations and addresses", is_free_text=True),
    "reports": Column(kind="whole number", meaning="Reports of this one incident", unit="reports", low=1),
    "has_session": Column(kind="yes or no", meaning="A lesson with the tool is on record for this day, period and teacher"),
}
