"""Where survey answers come from, and which column holds which item."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pilotproof.pilot.fields import MISSING_SPELLINGS, DateFormat, Name, RawPath, Text
from pilotproof.strict_yaml import Closed

SurveyFormat = Literal["auto", "qualtrics", "google-forms", "microsoft-forms", "surveymonkey", "redcap", "table"]
Wave = Literal["before", "after"]
Flagged = Literal["keep", "leave-out"]
WAVES: tuple[Wave, ...] = ("before", "after")


def _as_typed(value: Any) -> Any:
    """A number in YAML stands for the text that a cell holds: answers are often coded 1 and 2."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Cell = Annotated[Text, BeforeValidator(_as_typed)]


class RespondentList(Closed):
    """A file that tells whose staff id belongs to what the survey knows of a respondent, for example the e-mail address.

    The roster's own file of people will do: file: roster/users.csv, respondent_column: email, teacher_column: identifier.
    """

    file: RawPath
    sheet: Text | None = None
    respondent_column: Text
    teacher_column: Text


class Quote(Closed):
    """Comments that may be printed. rows : of the file, as a spreadsheet counts them; wave : where each wave has an export"""

    column: Text
    rows: Annotated[tuple[Annotated[int, Field(ge=2)], ...], Field(min_length=1)]
    wave: Wave | None = None


class TeacherSurveySource(Closed):
    """One survey of teachers, of one instrument. Columns are named as in the export, or by the text of their question.

    file : one export; files : an export for each wave. A survey that was held only once has `files: {after: …}`
    wave_column, before, after : which answer tells the wave; other_waves : answers that stand for waves that do not count
    before_until : tells the wave by the day on which the response was finished
    items : column of each item of the codebook; an item that is not listed is looked for by its code
    items_before : columns in which the same response tells how it was before (a retrospective survey)
    quotes : answers to open questions that the report prints, without a name; no other ones are ever printed
    recode : the number of the codebook for each code or wording of the export that is not the codebook's
    teachers_agreed : staff ids of those who agreed that the report shows their own scores, without name or id. It does so only
        if all whose change is reckoned are listed: of one who is left out, the mean of all would tell
    """

    format: SurveyFormat = "auto"
    file: RawPath | None = None
    files: dict[Wave, RawPath] = Field(default_factory=dict)
    sheet: Text | None = None
    instrument: Name
    respondent_column: Text | None = None
    respondents: RespondentList | None = None
    wave_column: Text | None = None
    before: Cell | None = None
    after: Cell | None = None
    other_waves: tuple[Cell, ...] = ()
    before_until: date | None = None
    ended_column: Text | None = None
    time_formats: tuple[DateFormat, ...] = ()
    items: dict[Text, Text] = Field(default_factory=dict)
    items_before: dict[Text, Text] = Field(default_factory=dict)
    recode: dict[Cell, int] = Field(default_factory=dict)
    missing: tuple[Annotated[str, BeforeValidator(_as_typed)], ...] = MISSING_SPELLINGS
    unfinished: Flagged = "leave-out"
    straight_lining: Flagged = "keep"
    too_fast: Flagged = "keep"
    fewest_seconds_per_item: float = Field(default=2, ge=0)
    quotes: tuple[Quote, ...] = ()
    teachers_agreed: tuple[Cell, ...] = ()

    @property
    def waves(self) -> tuple[Wave, ...]:
        """The waves that the survey has, in order of time."""
        if self.files:
            return tuple(wave for wave in WAVES if wave in self.files)
        if self.wave_column is not None:
            return WAVES if self.before is not None else ("after",)
        return WAVES if self.before_until is not None or self.items_before else ("after",)

    @model_validator(mode="after")
    def _one_way(self) -> TeacherSurveySource:
        if (self.file is None) == (not self.files):
            raise ValueError("file, or files with before and after when each wave is a file of its own; one of the two")
        told = [self.wave_column is not None, self.before_until is not None, bool(self.items_before)]
        if self.files and any(told[:2]):
            raise ValueError("no wave_column and before_until beside files: the file tells the wave")
        if sum(told) > 1:
            raise ValueError("one way to tell the waves: wave_column, before_until or items_before")
        if self.file is not None and not any(told):
            raise ValueError(
                "wave_column, before_until or items_before beside file; a survey held only once has `files: {after: …}` instead"
            )
        if self.items_before and self.files and self.waves != ("after",):
            raise ValueError("no items_before beside an export of the wave before")
        return self

    @model_validator(mode="after")
    def _quotes_found(self) -> TeacherSurveySource:
        if self.files and any(quote.wave not in self.files for quote in self.quotes):
            raise ValueError(f"in each quote its wave, because each wave is a file of its own: {' or '.join(self.files)}")
        if not self.files and any(quote.wave is not None for quote in self.quotes):
            raise ValueError("no wave in quotes, because one file holds all waves: its row tells which one is meant")
        listed = [(quote.column, quote.wave, row) for quote in self.quotes for row in quote.rows]
        if len(set(listed)) < len(listed):
            raise ValueError("each comment in quotes once")
        return self

    @model_validator(mode="after")
    def _wave_answers(self) -> TeacherSurveySource:
        if (self.wave_column is None) != (self.after is None):
            raise ValueError("wave_column and after together: the column, and its answer that means after the pilot")
        if self.wave_column is None and (self.before is not None or self.other_waves):
            raise ValueError("before and other_waves only with wave_column; with a date write before_until")
        if self.before is not None and self.before == self.after:
            raise ValueError("different answers in before and after")
        return self

    @model_validator(mode="after")
    def _respondents_known(self) -> TeacherSurveySource:
        if self.respondent_column is None and self.respondents is not None:
            raise ValueError("respondent_column beside respondents: the column of the survey to look up")
        if self.respondent_column is None and len(self.waves) > 1 and not self.items_before:
            raise ValueError("respondent_column: without it nobody's answers before and after can be matched")
        return self
