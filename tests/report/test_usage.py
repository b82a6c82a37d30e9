"""What is said of use: who of those who were to, no small group told or to be subtracted, and scores never put down to use."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from pilotproof.findings import Findings, NoDose, PartOf
from pilotproof.report.usage import REFUSED, usage_results
from pilotproof.report.usage_figures import dose_figure, feature_figure
from pilotproof.stats.correlation import spearman
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.dose import DoseRefusal


def with_usage(demo: Findings, **change: object) -> Findings:
    return demo.model_copy(update={"usage": demo.usage.model_copy(update=change)})


def with_dose(demo: Findings, **change: object) -> Findings:
    return with_usage(demo, dose=demo.usage.dose.model_copy(update=change))


def said(demo: Findings, **change: object) -> str:
    return usage_results(with_usage(demo, **change)).markdown


def part(some: int, of: int) -> PartOf:
    return PartOf(some=some, of=of, share=some / of, interval=proportion_interval(some, of))


def test_adoption_is_of_those_who_were_to_use_it(demo):
    text = said(demo)
    assert "| Students who were to use it | 131 | 120 | 92% | 85% to 96% |" in text
    assert "| Their teachers, in the last week of the window | 6 | 6 | 100% | 54% to 100% |" in text
    assert "a teacher counts as using the tool when students of theirs did" in text
    assert "a teacher counts" not in said(demo, teachers_by="their own records")


@pytest.mark.parametrize(
    ("some", "cells"),
    [
        (9, "| 131 | < 10 | ≤ 7% | – |"),
        (122, "| 131 | all but < 10 | ≥ 93% | – |"),
        (0, "| 131 | < 10 | ≤ 7% | – |"),  # none looks like nine: both are 0 to 6.9%
        (131, "| 131 | all but < 10 | ≥ 93% | – |"),
        (60, "| 131 | 60 | 46% |"),
    ],
)
def test_neither_few_users_nor_few_non_users_are_counted(demo, some, cells):
    assert f"| Students who were to use it {cells}" in said(demo, students=part(some, 131))


def test_the_licences_do_not_tell_what_the_table_hides(demo):
    licences = demo.usage.licences.model_copy(update={"used": 124, "dormant": 26, "cost_dormant": 117.0})
    text = said(demo, students=part(124, 131), licences=licences)
    assert "about 120 people who were to use the tool did" in text
    assert "124" not in text and "117.00" not in text and "dormant" not in text
    # 120 of the assigned in the table and 123 in all would tell of 3 who joined late
    late = demo.usage.licences.model_copy(update={"used": 123, "dormant": 27})
    assert "123" not in said(demo, others=3, licences=late)


def test_licences_with_and_without_a_price(demo):
    # 30 of 150 at 4.50
    text = said(demo)
    assert (
        "150 licenses were bought for 675.00 USD; 120 people" in text
        and "30 licenses lay dormant, which cost 135.00 USD." in text
    )
    free = demo.usage.licences.model_copy(update=dict.fromkeys(("cost", "cost_dormant", "cost_each_used")))
    assert "30 licenses lay dormant." in said(demo, licences=free) and "USD" not in said(demo, licences=free)
    assert "No license lay dormant." in said(demo, licences=demo.usage.licences.model_copy(update={"dormant": 0}))
    assert "license" not in said(demo, licences=None)


def test_more_people_than_licenses_is_no_full_use(demo):
    text = said(demo, licences=demo.usage.licences.model_copy(update={"bought": 100, "dormant": 0}))
    assert "That is more people than licenses" in text and "lay dormant" not in text


def test_use_by_the_comparison_group_is_counted_unless_few(demo):
    few = "In the comparison group fewer than 10 students, perhaps none, used it. Use there makes the groups more alike"
    assert few in said(demo)
    assert "12 students and 1 teacher used it too" in said(demo, comparison=part(12, 110), comparison_teachers=1)
    assert few in said(demo, comparison=part(0, 110))
    assert "perhaps none, used it, and 1 teacher did." in said(demo, comparison=part(0, 110), comparison_teachers=1)
    assert "all but fewer than 10 students used it too" in said(demo, comparison=part(110, 110))
    assert "omparison group" not in said(demo, comparison=None)


def test_what_the_record_does_not_hold_is_named(demo):
    assert "The record has no logins." in said(demo)
    assert "neither minutes nor logins nor submissions" in said(demo, minutes=None, submissions=None)
    assert "minutes of 50% of the records are estimated" in said(demo, estimated_share=0.5)


def test_use_and_scores_are_an_association(demo):
    text = said(demo)
    assert "one more hour of use went along with +0.88 points" in text and "p = 0.202" in text
    assert "**correlational**, whatever its p" in text and "effect" not in text and "because of" not in text
    assert "explained 9% of what is left of both use and score" in text
    assert "too few students did not use it" in text


@pytest.mark.parametrize("reason", REFUSED)
def test_every_refusal_has_its_words(demo, reason):
    none = _refusal(reason)
    text = usage_results(with_dose(demo, response=none, users=none, by_class=none)).markdown
    assert f"Use is not held against scores: {REFUSED[reason]}." in text and "went along" not in text
    text = usage_results(with_dose(demo, users=none)).markdown
    assert f"Users are not held against non-users: {REFUSED[reason]}." in text


def _refusal(reason: str) -> NoDose | DoseRefusal:
    if reason in get_args(get_type_hints(DoseRefusal)["reason"]):
        return DoseRefusal(reason=reason, n=20, clusters=1)
    return NoDose(reason=reason, n=20)


def test_users_against_non_users_are_correlational_too(demo):
    text = usage_results(with_dose(demo, users=demo.usage.dose.response)).markdown
    assert "against non-users of their class with the same pretest" in text and "which is correlational too" in text


def test_without_a_record_of_use_the_section_says_so(demo, tmp_path):
    none = demo.model_copy(update={"usage": None})
    assert usage_results(none).markdown.startswith("No record of use was kept")
    assert feature_figure(none, tmp_path) is None and dose_figure(none, tmp_path) is None


def test_the_heat_map_hides_cells_of_few_students(demo, tmp_path: Path):
    block = feature_figure(demo, tmp_path)
    assert "Live question, in week 3; every part was used in every week" in block.markdown and "week 3: 91" in block.markdown
    cells = demo.usage.features
    few = (*cells[:2], cells[2].model_copy(update={"students": 9}), *cells[3:])
    hidden = feature_figure(with_usage(demo, features=few), tmp_path).markdown
    assert (
        "91" not in hidden
        and "Hatched: fewer than 10 students" in hidden
        and "Most use in one week was of Draw it, in week 1" in hidden
    )
    idle = (*cells[:2], cells[2].model_copy(update={"students": 0, "events": 0}), *cells[3:])
    assert "1 of 16 cells had no use" in feature_figure(with_usage(demo, features=idle), tmp_path).markdown
    nothing = tuple(cell.model_copy(update={"students": 9}) for cell in cells)
    assert feature_figure(with_usage(demo, features=nothing), tmp_path) is None


def test_the_heat_map_names_what_has_no_name_and_drops_the_least_used(demo, tmp_path: Path):
    cell = demo.usage.features[0]
    many = tuple(cell.model_copy(update={"feature": name}) for name in ["", *(f"part {n}" for n in range(14))])
    block = feature_figure(with_usage(demo, features=many, weeks=1), tmp_path)
    assert "a part without a name" in block.markdown and "The 3 least used parts of the tool are not drawn" in block.markdown


def test_the_dose_figure_has_cells_only(demo, tmp_path: Path):
    block = dose_figure(demo, tmp_path)
    assert "cannot be told from chance" in block.markdown and "means of 24 or more students" in block.markdown
    response = dataclasses.replace(demo.usage.dose.response, p_value=0.01)
    assert "gained more, which is correlational" in dose_figure(with_dose(demo, response=response), tmp_path).markdown
    cells = demo.usage.dose.cells
    assert dose_figure(with_dose(demo, cells=cells[:1]), tmp_path) is None
    small = (dataclasses.replace(cells[0], n=9), *cells[1:])
    assert dose_figure(with_dose(demo, cells=small), tmp_path) is None
    one_class = DoseRefusal(reason="one cluster", n=24, clusters=1)
    assert "Gain of students by how much" in dose_figure(with_dose(demo, response=one_class), tmp_path).markdown


def test_a_rank_correlation_over_many_classes_has_no_exact_p(demo):
    by_class = spearman(range(12), [3, 1, 2, 5, 4, 8, 6, 7, 11, 9, 10, 0])
    text = usage_results(with_dose(demo, by_class=by_class)).markdown
    assert "Over the 12 classes" in text and "exact p" not in text


def test_one_class_has_no_lowest_and_highest(demo):
    alone = {name: getattr(demo.usage, name).model_copy(update={"classes": 1}) for name in ("minutes", "submissions")}
    assert "there were 34 minutes of use a week and 3.0 submissions of work in the window (students without" in said(
        demo, **alone
    )
    assert "34 (31 to 37) minutes of use a week" in said(demo) and "median of 6 classes" in said(demo)
