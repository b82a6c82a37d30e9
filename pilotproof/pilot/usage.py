"""Where the use of the tool comes from, and the licences that were bought."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pilotproof.pilot.fields import DateFormats, LogPath, RawPath, Text, Unit
from pilotproof.strict_yaml import Closed

UsageFormat = Literal["auto", "table", "canvas", "google-classroom", "moodle", "kahoot", "xapi", "caliper"]
Texts = Annotated[tuple[Text, ...], Field()]


class Crosswalk(Closed):
    """A file that says which student or teacher a user of the tool is."""

    file: RawPath
    sheet: Text | None = None
    user_column: Text
    person_column: Text


class UsageSource(Closed):
    """Use of the tool, as the tool or the learning platform exports it.

    file : also Parquet, as a file, a folder of partitions or the address of such a folder: s3://bucket/logs/2026/
    user_from : how a user is known: by the id of the roster, by e-mail, or by the part of the e-mail before the @
    day : of exports of one session that do not hold its day
    gap_minutes : without minutes in the export, time between two events of a person counts as active up to this long
    login_events, submission_events : names of events that are logins and submissions of work
    """

    file: LogPath
    format: UsageFormat = "auto"
    sheet: Text | None = None
    user_column: Text | None = None
    user_from: Literal["id", "email", "email-name"] = "id"
    crosswalk: Crosswalk | None = None
    time_column: Text | None = None
    time_formats: DateFormats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    day: date | None = None
    minutes_column: Text | None = None
    end_column: Text | None = None
    feature_column: Text | None = None
    event_column: Text | None = None
    login_events: Texts = ("login", "logged in", "loggedin", "user has logged in")
    submission_events: Texts = ("submitted", "a submission has been submitted", "turned in", "submission")
    gap_minutes: float = Field(default=30, gt=0, le=120)


class Licences(Closed):
    """What was bought, to be held against what was used."""

    bought: int = Field(ge=1)
    cost_each: float | None = Field(default=None, ge=0)
    currency: Unit = "USD"
    paid_from: date | None = None
    paid_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Licences:
        if self.paid_from and self.paid_until and self.paid_until <= self.paid_from:
            raise ValueError("paid_until later than paid_from")
        return self
