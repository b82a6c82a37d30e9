"""Pseudonyms: the same person is the same everywhere, nobody is told, and no number depends on the key."""

from __future__ import annotations

import hashlib
import hmac
import json

import nbformat
import numpy as np
import pandas as pd
import pytest

from pilotproof.columns import TABLES
from pilotproof.errors import DataError
from pilotproof.identity.keys import KEYS_VARIABLE
from pilotproof.identity.pseudonyms import Pseudonyms
from pilotproof.intake import Intake
from pilotproof.readiness import check_inputs
from pilotproof.store import read_table, write_table
from tests.conftest import PROJECT

KEY, OTHER = b"1" * 32, b"2" * 32


def test_a_student_s_pseudonym_is_an_hmac_sha256_of_the_id():
    found = Pseudonyms(KEY).of_column(pd.Series(["S-20417"]), "student")
    assert found[0] == "S" + hmac.new(KEY, b"student\0S-20417", hashlib.sha256).hexdigest()[:16]


def test_the_same_id_is_another_pseudonym_under_another_key():
    ids = pd.Series([f"S-{n}" for n in range(500)])
    first, second = Pseudonyms(KEY).of_column(ids, "student"), Pseudonyms(OTHER).of_column(ids, "student")
    assert first.nunique() == 500
    assert not set(first) & set(second)


def test_teachers_are_numbered_in_an_order_that_the_key_shuffles():
    ids = pd.Series([f"TEACHER {n:02}" for n in range(40)])
    first, second = Pseudonyms(KEY).of_column(ids, "teacher"), Pseudonyms(OTHER).of_column(ids, "teacher")
    assert set(first) == set(second) == {f"T{n}" for n in range(1, 41)}
    assert list(first) != list(second)
    places = [int(label[1:]) for label in first]
    assert abs(np.corrcoef(places, range(40))[0, 1]) < 0.5


def test_a_teacher_keeps_the_number_in_later_tables_and_new_ones_come_behind():
    pseudonyms = Pseudonyms(KEY)
    first = pseudonyms.of_column(pd.Series(["B", "A"]), "teacher")
    later = pseudonyms.of_column(pd.Series(["A", "C", "B"]), "teacher")
    assert (later[0], later[2]) == (first[1], first[0])
    assert later[1] == "T3"


def test_empty_cells_stay_empty():
    found = Pseudonyms(KEY).of_column(pd.Series(["A", None, ""], dtype="str"), "teacher")
    assert found[0] == "T1" and pd.isna(found[1]) and found[2] == ""


def test_students_and_teachers_with_one_id_are_not_confused():
    usage = pd.DataFrame({"person_id": ["7", "7"], "role": ["student", "teacher"], "feature": ["", ""]})
    found = Pseudonyms(KEY).of_table(usage, "usage")
    assert found["person_id"].str[0].tolist() == ["S", "T"]


# ---- of a whole pilot ----------------------------------------------------------------------------------------------


def as_a_real_pilot(root, name: str = "nearpod") -> None:
    params = root / "params" / f"{name}.yaml"
    params.write_text(params.read_text().replace("is_simulated: true", "is_simulated: false"))


def tables_of(workspace) -> dict[str, pd.DataFrame]:
    intake = Intake.open("nearpod", workspace)
    read = [reading() for reading in intake.readings()]
    return {name: frame for cleaned in read if cleaned for name, frame in cleaned.tables.items()}


def raw_ids() -> set[str]:
    users = pd.read_csv(PROJECT / "data/raw/nearpod/roster/users.csv", dtype=str)
    return {text.casefold() for column in ("sourcedId", "username", "identifier", "familyName") for text in users[column]}


def test_no_raw_id_reaches_a_tidy_table(workspace):
    ids = raw_ids()
    assert len(ids) > 500
    for name, frame in tables_of(workspace).items():
        for column in frame.select_dtypes("str"):
            assert not {str(value).casefold() for value in frame[column].unique()} & ids, (name, column)


def test_tables_fit_one_another_after_the_ids_are_gone(workspace):
    tables = tables_of(workspace)
    students = tables["students"]
    assert set(students.loc[students["is_treated"], "teacher_id"]) == set(tables["sessions"]["teacher_id"])
    users = tables["usage"].query("role == 'student'")["person_id"]
    assert users.isin(students["student_id"]).mean() > 0.9


def test_every_column_of_ids_is_declared(workspace):
    for name, columns in TABLES.items():
        for column, said in columns.items():
            if column in ("student_id", "teacher_id", "class_id", "person_id"):
                assert said.names is not None, (name, column)


@pytest.fixture(scope="module")
def under_two_keys(tmp_path_factory):
    """Findings and executed notebooks of one pilot with two keys."""
    from tests.conftest import copy_project
    from tests.pipeline.test_report import run

    made = []
    for key in (KEY, OTHER):
        folder = tmp_path_factory.mktemp("key")
        root = copy_project(folder / "project")
        as_a_real_pilot(root)
        (folder / "keys").mkdir()
        (folder / "keys" / "nearpod.key").write_text(key.hex())
        (folder / "keys" / "nearpod.key").chmod(0o600)
        done = run(root, "report", "nearpod", "--renderer", "embedded", env={KEYS_VARIABLE: str(folder / "keys")})
        assert done.returncode == 0, done.stderr
        made.append((root, key, done))
    return made


def test_findings_are_the_same_under_two_keys(under_two_keys):
    first, second = (root / "data/processed/nearpod" for root, *_ in under_two_keys)
    assert (first / "findings.json").read_bytes() == (second / "findings.json").read_bytes()
    one, other = (pd.read_parquet(folder / "students.parquet") for folder in (first, second))
    assert not set(one["student_id"]) & set(other["student_id"])
    assert one["teacher_id"].tolist() != other["teacher_id"].tolist()


def test_pages_are_the_same_under_two_keys(under_two_keys):
    first, second = (root / "reports/nearpod" for root, *_ in under_two_keys)
    for name in ("report.qmd", "evidence.json", "nearpod.html", "nearpod.pdf"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_neither_keys_nor_ids_stand_in_notebooks_and_on_the_terminal(under_two_keys):
    ids = raw_ids()
    for root, key, done in under_two_keys:
        texts = [done.stdout, done.stderr]
        for path in (root / "reports/nearpod/notebooks").glob("*.ipynb"):
            for cell in nbformat.read(path, as_version=4).cells:
                texts.append(json.dumps(cell.get("outputs", [])))
        words = {word.strip("'\",.;:()[]{}\\n").casefold() for text in texts for word in text.split()}
        assert not words & ids
        assert all(key.hex() not in text for text in texts)


# ---- errors --------------------------------------------------------------------------------------------------------


def spoil(root, file: str, old: str, new: str) -> None:
    """Change a raw file together with its passport, as if it had come so."""
    path, passports = root / "data/raw/nearpod" / file, root / "data/raw/nearpod/source.yaml"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1), newline="")
    passports.write_text(passports.read_text().replace(before, hashlib.sha256(path.read_bytes()).hexdigest()))


def test_an_error_tells_row_and_column_and_the_form_of_the_id_only(workspace):
    spoil(workspace.root, "outcomes.csv", "S-20121,MATH6-01,2026-10-13,58,59", "S-99121,MATH6-01,2026-10-13,S-20015,59")
    with pytest.raises(DataError) as caught:
        Intake.open("nearpod", workspace).students()
    assert "row 2" in str(caught.value) and "Pretest" in str(caught.value)
    assert "'A-99999'" in str(caught.value)
    assert "S-20015" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    problems = check_inputs("nearpod", workspace).problems
    assert any("'A-99999'" in str(problem) for problem in problems)
    assert all("S-20015" not in str(problem) for problem in problems)


def test_an_unexpected_error_does_not_carry_an_id(workspace, monkeypatch):
    intake = Intake.open("nearpod", workspace)

    def fails(*given, **named):
        raise KeyError("S-20015")

    monkeypatch.setattr("pilotproof.intake.clean_students", fails)
    with pytest.raises(RuntimeError, match="KeyError: 'A-99999'") as caught:
        intake.students()
    assert caught.value.__suppress_context__


def test_names_typed_into_a_log_do_not_reach_the_tables(workspace):
    spoil(workspace.root, "error_log.csv", "App closed for the whole class", "App of t-1005 closed for S-20015 too")
    errors = Intake.open("nearpod", workspace)
    errors.students()
    signatures = " ".join(errors.errors().tables["errors"]["signature"])
    assert "1005" not in signatures and "20015" not in signatures


# ---- order ---------------------------------------------------------------------------------------------------------


def test_tables_are_read_with_numbers_by_first_appearance(tmp_path):
    sessions = pd.DataFrame(
        {
            "session_date": pd.to_datetime(["2026-09-14"] * 3),
            "teacher_id": ["T9", "T10", "T9"],
            "period": ["1", "2", "3"],
            "session_hours": [1.0, 1.0, 1.0],
            "lost_minutes": [float("nan")] * 3,
        }
    )
    write_table(sessions, "sessions", tmp_path)
    assert read_table("sessions", tmp_path)["teacher_id"].tolist() == ["teacher 0000001", "teacher 0000002", "teacher 0000001"]
