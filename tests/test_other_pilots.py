"""Evidence of other pilots is refused when it does not fit this pilot, file by file and all at once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from pilotproof.errors import DataError
from pilotproof.evidence.tier import verdict_from
from pilotproof.files import write_text
from pilotproof.findings import as_json
from pilotproof.findings.evidence_file import EvidenceFile, EvidenceInput
from pilotproof.other_pilots import read_other_pilots
from pilotproof.pilot import Pilot
from pilotproof.report.evidence_file import evidence_of
from pilotproof.sources.passport import files_used
from pilotproof.workspace import Workspace
from tests.analyse.drawn_students import pilot_with
from tests.report.conftest import demo_findings


@pytest.fixture
def place(tmp_path) -> Workspace:
    for folder in ("params", "notebooks", "data/raw/nearpod"):
        (tmp_path / folder).mkdir(parents=True)
    return Workspace.open(tmp_path)


def evidence(number: int = 1, *, outcome: dict[str, Any] | None = None, **pilot: Any) -> EvidenceFile:
    """Evidence of a pilot with a name, a district, raw files and an effect of its own."""
    found = evidence_of(demo_findings())
    effect = found.outcomes[0].effect
    outcome = {"effect": effect.model_copy(update={"estimate": effect.estimate + number / 100})} | (outcome or {})
    own = {"name": f"pilot-{number}", "district": f"District {number}"}
    inputs = (EvidenceInput(file="outcomes.csv", sha256=str(number) * 64),)
    return found.model_copy(
        update={
            "pilot": found.pilot.model_copy(update=own | pilot),
            "outcomes": (found.outcomes[0].model_copy(update=outcome),),
            "provenance": found.provenance.model_copy(update={"inputs": inputs}),
        }
    )


def one_file_more(found: EvidenceFile) -> EvidenceFile:
    """The same pilot with a log that came later: not the same set of raw files, and the same students."""
    inputs = (*found.provenance.inputs, EvidenceInput(file="error_log.csv", sha256="e" * 64))
    return found.model_copy(update={"provenance": found.provenance.model_copy(update={"inputs": inputs})})


def saved_again(found: EvidenceFile) -> EvidenceFile:
    """The same scores in a file that was opened and saved, so that its hash is another one."""
    inputs = (EvidenceInput(file="outcomes.xlsx", sha256="f" * 64),)
    return found.model_copy(update={"provenance": found.provenance.model_copy(update={"inputs": inputs})})


def judged(found: EvidenceFile, name: str | None, **changed: object) -> EvidenceFile:
    """With one gate changed by hand, and the tier that would follow; without any gate where none is named."""
    gates = tuple(replace(gate, **changed) if gate.name == name else gate for gate in found.tier.gates) if name else ()
    return found.model_copy(update={"tier": verdict_from(gates, found.tier.profile)})


def tiered(found: EvidenceFile, tier: int) -> EvidenceFile:
    return found.model_copy(update={"tier": replace(found.tier, tier=tier)})


def read(place: Workspace, *files: EvidenceFile) -> tuple[EvidenceFile, ...]:
    names = [f"{number}.json" for number in range(len(files))]
    for name, file in zip(names, files, strict=True):
        write_text(place.raw("nearpod") / name, as_json(file.model_dump(mode="json")))
    return read_other_pilots("nearpod", listing(*names), place)


def listing(*names: str) -> Pilot:
    pilot = pilot_with()
    return pilot.model_copy(update={"sources": pilot.sources.model_copy(update={"evidence": names})})


def test_what_fits_is_read(place):
    files = (evidence(1), evidence(2, tool=" nearpod "))
    assert read(place, *files)[0] == files[0] and len(read(place, *files)) == 2
    assert read(place) == ()


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([evidence(tool="Kahoot!")], "evidence on Kahoot!; expected evidence on Nearpod"),
        (
            [evidence(outcome={"domain": "reading"})],
            "outcomes of the domains reading; expected an outcome of the domain mathematics",
        ),
        ([evidence(is_simulated=False)], "real data; expected simulated data, as in this pilot"),
        ([evidence(name="nearpod", district="Maple Valley School District")], "the evidence of this pilot itself"),
        ([evidence(1), evidence(1)], "the pilot of data/raw/nearpod/0.json once more; expected each pilot once"),
        ([evidence(1), evidence(1, name="b", district="B")], "the pilot of data/raw/nearpod/0.json once more"),  # same raw files
        ([evidence(1), one_file_more(evidence(1, name="b", district="B"))], "the pilot of data/raw/nearpod/0.json once more"),
        ([evidence(1), saved_again(evidence(1, name="b", district="B"))], "the pilot of data/raw/nearpod/0.json once more"),
        ([judged(evidence(1), "significant", verdict="passed")], "the gate “significant” passed with p_value 0."),
        ([judged(evidence(1), "large sample", verdict="passed")], "the gate “large sample” passed with students 230"),
        ([judged(evidence(1), "several sites", verdict="passed")], "the gate “several sites” passed with districts 1"),
        ([judged(evidence(1), None)], "a verdict without the gates logic model, research basis, ongoing study"),
        ([tiered(evidence(1), 2)], "tier 2 where its gates give 4"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(place, files, found):
    with pytest.raises(DataError) as caught:
        read(place, *files)
    assert len(caught.value.problems) == 1
    assert found in str(caught.value)


def test_the_own_students_under_another_name_and_district_do_not_count_twice(place):
    """A copy of the params with another name: as many students again, and a second district, out of one file of scores."""
    write_text(place.raw("nearpod") / "outcomes.csv", "Student ID\nS-1\n")
    scores = hashlib.sha256(b"Student ID\nS-1\n").hexdigest()
    copy = evidence(1, name="copy", district="Elsewhere")
    inputs = (EvidenceInput(file="outcomes.csv", sha256=scores),)
    copy = copy.model_copy(update={"provenance": copy.provenance.model_copy(update={"inputs": inputs})})
    with pytest.raises(DataError, match=r"scores of this pilot itself, under another name \(its outcomes\.csv\)"):
        read(place, copy)


def test_two_pilots_may_have_pooled_the_same_third_one(place):
    third = EvidenceInput(file="third-evidence.json", sha256="3" * 64)
    files = []
    for found in (evidence(1), evidence(2)):
        provenance = found.provenance.model_copy(update={"inputs": (*found.provenance.inputs, third)})
        files.append(found.model_copy(update={"provenance": provenance}))
    assert len(read(place, *files)) == 2


def test_a_pilot_of_the_same_name_in_another_district_is_another_pilot(place):
    assert len(read(place, evidence(1, name="nearpod"), evidence(2, name="nearpod"))) == 2


def test_all_files_are_looked_at_and_all_that_is_wrong_is_said_at_once(place):
    with pytest.raises(DataError) as caught:
        read(place, evidence(1, tool="X", is_simulated=False), evidence(2, tool="Y"))
    assert len(caught.value.problems) == 3
    assert "data/raw/nearpod/0.json" in str(caught.value) and "data/raw/nearpod/1.json" in str(caught.value)


def test_a_file_that_is_no_evidence_is_refused(place):
    write_text(place.raw("nearpod") / "0.json", "{}")
    with pytest.raises(DataError, match="a file without evidence_version"):
        read_other_pilots("nearpod", listing("0.json"), place)


def test_the_files_need_passports_as_all_others_do():
    assert "0.json" in files_used(listing("0.json"))
