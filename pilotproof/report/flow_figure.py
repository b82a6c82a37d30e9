"""Who took part: students and classes of each arm from the start to the analysis, and why some are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import may_show, shown_flow
from pilotproof.findings import Findings, FlowStep
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.boxes import arrow, box, height_of, wrapped
from pilotproof.report.drawing import COMPARISON, INK, TREATED, WIDTH, save
from pilotproof.report.figure_data import FigureData
from pilotproof.report.words import ARMS, CLUSTERS, USE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"treated": TREATED, "comparison": COMPARISON}
GAP, DOWN = 0.25, 0.22  # inches between the arms, and of an arrow
STEM = 0.35  # from the left of an arm to the arrow down, beside which those who left are named
FIRST = {
    "randomised-classes": "Drawn by lot",
    "randomised-students": "Drawn by lot",
    "comparison-classes": "In the pilot, not drawn by lot",
    "before-after": "In the pilot, without a comparison group",
    "staggered-start": "In the pilot, with staggered starts",
    "users-compared": "In the pilot, told apart by their use",
}


@dataclass(frozen=True, slots=True)
class _Left:
    """Students who are not in the analysis, and by which rules; small numbers stand together, without a number if still small."""

    students: int | None
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{'few' if self.students is None else f'{self.students:,}'}: {'; '.join(self.labels)}"


@dataclass(frozen=True, slots=True)
class _Arm:
    """One arm: its start and end, and who left on the way."""

    name: str
    title: str
    first: FlowStep
    last: FlowStep
    left: tuple[_Left, ...]


def flow_figure(findings: Findings, folder: Path) -> Block | None:
    """Participant flow of the primary outcome, an arm beside the other. None where its flow was not kept."""
    arms = _arms(findings)
    if not arms:
        return None
    cluster = CLUSTERS[findings.pilot.cluster]

    def told(step: FlowStep) -> str:
        return f"{fmt.count(step.remaining, 'student')} in {fmt.count(step.clusters, *cluster)}"

    students, groups, first_students, first_groups = _totals(arms)
    counted = fmt.count(first_students, "student")
    named = _of(students, first_students, "student", "students")
    if not _share_classes(findings):
        counted, named = f"{counted} in {fmt.count(first_groups, *cluster)}", f"{named}, in {_of(groups, first_groups, *cluster)}"
    drawing = _Drawing(arms, told, [FIRST[findings.pilot.assignment], counted])
    header = ("arm", "step", "students", "clusters")
    rows = [row for arm in arms for row in _rows(arm)]
    path = save(folder / "flow.svg", drawing.draw, data=FigureData.of(header, rows), height=drawing.height + 0.1)
    return figure_block(
        path,
        name="flow",
        message=f"{fmt.capital(named)}{',' * (not _share_classes(findings))} are in the analysis.",
        note=f"Participant flow, {fmt.text(findings.primary.label)}.",
        spoken=" ".join(_spoken(arm, told) for arm in arms),
    )


def _share_classes(findings: Findings) -> bool:
    """Whether a class has students in both arms, so that it would be counted twice."""
    return findings.primary.use is not None or findings.primary.unit_of_inference == "student"


def _of(part: int, whole: int, singular: str, plural: str) -> str:
    """`230 of 264 students`, or `all 264 students`."""
    everything = fmt.count(whole, singular, plural)
    return f"{part:,} of {everything}" if part < whole else f"all {everything}" if whole > 1 else everything


def _arms(findings: Findings) -> list[_Arm]:
    """The arms as they may be shown; none where one of them started or ended with too few to be counted."""
    titles = ARMS | USE if findings.primary.use else ARMS
    steps = [step for step in findings.flow if step.table == findings.primary.name]
    found = []
    for name in COLOURS:
        own = sorted((step for step in steps if step.arm == name), key=lambda step: step.step)
        if not own or not own[0].remaining:
            continue
        shown = shown_flow(own, least=findings.pilot.smallest_group)
        if shown[0].remaining is None or shown[-1].remaining is None:
            return []
        left = [_Left(now.removed, (step.label,)) for step, now in zip(own, shown, strict=True) if now.removed]
        hidden = tuple(step.label for step, now in zip(own, shown, strict=True) if now.removed is None)
        others = own[0].remaining - own[-1].remaining - sum(one.students or 0 for one in left)
        few = (_Left(others if may_show(others, findings) else None, hidden),) if others else ()
        found.append(_Arm(name, fmt.capital(titles[name]), own[0], own[-1], (*left, *few)))
    return found


def _rows(arm: _Arm) -> list[tuple[str, str, int | str, int | str]]:
    left = [(arm.title, f"left out: {'; '.join(one.labels)}", one.students or "few", "") for one in arm.left]
    return [
        (arm.title, arm.first.label, arm.first.remaining, arm.first.clusters),
        *left,
        (arm.title, "in the analysis", arm.last.remaining, arm.last.clusters),
    ]


def _totals(arms: list[_Arm]) -> tuple[int, int, int, int]:
    return (
        sum(arm.last.remaining for arm in arms),
        sum(arm.last.clusters for arm in arms),
        sum(arm.first.remaining for arm in arms),
        sum(arm.first.clusters for arm in arms),
    )


def _spoken(arm: _Arm, told: object) -> str:
    left = " | ".join(f"left out {one}" for one in arm.left) or "nobody left out"
    return f"{arm.title}: {told(arm.first)}; {left}; {told(arm.last)} analyzed."


class _Drawing:
    """Boxes of the flow; heights follow from the lines that each holds."""

    def __init__(self, arms: list[_Arm], told: object, top: list[str]) -> None:
        self.arms, self.width = arms, (WIDTH - GAP * (len(arms) - 1)) / len(arms)
        self.top = top
        self.starts = [[arm.title, told(arm.first)] for arm in arms]
        self.sides = [self._side(arm) for arm in arms]
        self.ends = [["In the analysis", told(arm.last)] for arm in arms]
        self.two = height_of(2)
        self.side = height_of(max(map(len, self.sides)))
        self.height = 3 * self.two + self.side + 4 * DOWN

    def _side(self, arm: _Arm) -> list[str]:
        lines = ["Left out"] if arm.left else ["Nobody left out"]
        for one in arm.left:
            lines += wrapped(str(one), width=self.width - 2 * STEM)
        return lines

    def draw(self, axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, self.height)
        top = self.height - self.two
        width = 3.0
        box(axes, (WIDTH - width) / 2, top, width, self.two, self.top, titles=1)
        for place, arm in enumerate(self.arms):
            self._draw_arm(axes, place, COLOURS[arm.name], top)

    def _draw_arm(self, axes: Axes, place: int, colour: str, top: float) -> None:
        left = place * (self.width + GAP)
        start = top - DOWN - self.two
        elbow = left + self.width / 2
        middle = WIDTH / 2 if len(self.arms) > 1 else elbow
        axes.plot([middle, middle, elbow], [top, top - DOWN / 2, top - DOWN / 2], color=INK, linewidth=1)
        arrow(axes, (elbow, top - DOWN / 2), (elbow, start + self.two))
        box(axes, left, start, self.width, self.two, self.starts[place], titles=1, colour=colour)
        arrow(axes, (left + STEM, start), (left + STEM, self.two))
        side, lines = start - DOWN - self.side, self.sides[place]
        high = height_of(len(lines))
        level = side + self.side - high / 2
        arrow(axes, (left + STEM, level), (left + 2 * STEM, level))
        box(axes, left + 2 * STEM, level - high / 2, self.width - 2 * STEM, high, lines, titles=1)
        box(axes, left, 0, self.width, self.two, self.ends[place], titles=1, colour=colour)
