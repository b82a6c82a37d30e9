"""Unusual but plausible pilots come out with a page that is true of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader

from pilotproof.findings import read_findings
from pilotproof.report.front_matter import DRAFT
from pilotproof.simulate import Truth, simulate_pilot
from tests.pipeline import browser, pdf_page
from tests.pipeline.conftest import SVG
from tests.pipeline.page_numbers import disagreements
from tests.pipeline.test_report import run
from tests.report.drawn import assert_well_drawn

Params = dict[str, Any]


def without_comparison(params: Params) -> None:
    params["design"] |= {"assignment": "before-after", "comparison": []}


def one_treated_class(params: Params) -> None:
    params["design"]["treated"] = ["MATH6-01"]
    del params["sources"]["lesson_coding"]  # it names lessons of teachers who are now in no arm


def scores_only(params: Params) -> None:
    """And a draft with the district's logo."""
    for name in ("teacher_survey", "more_surveys", "sessions", "error_log"):
        del params["sources"][name]
    params["evidence"] = {}
    params["page"] |= {"logo": "logos/ours.svg", "logo_alt": "Coat of arms", "is_draft": True}


def randomised(params: Params) -> None:
    params["design"]["assignment"] = "randomised-classes"


def never_surveyed(params: Params) -> None:
    """And no use recorded: teachers are not heard, nor is it known whether they used it."""
    for name in ("teacher_survey", "more_surveys", "usage"):
        params["sources"].pop(name, None)


def within_schools(params: Params) -> None:
    """Schools as blocks: the lot was drawn in each of them."""
    randomised(params)
    params["design"]["block"] = "school"


def as_it_is(params: Params) -> None:
    """The demo's params, with another truth."""


CASES: dict[str, tuple[Truth, Callable[[Params], None], int | None, str, list[str]]] = {
    "before-after": (
        Truth(treated_classes=5, comparison_classes=2, schools=2, has_mess=False),
        without_comparison,
        4,
        "adjust",
        ["We cannot say what Nearpod did to scores", "stopped by: no comparison group", "must not be put down to it"],
    ),
    "one-class": (
        Truth(treated_classes=2, comparison_classes=3, schools=1, has_mess=False),
        one_treated_class,
        4,
        "adjust",
        ["one arm has only 1 class", "The pilot had 1 treated class", "fewer than three teachers answered both before and after"],
    ),
    "scores-only": (
        Truth(treated_classes=3, comparison_classes=3, has_mess=False),
        scores_only,
        None,
        "extend",
        [
            "does not support any ESSA tier",
            "no logic model",
            "No error log was kept",
            "No survey of teachers was held.",
            "nobody has searched yet",
            DRAFT,
        ],
    ),
    "three-teachers": (
        Truth(treated_classes=3, comparison_classes=3, has_mess=False, effect_sd=0.0),
        as_it_is,
        4,
        "adjust",
        ["We cannot tell from this pilot", "3 treated and 3 comparison classes", "cannot reach significance"],
    ),
    "large": (
        Truth(treated_classes=40, comparison_classes=40, schools=40, districts=2, effect_sd=0.5, has_mess=False),
        within_schools,
        1,
        "adjust",
        ["Nearpod raised scores", "ESSA Tier 1 (strong)", "then decide on a wider roll-out", "drawn at random, the real one"],
    ),
    "harm": (
        Truth(treated_classes=15, comparison_classes=15, effect_sd=-0.6, has_mess=False),
        as_it_is,
        4,
        "stop",
        ["scored lower", "scores were not higher", "“Nearpod lowered scores”"],
    ),
    "no-errors": (
        Truth(crash_chance_hot=0.0, crash_chance=0.0, other_error_chance=0.0, has_mess=False),
        never_surveyed,
        4,
        "extend",
        ["0 errors were reported", "0.00 per hour", "No survey of teachers was held."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_true_of_the_pilot(project: Path, name: str):
    truth, change, tier, choice, words = CASES[name]
    params = yaml.safe_load((project / "params/nearpod.yaml").read_text(encoding="utf-8"))
    classes = [f"MATH6-{i:02d}" for i in range(1, truth.treated_classes + truth.comparison_classes + 1)]
    params["design"] |= {"treated": classes[: truth.treated_classes], "comparison": classes[truth.treated_classes :]}
    change(params)
    (project / f"params/{name}.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    (project / "data/raw" / name).mkdir()
    (project / "params/logos").mkdir()
    (project / "params/logos/ours.svg").write_text(SVG)
    simulate_pilot(project / "data/raw" / name, seed=7, truth=truth)

    done = run(project, "report", name, "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    findings = read_findings(project / "data/processed" / name)
    assert (findings.tier.tier, findings.decision.choice) == (tier, choice)
    pdf = project / "reports" / name / f"{name}.pdf"
    pages = PdfReader(pdf).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for expected in words:
        assert expected in text, expected
    assert "None" not in text and "nan" not in text.split() and "?@" not in text
    assert pdf_page.misplaced(pdf) == []
    told = (project / "data/processed" / name / "findings.json").read_text(encoding="utf-8")
    assert disagreements(pdf.with_suffix(""), json.loads(told)) == []
    assert_well_drawn(findings, project / "drawn")
    if browser.CHROMIUM:  # tests/pipeline/test_pages.py says when it is missing
        with browser.chromium() as opened:
            assert browser.misplaced(opened, pdf.with_suffix(".html")) == []
