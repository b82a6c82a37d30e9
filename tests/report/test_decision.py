"""The recommendation in words: every reason has a sentence, limits are said once, a stop comes with its dates."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import get_args

from pilotproof.evidence.decision import Decision, Reason, ReasonName
from pilotproof.report.decision import REASONS, decision_box, decision_results
from pilotproof.report.words import CHOICES


def test_every_reason_has_its_words():
    assert set(REASONS) == set(get_args(ReasonName))


def test_the_table_says_each_limit_once_and_every_rule_that_was_weighed(demo):
    page = decision_results(demo).markdown
    rows = [line for line in page.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(demo.decision.reasons)
    assert not re.search(r"at most at most|at least at least", page)
    assert "at most 5%" in page and "at least 30% after a semester" in page


def test_page_one_gives_the_reasons_that_speak_for_the_choice_first(demo):
    box = decision_box(demo)
    first = next(line for line in box.splitlines() if line.startswith("- "))
    assert demo.decision.choice == "adjust" and f"Recommendation: {CHOICES['adjust']}" in box
    assert "fell into period" in first
    assert len([line for line in box.splitlines() if line.startswith("- ")]) <= 4


def test_a_stop_names_the_first_possible_day_and_the_archive(demo):
    stopped = Decision(choice="stop", reasons=(Reason(name="scores lower", speaks_for="stop"),))
    findings = demo.model_copy(update={"decision": stopped})
    page = decision_results(findings).markdown
    end = demo.pilot.data_received + timedelta(days=30)
    assert f"ends on {end:%B} {end.day}, {end.year} at the earliest" in page  # 30 days' notice from the day of the data
    assert "archive" in page and "1. Tell teachers, families and the vendor" in page
