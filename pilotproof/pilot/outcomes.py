"""Where student scores come from, and what they measure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pilotproof.pilot.fields import MISSING_SPELLINGS, DateFormats, Name, RawPath, Text
from pilotproof.strict_yaml import Closed


class OutcomeSource(Closed):
    """Student scores, one row per student. Class, school, district and arm come from the roster when there is one."""

    file: RawPath
    student_column: Text
    class_column: Text | None = None
    teacher_column: Text | None = None
    school_column: Text | None = None
    district_column: Text | None = None
    arm_column: Text | None = None
    date_column: Text | None = None
    date_formats: DateFormats = ("%Y-%m-%d",)
    missing: tuple[str, ...] = MISSING_SPELLINGS


class Outcome(Closed):
    """One student outcome. Exactly one is primary, declared before results are seen."""

    name: Name
    label: Text
    domain: Text
    is_primary: bool = False
    relevance: Literal["student-outcome", "named-in-logic-model", "other"] = "student-outcome"
    pretest_column: Text | None = None
    posttest_column: Text
    low: float
    high: float
    unit: Text = "points"
    smallest_effect_sd: float = Field(default=0.20, gt=0)
