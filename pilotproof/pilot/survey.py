"""Where survey answers come from, and which column holds which item."""

from __future__ import annotations

from typing import Literal

from pilotproof.pilot.fields import MISSING_SPELLINGS, Name, RawPath, Text
from pilotproof.strict_yaml import Closed


class TeacherSurveySource(Closed):
    """Teacher survey before and after, as exported by Qualtrics."""

    format: Literal["qualtrics"] = "qualtrics"
    file: RawPath
    instrument: Name
    respondent_column: Text
    wave_column: Text
    before: Text
    after: Text
    items: dict[Text, Text]
    missing: tuple[str, ...] = MISSING_SPELLINGS
