"""No statistic of a group smaller than the pilot's smallest group reaches a page."""

from __future__ import annotations

from pilotproof.findings import ArmSummary, ClusterPoint, Findings, OutcomeFinding, PartOf


def may_show(students: int, findings: Findings) -> bool:
    """Whether a statistic over this many students may be shown."""
    return students >= findings.pilot.smallest_group


def shown_points(points: tuple[ClusterPoint, ...], findings: Findings) -> tuple[ClusterPoint, ...]:
    """The clusters that are large enough for their mean to be drawn.

    Where the mean of an arm is published and exactly one of its clusters is too small, or all small ones together are few, the
    next smallest is left out too: else the mean of the small one follows from the others.
    """
    return tuple(point for arm in ("treated", "comparison") for point in _shown_of([p for p in points if p.arm == arm], findings))


def _shown_of(points: list[ClusterPoint], findings: Findings) -> list[ClusterPoint]:
    least = findings.pilot.smallest_group
    hidden = [point for point in points if point.students < least]
    shown = [point for point in points if point.students >= least]
    while hidden and shown and (len(hidden) < 2 or sum(point.students for point in hidden) < least):
        smallest = min(shown, key=lambda point: point.students)
        shown.remove(smallest)
        hidden.append(smallest)
    return shown


def may_show_arm(arm: ArmSummary, findings: Findings) -> bool:
    """Whether an arm's mean and SD may be shown."""
    return may_show(arm.analysed, findings)


def may_show_arms(outcome: OutcomeFinding, findings: Findings) -> bool:
    """Whether the arms may be shown side by side: where one is too small, the other tells it from the total."""
    return all(may_show_arm(arm, findings) for arm in (outcome.treated, outcome.comparison) if arm is not None)


def may_show_part(part: PartOf, findings: Findings) -> bool:
    """Whether some of a number of students may be counted: neither they nor the others are few.

    None and all are not said either: they tell of every single student.
    """
    return may_show(part.some, findings) and may_show(part.of - part.some, findings)


def few_or(count: int, findings: Findings) -> str:
    """`12`, or `fewer than 10` for a number of students that is not said; none is as few as nine."""
    return f"{count:,}" if may_show(count, findings) else f"fewer than {findings.pilot.smallest_group}"
