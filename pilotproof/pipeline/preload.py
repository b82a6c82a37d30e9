"""What the notebooks import, for the server of warm kernels."""

import pilotproof.analyse.outcomes
import pilotproof.analyse.reliability
import pilotproof.analyse.surveys
import pilotproof.intake
import pilotproof.pipeline.provenance
import pilotproof.report.figures
import pilotproof.report.survey_figures  # noqa: F401
