"""From raw files to the page: the right verdict, words and tier, and nobody named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pilotproof.findings import Findings, read_findings
from pilotproof.report.remedies import REMEDIES
from pilotproof.report.results import bottom_line, contrast_sentence
from tests.designs.simulated import before_after, drawn_students, passed, staggered, users, write_pilot
from tests.pipeline import pdf_page
from tests.pipeline.page_numbers import disagreements
from tests.pipeline.test_report import run
from tests.report.drawn import assert_well_drawn

CASES = {
    # an effect of 6 points in five classes: p = 1 / 5! = 0.0083
    "staggered": (
        staggered(3, effect=6.0),
        (3, "adopt"),
        [
            "Within these classes, Nearpod raised scores on the district mathematics benchmark",
            "in an order that was drawn by lot: the smallest p that this can give is 0.008333",
            "This is an effect within these classes; it says nothing of other classes.",
            "60 students; 350 are needed",
            "C1, start September 16, 2026",
            "this design has one test",
        ],
    ),
    "users": (
        users(3, effect=4.0),
        (3, "extend"),
        [
            "Students who used Nearpod scored higher",
            "Students chose how much to use it, so this is correlational",
            "**All 192 students are in the analysis.**",
            "Robustness value: something unmeasured would have to explain",
            "each further hour of use went with",
            "students chose whether to use the tool",
            "Users scored otherwise than their classmates, but they chose to use it.",
            "pretest and class effects",
            "One that explained a tenth of both would turn the difference of",
            "Told as risk ratios (E-value), it would have to make both the tool and a good result",
        ],
    ),
    "passed": (
        passed(3, effect=0.6),
        (4, "extend"),
        [
            "the share with a “yes” among students in classes with Nearpod was",
            "percentage points higher than among students in comparison classes",
            "without omega (WWC 5.0) and",
            "the Cox index, the logarithm of the odds ratio over 1.65",
            "Something unmeasured would have to explain",
            "Attrition on the state test of mathematics: lost of those assigned",
        ],
    ),
    # a rise of 6 points in all six classes: p = 2 / 2^6 = 0.03125, and no tier but the fourth
    "before-after": (
        before_after(3, rise=6.0),
        (4, "extend"),
        [
            "We cannot say what Nearpod did to scores, because no group without it was measured",
            "**Mean scores of classes before and after: 6 of 6 rose.**",
            "With 6 classes the smallest p that the exact test of a change can give is 0.03125.",
            "sign-flip test): more than chance alone would explain. Students also learn without a new tool",
            "| verdict: class means, exact sign-flip test |",
            "| class means, paired t test |",
            "| class means, signed-rank test |",
            "| – | 0.03125 | 0.031 |",
            "bootstrap: too few pairs for a bootstrap",
            "d~z~ =",
            "no comparison group",
        ],
    ),
    "drawn": (
        drawn_students(3, effect=8.0),
        (3, "adopt"),
        [
            "Nearpod raised scores on the district mathematics benchmark",
            "Each of 120 students in 6 classes was drawn to have Nearpod or to go on without it",
            "the unit of every test of students’ scores here, is the student",
            "**All 120 students are in the analysis.**",  # and not of 12 classes: each of the 6 has students in both arms
            "60 treated and 60 comparison students",
            "smallest possible p 0.00005",
            "re-assignment of the lot (verdict)",
            "assuming that class and pretest explain",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_raw_files_become_the_right_page(project: Path, name: str):
    (params, files), verdict, words = CASES[name]
    write_pilot(project, name, params, files)
    done = run(project, "report", name, "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    findings = read_findings(project / "data/processed" / name)
    assert (findings.tier.tier, findings.decision.choice) == verdict
    page = (project / f"reports/{name}/report.qmd").read_text(encoding="utf-8")
    for expected in words:
        assert expected in page, expected
    assert "None" not in page and not re.search(r"\bK\d", page), "no class is named"
    assert len(re.findall(r"fig-alt=\"[^\"]{40,}", page)) == page.count("{#fig-")
    told = (project / "data/processed" / name / "findings.json").read_text(encoding="utf-8")
    assert disagreements(project / f"reports/{name}/{name}", json.loads(told)) == []
    assert pdf_page.misplaced(project / f"reports/{name}/{name}.pdf") == []
    evidence = json.loads((project / f"reports/{name}/evidence.json").read_text(encoding="utf-8"))
    assert not re.search(r"\bK\d|\"points\":", json.dumps(evidence["outcomes"])), "no class, and no day of one"
    assert_well_drawn(findings, project / "drawn")
    _check_other_verdicts(findings)


def _check_other_verdicts(findings: Findings) -> None:
    """The same pilot with a result that chance explains, and every gate's remedy, read without an error."""
    verdict = findings.primary.verdict.model_copy(update={"p_value": 0.4})
    unclear = findings.model_copy(update={"outcomes": (findings.primary.model_copy(update={"verdict": verdict}),)})
    cannot = "say what Nearpod did to" if findings.primary.claim == "change" else "tell from this pilot whether Nearpod changed"
    assert bottom_line(unclear).startswith(f"We cannot {cannot} scores")
    if findings.primary.staggered is not None:
        assert "That it can be chance is not proof that there is no difference." in contrast_sentence(unclear.primary, unclear)
    for gate in findings.tier.gates:
        assert "None" not in REMEDIES[gate.name](gate, findings)
