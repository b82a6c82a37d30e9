"""What a run of many pilots tells at its end."""

from __future__ import annotations

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.batch import Result
from pilotproof.pipeline.progress import Progress


def test_what_was_made_is_told_even_if_the_run_ends_with_an_error(capsys):
    with pytest.raises(PilotproofError), Progress(["spring", "autumn"]) as progress:
        progress.result(Result(pilot="spring", fate="made", said="reports/spring/spring.pdf"))
        raise PilotproofError("The folder of the run could not be deleted.")
    said = capsys.readouterr().out
    assert "reports/spring/spring.pdf" in said and "not made: autumn" in said


def test_a_run_that_cannot_begin_tells_of_no_pilot(capsys):
    with pytest.raises(PilotproofError), Progress(["spring"]):
        raise PilotproofError("No scheduler answers.")
    assert capsys.readouterr().out == ""
