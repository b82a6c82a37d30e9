"""Who got the tool, when, and how that was decided."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed

Assignment = Literal[
    "randomised-classes", "randomised-students", "comparison-classes", "before-after", "staggered-start", "users-compared"
]
NO_COMPARISON = ("before-after", "staggered-start", "users-compared")  # every class had the tool


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
    """Who got the tool, and how that was decided.

    starts : staggered start: the first day with the tool of each class; starts_drawn : whether lots decided their order
    baseline_from : staggered start: first day of the probes before any class started, where that is before the window
    fewest_minutes : users compared: minutes of use in the window from which a student is a user
    """

    assignment: Assignment
    cluster: Literal["class", "teacher", "school"] = "class"
    block: Literal["school"] | None = None
    arm_column: Literal["class", "teacher", "school", "arm"] = "class"
    treated: tuple[Text, ...] = Field(min_length=1)
    comparison: tuple[Text, ...] = ()
    latest_start: date | None = None
    starts: dict[Text, date] = Field(default_factory=dict)
    starts_drawn: bool = False
    baseline_from: date | None = None
    fewest_minutes: float | None = Field(default=None, gt=0)

    @property
    def has_two_arms(self) -> bool:
        """Whether students are in one of two arms: by their class, or by whether they used the tool."""
        return bool(self.comparison) or self.assignment == "users-compared"

    @model_validator(mode="after")
    def _arms_differ(self) -> Design:
        if both := sorted(set(self.treated) & set(self.comparison)):
            raise ValueError(f"each entry in one arm only (in both: {', '.join(both)})")
        if self.assignment in NO_COMPARISON and self.comparison:
            raise ValueError(f"no comparison entries with assignment: {self.assignment}")
        if self.assignment not in NO_COMPARISON and not self.comparison:
            raise ValueError("comparison entries, or assignment: before-after when there were none")
        return self
