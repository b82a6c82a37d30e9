"""Columns of lessons and errors."""

from __future__ import annotations

from pilotproof.columns.column import Column

SESSIONS = {
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "period": Column(kind="text", meaning="Class period of the school day"),
    "session_hours": Column(kind="number", meaning="Time the tool was in use", unit="hours", low=0, high=8),
}

ERRORS = {
    "reported_at": Column(kind="time", meaning="When the error was reported, local time"),
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "period": Column(kind="text", meaning="Class period of the school day"),
    "category": Column(kind="text", meaning="Kind of error as logged, lower case"),
}
