"""Which tool a survey export comes from, told from its content."""

from __future__ import annotations

from pilotproof.sources import google_forms, microsoft_forms, qualtrics, redcap, survey_table, surveymonkey
from pilotproof.sources.grid import Grid
from pilotproof.sources.surveys import SurveyExport, SurveyLayout

TOOLS = (  # the first that recognises the file
    SurveyLayout("qualtrics", qualtrics.TITLE, qualtrics.recognises, qualtrics.read_qualtrics),
    SurveyLayout("microsoft-forms", microsoft_forms.TITLE, microsoft_forms.recognises, microsoft_forms.read_microsoft_forms),
    SurveyLayout("google-forms", google_forms.TITLE, google_forms.recognises, google_forms.read_google_forms),
    SurveyLayout("surveymonkey", surveymonkey.TITLE, surveymonkey.recognises, surveymonkey.read_surveymonkey),
    SurveyLayout("redcap", redcap.TITLE, redcap.recognises, redcap.read_redcap),
)
SURVEY_FORMATS = (*TOOLS, SurveyLayout("table", survey_table.TITLE, survey_table.recognises, survey_table.read_survey_table))


def read_survey(grid: Grid, form: str = "auto") -> SurveyExport:
    """The responses of a survey export.

    form : a name of SURVEY_FORMATS, or auto: the first that recognises the file, and a plain table fits any
    Raises DataError when the file is not of the form that is named, saying what it lacks.
    """
    fitting = (layout for layout in SURVEY_FORMATS if layout.name == form or (form == "auto" and layout.recognises(grid)))
    return next(fitting).read(grid)
