"""The section on lessons: counts as they are, agreement with what it rests on, and no level called better."""

from __future__ import annotations

import re

import pytest

from pilotproof.findings import Findings
from pilotproof.report.lesson_coding import lesson_details, lesson_results, picrat_figure


def changed(demo: Findings, **coding: object) -> Findings:
    return demo.model_copy(update={"lesson_coding": demo.lesson_coding.model_copy(update=coding)})


def test_the_demo_s_lessons_are_told_axis_by_axis(demo):
    text = lesson_results(demo).markdown
    assert "48 lessons with Nearpod were coded, held by 6 of the 6 teachers whose classes had it." in text
    passive, interactive, creative = (at.lessons for at in demo.lesson_coding.student_relation)
    assert f"students were passive in {passive}, interactive in {interactive} and creative in {creative}" in text
    assert passive + interactive + creative == 48
    assert "**No cell is better than another without the objective of the lesson**" in text


def test_the_matrix_holds_every_cell_and_says_its_message(demo, tmp_path):
    block = picrat_figure(demo, tmp_path)
    alt = re.search(r'fig-alt="([^"]*)"', block.markdown).group(1)
    assert sum(map(int, re.findall(r" (\d+)(?:;|\.$)", alt.partition("Lessons in each cell: ")[2]))) == 48
    fullest = max(demo.lesson_coding.cells, key=lambda cell: cell.lessons)
    assert f": {fullest.lessons} of 48. Lessons in each cell" in alt and "no cell is better" in block.markdown
    assert (tmp_path / "picrat.svg").read_bytes() == _drawn_again(demo, tmp_path)


def _drawn_again(demo: Findings, folder) -> bytes:
    picrat_figure(demo, folder / "again")
    return (folder / "again" / "picrat.svg").read_bytes()


def test_cells_with_as_many_lessons_are_all_named(demo, tmp_path):
    cells = tuple(cell.model_copy(update={"lessons": 5}) for cell in demo.lesson_coding.cells[:2])
    block = picrat_figure(changed(demo, cells=cells, picrat_lessons=10), tmp_path)
    assert "kinds of lesson were passive and replacing and passive and amplifying: 5 of 10 each" in block.markdown


def test_agreement_stands_with_its_interval_and_the_share_coded_twice(demo):
    text = lesson_details(demo).markdown
    assert "Two coders saw 12 of the 48 lessons (25%; at least 20% are asked for)." in text and "too few" not in text
    kappa = demo.lesson_coding.agreement[0].kappa
    row = f"| PICRAT, what students do | 12 | {kappa.percent_agreement:.0%} | {kappa.estimate:.2f} |"
    assert row in text


def test_too_little_double_coding_is_said(demo):
    few = lesson_details(changed(demo, double_coded=4, share_double_coded=4 / 48)).markdown
    assert "4 of the 48 lessons (8%; at least 20% are asked for). These are too few" in few
    none = lesson_details(changed(demo, double_coded=0, share_double_coded=0.0, agreement=())).markdown
    assert "No lesson was seen by two coders" in none and "kappa" not in none


def test_a_kappa_that_cannot_be_told_is_a_dash_with_its_reason(demo):
    agreement = tuple(one.model_copy(update={"kappa": None, "lessons": 1}) for one in demo.lesson_coding.agreement)
    text = lesson_details(changed(demo, agreement=agreement)).markdown
    assert "| SAMR | 1 | – | – | – |" in text and "–: cannot be told" in text


def test_parts_that_were_not_coded_are_left_out(demo, tmp_path):
    only_samr = changed(demo, cells=None, student_relation=None, teacher_use=None, weeks=(), picrat_lessons=0)
    assert picrat_figure(only_samr, tmp_path) is None and "PICRAT [" not in lesson_results(only_samr).markdown
    assert "#tbl-samr" not in lesson_details(changed(demo, samr=None, samr_lessons=0)).markdown
    nothing = demo.model_copy(update={"lesson_coding": None})
    assert "No lessons were coded" in lesson_results(nothing).markdown
    assert picrat_figure(nothing, tmp_path) is lesson_details(nothing) is None


@pytest.mark.parametrize("word", ["higher level", "best", "improve", "score of", "average"])
def test_no_level_is_called_better(demo, word):
    assert word not in f"{lesson_results(demo).markdown} {lesson_details(demo).markdown}".lower()
