"""Evidence of another pilot, received as it came, reaches the page; one that does not fit stops the check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from pilotproof.files import write_text
from pilotproof.findings import as_json, read_findings
from pilotproof.readiness import check_inputs
from pilotproof.report.evidence_file import evidence_of
from pilotproof.sources.receive import receive
from pilotproof.workspace import Workspace
from tests.pipeline.test_report import run
from tests.report.conftest import demo_findings
from tests.report.drawn import assert_well_drawn


def send(project: Path, **pilot: object) -> None:
    """Evidence of another pilot as a district would send it, named in the params of the demo."""
    evidence = evidence_of(demo_findings())
    other = evidence.pilot.model_copy(update={"name": "oak", "district": "Oak Hill School District"} | pilot)
    path = project.parent / "oak-evidence.json"
    write_text(path, as_json(evidence.model_copy(update={"pilot": other}).model_dump(mode="json")))
    params = yaml.safe_load((project / "params/nearpod.yaml").read_text(encoding="utf-8"))
    params["sources"]["evidence"] = ["oak-evidence.json"]
    (project / "params/nearpod.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    receive("nearpod", [path], Workspace.open(project), received=date(2026, 11, 2))


def test_a_second_district_s_evidence_is_pooled_on_the_page(project):
    send(project)
    done = run(project, "report", "nearpod", "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    findings = read_findings(project / "data/processed/nearpod")
    assert [study.pilot for study in findings.pooled.studies] == ["nearpod", "oak"]
    # Twice the same: (w x + w x) / 2w is x, but for the rounding of w x to the last of 16 digits.
    assert findings.pooled.random.estimate == pytest.approx(findings.primary.effect.estimate, rel=1e-15)
    assert any(one.file == "oak-evidence.json" for one in findings.provenance.inputs)
    text = " ".join("".join(page.extract_text() for page in PdfReader(project / "reports/nearpod/nearpod.pdf").pages).split())
    assert "With other pilots of the same tool" in text and "Oak Hill School District" in text
    assert "This pilot by itself: Tier 4 (demonstrates a rationale)" in text
    assert (project / "reports/nearpod/figures/pooled.svg").is_file()
    assert_well_drawn(findings, project / "drawn")


def test_evidence_on_another_tool_stops_the_check(project, workspace):
    send(project, tool="Kahoot!")
    problems = check_inputs("nearpod", workspace).problems
    assert [problem.found for problem in problems] == ["evidence on Kahoot!"]
