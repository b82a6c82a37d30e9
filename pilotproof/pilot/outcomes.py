"""Where student scores come from, and what they measure."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import MISSING_SPELLINGS, DateFormats, Name, RawPath, Text, Unit
from pilotproof.strict_yaml import Closed

ScoreFormat = Literal["auto", "map-growth", "i-ready", "star", "fastbridge", "dibels"]
BINARY = {"low": 0, "high": 100, "unit": "percentage points"}  # shares of students are means of 0 and 100
THIS_FILE = "file"  # as the name of a column: the name of the file itself


class OutcomeSource(Closed):
    """Student scores. Class, school, district and arm come from the roster when there is one.

    A file holds a row for each student, or a row for each testing; the latter when `after` or `after_from` is given.
    window_column, before, after : which testings of a long file are the pretest and the posttest, by a column such as the term
    before_until, after_from : the same by the day of the testing
    testing : which one counts when a student was tested more than once in a window. When it is not said, the one nearest to the
        pilot where windows are told by days, else the first: a second one is often a retest of those who did badly.
    leave_out : column and values of testings that do not count, in addition to the vendor's own flags
    """

    format: ScoreFormat = "auto"
    file: RawPath | None = None
    files: tuple[RawPath, ...] = ()
    sheet: Text | None = None
    student_column: Text | None = None
    class_column: Text | None = None
    teacher_column: Text | None = None
    school_column: Text | None = None
    district_column: Text | None = None
    arm_column: Text | None = None
    date_column: Text | None = None
    date_formats: DateFormats = ("%Y-%m-%d",)
    window_column: Text | None = None
    before: Text | None = None
    after: Text | None = None
    before_until: date | None = None
    after_from: date | None = None
    testing: Literal["first", "last"] | None = None
    leave_out: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    missing: tuple[str, ...] = MISSING_SPELLINGS

    @property
    def is_long(self) -> bool:
        """Whether there is a row for each testing, because the params say which testings are meant."""
        return self.after is not None or self.after_from is not None

    @property
    def all_files(self) -> tuple[str, ...]:
        """The raw files that are read."""
        return (self.file,) if self.file is not None else self.files

    @model_validator(mode="after")
    def _one_way(self) -> OutcomeSource:
        if (self.file is None) == (not self.files):
            raise ValueError("file, or files when the scores come in several; one of the two")
        if self.after is not None and self.after_from is not None:
            raise ValueError("after or after_from, not both")
        if self.before is not None and self.before == self.after:
            raise ValueError("different values in before and after")
        if not self.is_long and (self.before or self.before_until or self.window_column):
            raise ValueError("after or after_from too: which testings are the posttest")
        if self.before_until and self.after_from and self.after_from <= self.before_until:
            raise ValueError("after_from later than before_until")
        return self


class Outcome(Closed):
    """One student outcome. Exactly one is primary, declared before results are seen.

    made_by : of the measure: whoever published it, the district, its teachers, or the vendor of the tool
    reliability : its internal consistency, as published or as the district has it
    pretest_column, posttest_column : of a wide file
    probe_column : of the file of probes, in a staggered start
    score_column, where : of a long file; the column with the score, and what its rows say that hold this outcome
    kind : a score on a scale, or binary: something that a student reached or did not, told in percentage points
    yes_values, no_values : how the file spells the two values of a binary outcome
    """

    name: Name
    label: Text
    domain: Text
    is_primary: bool = False
    relevance: Literal["student-outcome", "named-in-logic-model", "other"] = "student-outcome"
    made_by: Literal["not-stated", "publisher", "district", "teachers", "vendor"] = "not-stated"
    reliability: float | None = Field(default=None, ge=0, le=1)
    pretest_column: Text | None = None
    posttest_column: Text | None = None
    probe_column: Text | None = None
    score_column: Text | None = None
    where: dict[Text, Text] = Field(default_factory=dict)
    kind: Literal["scale", "binary"] = "scale"
    yes_values: tuple[Text, ...] = ()
    no_values: tuple[Text, ...] = ()
    low: float
    high: float
    unit: Unit = "points"
    smallest_effect_sd: float = Field(default=0.20, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _of_two_values(cls, given: Any) -> Any:
        """Range and unit of a binary outcome follow from its kind."""
        is_binary = isinstance(given, dict) and given.get("kind") == "binary"
        return given | {key: value for key, value in BINARY.items() if given.get(key) is None} if is_binary else given

    @model_validator(mode="after")
    def _yes_and_no(self) -> Outcome:
        if self.kind == "scale":
            if self.yes_values or self.no_values:
                raise ValueError("kind: binary, or no yes_values and no_values: a score on a scale has none")
            return self
        if (self.low, self.high, self.unit) != tuple(BINARY.values()):
            raise ValueError("no low, high and unit: a binary outcome is told in percentage points")
        if self.probe_column is not None:
            raise ValueError("kind: scale, or no probe_column: probes are scores on a scale")
        spelled = [[word.strip().casefold() for word in words] for words in (self.yes_values, self.no_values)]
        if not all(spelled) or set(spelled[0]) & set(spelled[1]):
            raise ValueError("yes_values and no_values, without a word in both, such as yes_values: [Pass] and no_values: [Fail]")
        return self

    @model_validator(mode="after")
    def _range(self) -> Outcome:
        if self.low >= self.high:
            raise ValueError(f"a high above the low ({self.low:g})")
        return self
