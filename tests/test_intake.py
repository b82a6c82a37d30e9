"""The roster is read once, however many exports are held against it."""

from __future__ import annotations

from collections import Counter

import pytest

from pilotproof import intake as module
from pilotproof.errors import DataError
from pilotproof.intake import Intake


@pytest.fixture
def read(monkeypatch) -> Counter[str]:
    """How often each file is read."""
    found: Counter[str] = Counter()
    own = module.read_grid

    def counted(path, **how):
        found[path.name] += 1
        return own(path, **how)

    monkeypatch.setattr(module, "read_grid", counted)
    return found


def test_each_file_of_the_roster_is_read_once(workspace, read):
    intake = Intake.open("nearpod", workspace)
    for reading in intake.readings():
        reading()
    assert {name: read[name] for name in ("users.csv", "classes.csv", "orgs.csv", "enrollments.csv")} == dict.fromkeys(
        ("users.csv", "classes.csv", "orgs.csv", "enrollments.csv"), 1
    )


def test_a_roster_that_cannot_be_read_is_an_error_each_time(workspace):
    path = workspace.raw("nearpod") / "roster" / "enrollments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("class-math6-01", "class-unknown"), encoding="utf-8")
    problems = []
    intake = Intake.unchecked("nearpod", module.load_pilot("nearpod", workspace), workspace, problems)
    for _ in range(2):
        with pytest.raises(DataError, match="class-unknown"):
            intake.students()
    assert intake.known == {}
