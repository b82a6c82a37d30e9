"""Where the roster comes from, and what is done with students who are on it twice."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from pilotproof.pilot.fields import DateFormats, RawPath, Text
from pilotproof.strict_yaml import Closed

ONEROSTER_FILES = ("orgs.csv", "users.csv", "classes.csv", "enrollments.csv")
SDS_FILES = ("School.csv", "Section.csv", "Student.csv", "StudentEnrollment.csv", "Teacher.csv", "TeacherRoster.csv")


class RosterSource(Closed):
    """Who is in which class, with which teacher, in which school: a folder (OneRoster, School Data Sync) or one flat file.

    district : of all schools, where the roster does not name it
    in_two_classes, moved : what is done with a student who was in two classes of the pilot, at once or one after the other
    """

    format: Literal["oneroster", "sds", "flat"] = "oneroster"
    folder: RawPath | None = None
    file: RawPath | None = None
    sheet: Text | None = None
    person_column: Text = "identifier"
    class_column: Text | None = None
    student_column: Text | None = None
    teacher_column: Text | None = None
    school_column: Text | None = None
    district_column: Text | None = None
    begin_column: Text | None = None
    end_column: Text | None = None
    district: Text | None = None
    date_formats: DateFormats = ("%Y-%m-%d", "%m/%d/%Y")
    in_two_classes: Literal["stop", "leave-out"] = "stop"
    moved: Literal["keep-first", "leave-out"] = "keep-first"

    @model_validator(mode="after")
    def _where(self) -> RosterSource:
        if self.format == "flat":
            if self.file is None or self.folder is not None or not (self.student_column and self.class_column):
                raise ValueError("file, student_column and class_column with format: flat, and no folder")
        elif self.folder is None or self.file is not None:
            raise ValueError(f"the folder with the files of the roster (format: {self.format}), or format: flat with a file")
        return self

    def files(self) -> tuple[str, ...]:
        """The raw files that are read."""
        if self.file is not None:
            return (self.file,)
        return tuple(f"{self.folder}/{name}" for name in (SDS_FILES if self.format == "sds" else ONEROSTER_FILES))
