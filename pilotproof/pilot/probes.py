"""Where repeated measures come from: probes of a student or a class, many days over, before and after its start."""

from __future__ import annotations

from pydantic import model_validator

from pilotproof.pilot.fields import MISSING_SPELLINGS, DateFormats, RawPath, Text
from pilotproof.strict_yaml import Closed


class ProbeSource(Closed):
    """Probes: a row for each student and day, or for each class and day. Outcomes name their column in `probe_column`."""

    file: RawPath
    sheet: Text | None = None
    student_column: Text | None = None
    class_column: Text | None = None
    date_column: Text
    date_formats: DateFormats = ("%Y-%m-%d",)
    missing: tuple[str, ...] = MISSING_SPELLINGS

    @model_validator(mode="after")
    def _of_whom(self) -> ProbeSource:
        if (self.student_column is None) == (self.class_column is None):
            raise ValueError("student_column, or class_column when there is a row for each class; one of the two")
        return self
