"""What is said of time on task: the least p first, bounds called bounds, nothing of few students, no word of a cause."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pilotproof.findings import Findings, NoOnTaskChange, ProcedureFinding
from pilotproof.report.observation_figures import on_task_figure
from pilotproof.report.observations import observation_results
from pilotproof.stats.agreement import kappa_of_table


def with_procedures(demo: Findings, *procedures: ProcedureFinding) -> Findings:
    return demo.model_copy(update={"observations": demo.observations.model_copy(update={"procedures": procedures})})


def scans(demo: Findings, **change: object) -> ProcedureFinding:
    return demo.observations.procedures[0].model_copy(update=change)


def said(demo: Findings, **change: object) -> str:
    return observation_results(with_procedures(demo, scans(demo, **change))).markdown


def test_the_least_p_comes_before_the_p_and_the_change_is_not_explained(demo):
    text = said(demo)
    # 6 teachers with the tool: 2 / 2^6; 5 of the comparison group: 2 / 2^5, above 0.05
    assert text.index("0.03125") < text.index("exact p = 0.094")
    assert "0.0625: **their change cannot reach significance" in text
    assert "78% before to 82% during, +3.9 percentage points (95% interval −1.5 to +9.3" in text
    assert "never put down to the tool" in text and "Observers could see which classes had the tool" in text


def test_the_table_has_a_row_for_each_phase_and_arm(demo):
    rows = [line for line in said(demo).splitlines() if line.startswith(("| with", "| comparison"))]
    assert rows[1] == "| with the tool | during | 48 | 6 | 8 | 82% | 80% to 83% | 37 |"  # .819 of 45 minutes = 36.9
    assert len(rows) == 4


@pytest.mark.parametrize("of_the_share", [5, 6])
def test_shares_of_a_change_and_of_the_table_may_differ_and_it_is_said_when(demo, of_the_share):
    # 5 teachers of the comparison group were seen twice
    shares = tuple(
        share.model_copy(update={"teachers": of_the_share}) if share.arm == "comparison" else share
        for share in scans(demo).shares
    )
    told = "Teachers seen only once, before or during, count in @tbl-on-task-class-scan but in no change"
    assert (told in said(demo, shares=shares)) == (of_the_share == 6)


@pytest.mark.parametrize(("procedure", "bias", "word"), [("partial", "upper bound", "over"), ("whole", "lower bound", "under")])
def test_a_bound_is_called_one_and_has_no_minutes(demo, procedure, bias, word):
    shares = tuple(share.model_copy(update={"minutes": None}) for share in scans(demo).shares)
    text = said(demo, procedure=procedure, bias=bias, shares=shares)
    assert f"This {word}states the share of time" in text and f"**{bias}**" in text
    assert f"Share of time on task, {'an' if 'upper' in bias else 'a'} {bias}" in text and "Minutes" not in text


def test_several_procedures_are_said_to_be_told_apart(demo):
    momentary = scans(demo, procedure="momentary", sessions=())
    text = observation_results(with_procedures(demo, scans(demo), momentary)).markdown
    assert "observed in 2 ways" in text and "never put together" in text
    assert "{#tbl-on-task-class-scan}" in text and "{#tbl-on-task-momentary}" in text


def test_a_share_of_few_students_is_not_shown_nor_a_change_that_would_tell_it(demo):
    shares = scans(demo).shares
    few = (shares[0].model_copy(update={"students": 9.9}), *shares[1:])
    text = said(demo, shares=few)
    assert "| with the tool | before | 6 | 6 | 1 | – | – | – |" in text and "Not shown: fewer than 10 students" in text
    assert "78% before" not in text and "+3.9" not in text and "−1.5 percentage points" in text, "the comparison group is shown"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not observed before", "no lesson was observed before the window"),
        ("not observed during", "no lesson was observed in the window"),
        ("fewer than two teachers in both phases", "fewer than two teachers were observed both before and during"),
    ],
)
def test_why_there_is_no_change_is_said(demo, reason, words):
    change = scans(demo).changes[0].model_copy(update={"change": NoOnTaskChange(reason=reason, teachers=1)})
    assert f"For teachers with the tool no change is given: {words}." in said(demo, changes=(change,))


def test_equal_changes_of_all_teachers_have_a_p_and_no_interval(demo):
    nothing = dict.fromkeys(("standard_error", "t", "p_value", "interval", "d_z"))
    change = scans(demo).changes[0]
    flat = change.model_copy(update={"change": dataclasses.replace(change.change, **nothing)})
    assert "+3.9 percentage points (exact p = 0.094)" in said(demo, changes=(flat,))


def test_agreement_below_the_minimum_warns_and_none_is_said(demo):
    agreement = scans(demo).agreement
    assert "Both reach the usual minimum of 80% agreement and 0.60 beyond chance." in said(demo)
    low = agreement.model_copy(update={"is_reliable": False, "is_enough_coded": False})
    assert "should not be relied on" in said(demo, agreement=low) and "**less than** the 20%" in said(demo, agreement=low)
    untold = agreement.model_copy(update={"is_reliable": None, "icc": None})
    assert "cannot be told" in said(demo, agreement=untold)
    codes = agreement.model_copy(update={"counts": None, "kappa": None, "is_reliable": None})
    assert "Kappa cannot be told" in said(demo, agreement=codes)
    assert "No interval was coded by two observers" in said(demo, agreement=None)


def test_kappa_comes_with_its_prevalence(demo):
    # po = .90, yet kappa = .444, because 85 of 100 intervals were on task by both and 5 off: index (85 - 5) / 100
    kappa = kappa_of_table([[85, 5], [5, 5]])
    change = {"counts": None, "icc": None, "kappa": kappa, "agreement": 0.9, "intervals": 100, "is_reliable": False}
    text = said(demo, agreement=scans(demo).agreement.model_copy(update=change))
    assert "They agreed on 90% of 100 intervals." in text and "a kappa of 0.44 (" in text and "prevalence index +0.80" in text


def test_without_observations_the_section_says_so(demo, tmp_path):
    none = demo.model_copy(update={"observations": None})
    assert observation_results(none).markdown.startswith("Nobody observed lessons")
    assert on_task_figure(none, tmp_path) is None


def test_the_figure_says_its_message_and_leaves_small_classes_out(demo, tmp_path: Path):
    block = on_task_figure(demo, tmp_path)
    assert "82% of students were on task in lessons with the tool and 76%" in block.markdown
    assert "comparison, during 76%" in block.markdown and (tmp_path / "on-task.svg").stat().st_size
    points = scans(demo).sessions
    small = (points[0].model_copy(update={"students": 9.0}), *points[1:])
    assert (
        "1 lesson with fewer than 10 students not drawn"
        in on_task_figure(with_procedures(demo, scans(demo, sessions=small)), tmp_path).markdown
    )
    none = tuple(point.model_copy(update={"students": 9.0}) for point in points)
    assert on_task_figure(with_procedures(demo, scans(demo, sessions=none)), tmp_path) is None


def test_one_arm_in_one_phase_is_drawn_too(demo, tmp_path: Path):
    points = tuple(p for p in scans(demo).sessions if (p.arm, p.phase) == ("treated", "during"))
    shares = tuple(s for s in scans(demo).shares if (s.arm, s.phase) == ("treated", "during"))
    block = on_task_figure(with_procedures(demo, scans(demo, sessions=points, shares=shares)), tmp_path)
    assert "Students on task in 48 lessons." in block.markdown and "comparison" not in block.markdown
