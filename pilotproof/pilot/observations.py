"""Where observations of time on task come from. The defaults are the names in the sheet of `pilotproof template observations`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import DateFormats, RawPath, Text
from pilotproof.strict_yaml import Closed

Procedure = Literal["momentary", "partial", "whole", "class_scan"]
Code = Literal["on", "off", "not-observed"]


class ObservationSource(Closed):
    """Time on task, interval by interval.

    procedure : of all rows, where the sheet has no column for it. Without one or the other nothing can be scored.
    codes : what each code of the sheet means, whatever its case
    on_task_column, present_column : of class scans: how many students were on task, of how many looked at
    interval_columns : of sheets with a row for each session and a column for each interval, instead of interval_column
    """

    file: RawPath
    sheet: Text | None = None
    session_column: Text = "Session"
    date_column: Text = "Date"
    teacher_column: Text = "Teacher"
    period_column: Text | None = "Period"
    observer_column: Text = "Observer"
    procedure_column: Text | None = "Procedure"
    procedure: Procedure | None = None
    interval_column: Text | None = "Interval"
    interval_columns: tuple[Text, ...] = ()
    minutes_column: Text | None = "Minutes per interval"
    code_column: Text | None = "Code"
    on_task_column: Text | None = "On task"
    present_column: Text | None = "Present"
    codes: dict[Text, Code] = Field(default_factory=lambda: {"on": "on", "off": "off", "-": "not-observed"})
    date_formats: DateFormats = ("%Y-%m-%d", "%m/%d/%Y")

    @model_validator(mode="after")
    def _scored_somehow(self) -> ObservationSource:
        if self.procedure is None and self.procedure_column is None:
            raise ValueError(
                "procedure (momentary, partial, whole or class_scan), or procedure_column: the same marks mean different shares"
            )
        if (self.interval_column is None) == (not self.interval_columns):
            raise ValueError("interval_column, or interval_columns with interval_column: null; one of the two")
        return self
