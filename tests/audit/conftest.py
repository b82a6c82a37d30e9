"""A small pilot with names, addresses and a report that a test may spoil."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from pilotproof.workspace import Workspace
from tests.conftest import PROJECT

STUDENTS = [("S-7001", "Ada", "Quillfeather"), ("S-7002", "Bo", "Ostrander"), ("S-7003", "Cy", "Page")]


@pytest.fixture
def spring(tmp_path: Path) -> Workspace:
    """A real pilot called spring, with one file of scores and a harmless report."""
    root = tmp_path / "project"
    (root / "notebooks").mkdir(parents=True)
    shutil.copytree(PROJECT / "params", root / "params")
    params = yaml.safe_load((root / "params/nearpod.yaml").read_text(encoding="utf-8"))
    columns = {"student": "Student ID", "class": "Class", "teacher": "Teacher", "school": "School", "district": "District"}
    params["sources"] = {"outcomes": {"file": "outcomes.csv"} | {f"{what}_column": name for what, name in columns.items()}}
    params["is_simulated"] = False
    (root / "params/spring.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    raw = root / "data/raw/spring"
    raw.mkdir(parents=True)
    rows = [
        f"{code},{first},{last},{first.lower()}.{last.lower()}@maple.example.org,MATH6-01,Alvarez,School 1,District,50,60"
        for code, first, last in STUDENTS
    ]
    header = "Student ID,First Name,Last Name,Email,Class,Teacher,School,District,Pretest,Posttest"
    (raw / "outcomes.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    passport = {
        "file": "outcomes.csv",
        "received": date(2026, 10, 16),
        "sent_by": "office",
        "one_row_is": "one student",
        "rows": len(rows),
        "sha256": hashlib.sha256((raw / "outcomes.csv").read_bytes()).hexdigest(),
        "agreement": "A-1",
        "delete_by": date(2027, 10, 16),
    }
    (raw / "source.yaml").write_text(yaml.safe_dump({"files": [passport]}), encoding="utf-8")
    write(root / "reports/spring/report.qmd", "Students in the pilot: 230 students in 11 classes.")
    write(root / "data/processed/spring/notes.json", "{}")
    return Workspace.open(root)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
