"""Thresholds of the recommendation, with the field's defaults, and the checklist before a roll-out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed

Answer = Literal["met", "not-met", "not-checked"]


class DecisionRules(Closed):
    """Thresholds of the recommendation.

    most_errors_per_hour : errors per hour of use above which reliability stops a wider roll-out
    most_time_lost_share : share of lesson time lost to faults above which somebody has to look at once
    fewest_teachers_using_share, semester_weeks : below this share of teachers after this time a tool is retired
    most_cost_per_student : for one student and year of a supplemental tool, in the currency of `licences`
    notice_days : from the decision to retire a tool to its end
    """

    most_errors_per_hour: float = Field(default=0.25, gt=0)
    most_time_lost_share: float = Field(default=0.05, gt=0, lt=1)
    fewest_teachers_using_share: float = Field(default=0.30, gt=0, lt=1)
    semester_weeks: int = Field(default=16, ge=1)
    most_cost_per_student: float = Field(default=5.0, gt=0)
    notice_days: int = Field(default=30, ge=30)


class Checklist(Closed):
    """What a person has checked before a roll-out. cost_per_student : for one student and year; None when not known

    privacy : FERPA and COPPA agreements are signed; accessible : WCAG 2.1 AA; works_on_phone : in the hands of a student
    """

    privacy: Answer = "not-checked"
    single_sign_on: Answer = "not-checked"
    accessible: Answer = "not-checked"
    works_on_phone: Answer = "not-checked"
    cost_per_student: float | None = Field(default=None, ge=0)
    checked_by: Text | None = None
