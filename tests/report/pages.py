"""Everything that a report says of student outcomes, for findings that a test has made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from pilotproof.analyse.outcomes import analyse_outcomes
from pilotproof.analyse.verdict import decision_inputs, tier_inputs, tier_profile
from pilotproof.evidence.decision import decide
from pilotproof.evidence.tier import judge
from pilotproof.findings import Findings
from pilotproof.pilot import Pilot
from pilotproof.pipeline.provenance import pilot_card
from pilotproof.report import (
    appendix,
    decision,
    figures,
    full_results,
    model_tables,
    models,
    outcomes,
    page_one,
    reviewer,
    sections,
)
from tests.report.conftest import demo_findings


def findings_of(students: pd.DataFrame, pilot: Pilot) -> Findings:
    """The demo's findings with the outcomes, tier and recommendation that follow from these students and params."""
    found = analyse_outcomes(students, pilot)
    primary = next(outcome for outcome in found if outcome.is_primary)
    tier = judge(tier_inputs(primary, pilot, found), tier_profile(pilot))
    changed: dict[str, Any] = {
        "pilot": pilot_card("nearpod", pilot),
        "outcomes": found,
        "tier": tier,
        "decision": decide(decision_inputs(primary, tier, pilot)),
        "surveys": (),
        "usage": None,
    }
    return demo_findings().model_copy(update=changed)


def page_of(findings: Findings, folder: Path) -> str:
    """Every sentence, table, caption and text of a figure about student outcomes."""
    parts = [
        page_one.page_one(findings),
        sections.what_was_tried(findings),
        outcomes.outcome_results(findings),
        figures.effect_figure(findings, folder),
        figures.class_figure(findings.primary, findings, folder),
        sections.gate_results(findings),
        decision.decision_results(findings),
        appendix.methods(findings),
        outcomes.every_method(findings),
        reviewer.design_at_a_glance(findings),
        full_results.full_results(findings),
        models.model_text(findings),
        model_tables.coefficient_tables(findings),
        reviewer.methods_in_words(findings),
        reviewer.every_gate(findings),
    ]
    text = "\n\n".join(part.markdown for part in parts if part is not None)
    return re.sub(r"[ \t]+", " ", text)
