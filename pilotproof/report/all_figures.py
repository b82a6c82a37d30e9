"""Every figure of the report in the order of its pages: for the folder of figures and for looking at all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pilotproof.findings import Findings
from pilotproof.report.block import Block
from pilotproof.report.figures import class_figure, effect_figure
from pilotproof.report.flow_figure import flow_figure
from pilotproof.report.lesson_coding import picrat_figure
from pilotproof.report.logic_model_figure import logic_model_figure
from pilotproof.report.observation_figures import on_task_figure
from pilotproof.report.pooled import forest_figure
from pilotproof.report.power_figure import power_figure
from pilotproof.report.reliability_figures import calendar_figure, error_figure, week_figure
from pilotproof.report.staggered_figure import staggered_figure
from pilotproof.report.survey_figures import answer_figures, change_figures
from pilotproof.report.teacher_figure import teacher_figures
from pilotproof.report.usage_figures import dose_figure, feature_figure, licence_figure

Figure = Callable[[Findings, Path], Block | None]


def class_means(findings: Findings, folder: Path) -> Block | None:
    """`class_figure` of the primary outcome."""
    return class_figure(findings.primary, findings, folder)


def staggered_days(findings: Findings, folder: Path) -> Block | None:
    """`staggered_figure` of the primary outcome."""
    return staggered_figure(findings.primary, findings, folder)


FIGURES: tuple[Figure, ...] = (
    flow_figure,
    effect_figure,
    class_means,
    staggered_days,
    change_figures,
    teacher_figures,
    answer_figures,
    picrat_figure,
    on_task_figure,
    feature_figure,
    licence_figure,
    dose_figure,
    error_figure,
    calendar_figure,
    week_figure,
    forest_figure,
    power_figure,
    logic_model_figure,
)


def all_figures(findings: Findings, folder: Path) -> Iterator[Block]:
    """Draw every figure that these findings have into `folder`."""
    for figure in FIGURES:
        if (block := figure(findings, folder)) is not None:
            yield block
