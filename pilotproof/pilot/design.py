"""Who got the tool, when, and how that was decided."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed

Assignment = Literal["randomised-classes", "randomised-students", "comparison-classes", "before-after"]


class Window(Closed):
    """First and last day on which the tool was used."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.end <= self.start:
            raise ValueError(f"an end after the start ({self.start})")
        return self


class Design(Closed):
    """Who got the tool, and how that was decided."""

    assignment: Assignment
    cluster: Literal["class", "teacher", "school"] = "class"
    block: Literal["school"] | None = None
    arm_column: Literal["class", "teacher", "school", "arm"] = "class"
    treated: tuple[Text, ...] = Field(min_length=1)
    comparison: tuple[Text, ...] = ()
    latest_start: date | None = None

    @model_validator(mode="after")
    def _arms_differ(self) -> Design:
        if both := sorted(set(self.treated) & set(self.comparison)):
            raise ValueError(f"each entry in one arm only (in both: {', '.join(both)})")
        if self.assignment == "before-after" and self.comparison:
            raise ValueError("no comparison entries with assignment: before-after")
        if self.assignment != "before-after" and not self.comparison:
            raise ValueError("comparison entries, or assignment: before-after when there were none")
        return self
