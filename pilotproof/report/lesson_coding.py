"""How the tool was used in lessons: the PICRAT matrix, SAMR, and how far two coders agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import CellCount, CoderAgreement, Findings, LessonCodingFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block, table
from pilotproof.report.drawing import FAINT, INK, save, tip
from pilotproof.report.figure_data import FigureData

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NONE_CODED = "No lessons were coded, so nothing is said of how the tool was used in them."
RELATIONS = {  # lowest row of the matrix first
    "P": ("passive", "students watch or listen"),
    "I": ("interactive", "students answer and respond"),
    "C": ("creative", "students make something"),
}
USES = {
    "R": ("replacing", "the lesson goes as before"),
    "A": ("amplifying", "some of it goes further"),
    "T": ("transforming", "not possible without it"),
}
SAMR = {
    "S": ("Substitution", "another means for the same task"),
    "A": ("Augmentation", "the same task, with something the old means could not do"),
    "M": ("Modification", "a large part of the task designed anew"),
    "R": ("Redefinition", "a task that was not possible before"),
}
SCALES = {
    "student_relation": "PICRAT, what students do",
    "teacher_use": "PICRAT, what the tool does to the lesson",
    "samr": "SAMR",
}
SHADE = "#0b5394"
DARKEST = 0.45  # of the shade behind the fullest cell: black numbers stay readable on it, in grey too


def lesson_results(findings: Findings) -> Block:
    """What was coded, how the lessons are spread over each axis, and what this does not say."""
    coding = findings.lesson_coding
    if coding is None:
        return Block(NONE_CODED)
    tool = fmt.text(findings.pilot.tool)
    were = "was" if coding.lessons == 1 else "were"
    first = f"{fmt.count(coding.lessons, 'lesson')} with {tool} {were} coded, held by {_teachers(coding)}."
    if coding.cells is not None:
        first += (
            " PICRAT [@kimmons2020] asks two things of a lesson: what students do with the tool, and what the tool does to the "
            f"lesson. {_by_axis(coding)}"
        )
    never = (
        "**No cell is better than another without the objective of the lesson**: to watch can be right for one, to make "
        "something for the next. So codes are counted and never added up to a score. Only the coded lessons are described; "
        "whether the others were like them depends on how these were picked."
    )
    return Block(f"{first}\n\n{never}")


def _teachers(coding: LessonCodingFinding) -> str:
    if coding.teachers_with_tool is None:
        return fmt.count(coding.teachers, "teacher")
    return f"{coding.teachers} of the {fmt.count(coding.teachers_with_tool, 'teacher')} whose classes had it"


def _by_axis(coding: LessonCodingFinding) -> str:
    """Lessons at each level of the two axes."""
    relations = [f"{RELATIONS[at.level][0]} in {at.lessons}" for at in coding.student_relation]
    uses = [f"{USES[at.level][0]} in {at.lessons}" for at in coding.teacher_use]
    return (
        f"Of {fmt.count(coding.picrat_lessons, 'lesson')}, students were {fmt.listed(relations)}; the use of the tool was "
        f"{fmt.listed(uses)} (@fig-picrat)."
    )


def picrat_figure(findings: Findings, folder: Path) -> Block | None:
    """The matrix with the number and share of lessons in each cell; the more lessons, the darker."""
    coding = findings.lesson_coding
    if coding is None or coding.cells is None:
        return None
    fullest = max(cell.lessons for cell in coding.cells)

    def draw(axes: Axes) -> None:
        for cell in coding.cells:
            left, bottom = list(USES).index(cell.teacher_use), list(RELATIONS).index(cell.student_relation)
            strength = DARKEST * cell.lessons / fullest
            square = axes.fill_between([left, left + 1], bottom, bottom + 1, facecolor=(SHADE, strength), edgecolor=FAINT)
            tip(square, f"{_cell_name(cell)}: {fmt.count(cell.lessons, 'lesson')} of {coding.picrat_lessons}")
            middle = {"ha": "center", "color": INK}
            axes.text(left + 0.5, bottom + 0.54, f"{cell.lessons}", va="center", fontsize=13, **middle)
            share = fmt.percent(cell.share)
            axes.text(left + 0.5, bottom + 0.22, share, va="center", fontsize=8, **middle)
        axes.set(xlim=(-0.01, 3.01), ylim=(-0.01, 3.01), xlabel="What the tool does to the lesson", ylabel="What students do")
        axes.set_xticks([0.5, 1.5, 2.5], [f"{name}\n{gloss}" for name, gloss in USES.values()])
        axes.set_yticks([0.5, 1.5, 2.5], [f"{name}\n{gloss}" for name, gloss in RELATIONS.values()])
        axes.tick_params(length=0, labelsize=8)
        axes.spines[:].set_visible(False)

    cells = ((RELATIONS[c.student_relation][0], USES[c.teacher_use][0], c.lessons, c.share) for c in coding.cells)
    data = FigureData.of(("students", "tool", "lessons", "share"), cells)
    path = save(folder / "picrat.svg", draw, data=data, height=2.9)
    spoken = "; ".join(f"{_cell_name(cell)} {cell.lessons}" for cell in coding.cells)
    return figure_block(
        path,
        name="picrat",
        message=_fullest_message(coding, fullest),
        note="Lessons in each cell of the PICRAT matrix, and their share of all; no cell is better than another.",
        spoken=f"Lessons in each cell: {spoken}.",
    )


def _fullest_message(coding: LessonCodingFinding, fullest: int) -> str:
    names = [_cell_name(cell) for cell in coding.cells if cell.lessons == fullest]
    if len(names) == 1:
        return f"The most common kind of lesson was {names[0]}: {fullest} of {coding.picrat_lessons}."
    return f"The most common kinds of lesson were {fmt.listed(names)}: {fullest} of {coding.picrat_lessons} each."


def _cell_name(cell: CellCount) -> str:
    return f"{RELATIONS[cell.student_relation][0]} and {USES[cell.teacher_use][0]}"


def lesson_details(findings: Findings) -> Block | None:
    """Week by week, SAMR, and the agreement of two coders."""
    coding = findings.lesson_coding
    if coding is None:
        return None
    return Block("\n\n".join(filter(None, [_weeks(coding), _samr(coding), _agreement(coding, findings.pilot.confidence)])))


def _weeks(coding: LessonCodingFinding) -> str:
    if sum(week.lessons > 0 for week in coding.weeks) < 2:
        return ""
    header = ["Week from", "Lessons", *(fmt.capital(name) for name, _ in (RELATIONS | USES).values())]
    rows = [
        [
            f"{week.starts:%B} {week.starts.day}",
            f"{week.lessons}",
            *(f"{week.student_relation[level]}" for level in RELATIONS),
            *(f"{week.teacher_use[level]}" for level in USES),
        ]
        for week in coding.weeks
    ]
    caption = "Coded lessons by week and by each axis of PICRAT. Described, not tested: each week has few lessons"
    return table(header, rows, align="lrrrrrrr", name="lesson-weeks", caption=caption)


def _samr(coding: LessonCodingFinding) -> str:
    if coding.samr is None:
        return ""
    rows = [[*SAMR[at.level], f"{at.lessons}", fmt.percent(at.share)] for at in coding.samr]
    header = ["Level", "What it means", "Lessons", "Share"]
    return table(header, rows, align="llrr", widths=[22, 52, 13, 13], name="samr", caption="Lessons by level of SAMR")


def _agreement(coding: LessonCodingFinding, confidence: float) -> str:
    wanted = fmt.percent(coding.wanted_double_coded)
    if not coding.double_coded:
        return f"No lesson was seen by two coders, so it is not known how alike they would code; {wanted} are asked for."
    first = (
        f"Two coders saw {coding.double_coded} of the {fmt.count(coding.lessons, 'lesson')} "
        f"({fmt.percent(coding.share_double_coded)}; at least {wanted} are asked for)."
    )
    if coding.share_double_coded < coding.wanted_double_coded:
        first += " These are too few: most codes rest on what one person saw."
    header = ["Scale", "Lessons", "Same code", "Weighted kappa", fmt.confidence(confidence)]
    rows = [_agreement_row(one) for one in coding.agreement]
    has_gap = any(fmt.NOTHING in row for row in rows)
    note = (
        "::: {.small}\nWeighted kappa: agreement beyond chance, 1 when all codes are the same, 0 when they agree as often as "
        "chance would have it; codes far apart count more against it than neighbors. Its interval takes lessons as "
        "independent and is rough with so few."
        + (f" {fmt.NOTHING}: cannot be told, from too few lessons or because no codes differ." if has_gap else "")
        + "\n:::"
    )
    caption = "Agreement of two coders of the same lesson; each scale by itself"
    body = table(header, rows, align="lrrrr", name="coders", caption=caption) if rows else ""
    return "\n\n".join(filter(None, [first, body, note if rows else ""]))


def _agreement_row(one: CoderAgreement) -> list[str]:
    kappa = one.kappa
    if kappa is None:
        return [SCALES[one.scale], f"{one.lessons}", fmt.NOTHING, fmt.NOTHING, fmt.NOTHING]
    limits = kappa.interval
    return [
        SCALES[one.scale],
        f"{one.lessons}",
        fmt.percent(kappa.percent_agreement),
        fmt.number(kappa.estimate),
        fmt.NOTHING if limits is None else fmt.interval(limits.low, limits.high),
    ]
