"""Where PICRAT and SAMR codes of lessons come from. The defaults are the names in the sheet of `pilotproof template lessons`."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from pilotproof.pilot.fields import DateFormats, RawPath, Text
from pilotproof.strict_yaml import Closed

LessonCode = Literal["PR", "IR", "CR", "PA", "IA", "CA", "PT", "IT", "CT", "S", "A", "M", "R"]
SAMR_WORDS: dict[str, LessonCode] = {"Substitution": "S", "Augmentation": "A", "Modification": "M", "Redefinition": "R"}


class LessonCodingSource(Closed):
    """How the tool was used, lesson by lesson, as coders saw it.

    lesson_column : a name for the lesson, the same in the rows of all its coders
    picrat_column, samr_column : one of them may be null, when only the other was coded
    codes : the code that another spelling of the sheet stands for, whatever its case; the codes themselves are always read
    """

    file: RawPath
    sheet: Text | None = None
    lesson_column: Text = "Lesson"
    date_column: Text = "Date"
    teacher_column: Text = "Teacher"
    period_column: Text | None = "Period"
    coder_column: Text = "Coder"
    picrat_column: Text | None = "PICRAT"
    samr_column: Text | None = "SAMR"
    codes: dict[Text, LessonCode] = Field(default_factory=lambda: dict(SAMR_WORDS))
    date_formats: DateFormats = ("%Y-%m-%d", "%m/%d/%Y")

    @model_validator(mode="after")
    def _coded_somehow(self) -> LessonCodingSource:
        if self.picrat_column is None and self.samr_column is None:
            raise ValueError("picrat_column or samr_column, or both")
        if turned := [key for key, code in self.codes.items() if key.strip().upper() in get_args(LessonCode) and key != code]:
            raise ValueError(f"codes for other spellings only, not for a code itself ({', '.join(turned)})")
        return self
