"""What the report says of the plan: kept, broken, late or absent."""

from __future__ import annotations

from datetime import date

import pytest

from pilotproof.findings import Findings, PlanAmendment, PlanChange, PlanFinding
from pilotproof.report.appendix import as_planned


@pytest.fixture
def said(demo: Findings):
    """What the report says, given changes to a plan that was kept."""
    plan = PlanFinding(
        first_written=date(2026, 9, 1),
        written=date(2026, 9, 7),
        sha256="a" * 64,
        is_before_outcomes=True,
        amendments=(),
        deviations=(),
    )

    def text(**changes: object) -> str:
        return as_planned(demo.model_copy(update={"plan": plan.model_copy(update=changes)})).markdown

    return text


def test_a_plan_that_was_kept(said):
    assert "on September 7, 2026, before the outcomes arrived" in said() and said().endswith("The analysis is as planned.")


def test_each_deviation_is_listed_with_both_values(said):
    text = said(deviations=(PlanChange(key="analysis.class_icc", planned="0.2", done="0.1"),))
    assert "| `analysis.class_icc` | 0.2 | 0.1 |" in text and "as planned" not in text


def test_a_late_plan_is_called_late(said):
    assert "no proof against choices made after the results were seen" in said(is_before_outcomes=False)


def test_a_changed_plan_gives_its_reasons(said):
    text = said(amendments=(PlanAmendment(written=date(2026, 9, 7), why="the board asked for *it*"),))
    assert "A first plan of September 1, 2026 was changed" in text
    assert "- September 7, 2026: The board asked for \\*it\\*." in text


def test_without_a_plan_the_reader_is_warned(demo):
    assert "cannot rule out" in as_planned(demo.model_copy(update={"plan": None})).markdown
