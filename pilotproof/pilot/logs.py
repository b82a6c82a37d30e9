"""Where lessons with the tool and its technical errors come from."""

from __future__ import annotations

import re
from datetime import time
from typing import Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import DateFormats, LogPath, RawPath, Text
from pilotproof.strict_yaml import Closed

Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Severity = Literal["debug", "info", "warning", "error", "critical"]
SCHOOL_WEEK: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri")
PLACEHOLDER = re.compile(r"\{([a-z]*)\}")
PARTS = ("time", "end", "teacher", "period", "category", "severity", "message", "place", "any")


class BellPeriod(Closed):
    """One class period of the school day, to tell the period of an error from its time."""

    period: Text
    start: time
    end: time
    days: tuple[Weekday, ...] = SCHOOL_WEEK

    @model_validator(mode="after")
    def _in_order(self) -> BellPeriod:
        if self.end <= self.start:
            raise ValueError(f"an end after the start ({self.start:%H:%M})")
        return self


class SessionSource(Closed):
    """Exposure: one row per lesson in which the tool was run, with or without an error.

    start_column, end_column : instead of minutes_column, times of day such as 10:05
    lost_minutes_column : lesson time lost to technical trouble; 0 for none, empty where it was not noted
    """

    file: RawPath
    sheet: Text | None = None
    date_column: Text
    teacher_column: Text
    period_column: Text
    minutes_column: Text | None = None
    start_column: Text | None = None
    end_column: Text | None = None
    lost_minutes_column: Text | None = None
    time_formats: DateFormats = ("%H:%M", "%I:%M %p", "%H:%M:%S")
    date_formats: DateFormats = ("%Y-%m-%d",)

    @model_validator(mode="after")
    def _length_known(self) -> SessionSource:
        if (self.minutes_column is None) == (self.start_column is None or self.end_column is None):
            raise ValueError("minutes_column, or start_column and end_column; one of the two")
        return self


class ErrorLogSource(Closed):
    """Technical errors, one record per report.

    file : also Parquet, as a file, a folder of partitions or the address of such a folder: s3://bucket/logs/2026/
    format : table (CSV, XLSX, Parquet), json (one record a line, or a list), lines (plain text, by `pattern`); auto tells which
    pattern : of plain text, with {time} {severity} {category} {message} {teacher} {period} {place}, {any} for what is skipped
    lowest_severity : records of a lower one are left out and counted
    place_column : room or device; end_column : when it worked again, in one of time_formats, empty where nobody noted it
    time_formats : also `epoch` and `epoch-ms`, seconds and milliseconds since 1970
    burst_minutes : reports of one cause that follow one another this closely are one incident
    """

    format: Literal["auto", "table", "json", "lines"] = "auto"
    file: LogPath
    sheet: Text | None = None
    pattern: Text | None = None
    time_column: Text = "time"
    teacher_column: Text | None = None
    period_column: Text | None = None
    category_column: Text | None = None
    message_column: Text | None = None
    severity_column: Text | None = None
    place_column: Text | None = None
    end_column: Text | None = None
    lowest_severity: Severity | None = None
    time_formats: DateFormats = ("%Y-%m-%d %H:%M",)
    test_categories: tuple[Text, ...] = ()
    burst_minutes: float = Field(default=5, ge=0, le=60)

    @model_validator(mode="after")
    def _pattern_known(self) -> ErrorLogSource:
        if self.format == "lines" and self.pattern is None:
            raise ValueError("a pattern, for example '{time} [{severity}] {message}', with format: lines")
        names = PLACEHOLDER.findall(self.pattern or "")
        if unknown := sorted(set(names) - set(PARTS)):
            raise ValueError(f"placeholders {{{'}, {'.join(PARTS)}}} in pattern (not {{{'}, {'.join(unknown)}}})")
        if self.pattern is not None and ("time" not in names or "message" not in names):
            raise ValueError("{time} and {message} in pattern")
        if repeated := sorted({name for name in names if names.count(name) > 1 and name != "any"}):
            raise ValueError(f"each placeholder once in pattern (twice: {', '.join(repeated)})")
        if self.lowest_severity and not self.severity_column and "severity" not in names:
            raise ValueError("severity_column (or {severity} in pattern) with lowest_severity")
        return self
