"""No statistic of a group smaller than the pilot's smallest group reaches a page."""

from __future__ import annotations

from pilotproof.findings import ArmSummary, ClusterPoint, Findings


def may_show(students: int, findings: Findings) -> bool:
    """Whether a statistic over this many students may be shown."""
    return students >= findings.pilot.smallest_group


def shown_points(points: tuple[ClusterPoint, ...], findings: Findings) -> tuple[ClusterPoint, ...]:
    """The clusters that are large enough for their mean to be drawn."""
    return tuple(point for point in points if may_show(point.students, findings))


def may_show_arm(arm: ArmSummary, findings: Findings) -> bool:
    """Whether an arm's mean and SD may be shown."""
    return may_show(arm.analysed, findings)
