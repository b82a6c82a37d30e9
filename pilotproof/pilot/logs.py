"""Where lessons with the tool and its technical errors come from."""

from __future__ import annotations

from pilotproof.pilot.fields import DateFormats, RawPath, Text
from pilotproof.strict_yaml import Closed


class SessionSource(Closed):
    """Exposure: one row per lesson in which the tool was run, with or without an error."""

    file: RawPath
    date_column: Text
    teacher_column: Text
    period_column: Text
    minutes_column: Text
    date_formats: DateFormats = ("%Y-%m-%d",)


class ErrorLogSource(Closed):
    """Technical errors, one row per report."""

    file: RawPath
    time_column: Text
    teacher_column: Text
    period_column: Text
    category_column: Text
    message_column: Text
    time_formats: DateFormats = ("%Y-%m-%d %H:%M",)
    test_categories: tuple[Text, ...] = ()
