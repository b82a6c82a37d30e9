"""No statistic of a group smaller than the pilot's smallest group reaches a page."""

from __future__ import annotations

from pilotproof.findings import ArmSummary, ClusterPoint, Findings, PartOf


def may_show(students: int, findings: Findings) -> bool:
    """Whether a statistic over this many students may be shown."""
    return students >= findings.pilot.smallest_group


def shown_points(points: tuple[ClusterPoint, ...], findings: Findings) -> tuple[ClusterPoint, ...]:
    """The clusters that are large enough for their mean to be drawn."""
    return tuple(point for point in points if may_show(point.students, findings))


def may_show_arm(arm: ArmSummary, findings: Findings) -> bool:
    """Whether an arm's mean and SD may be shown."""
    return may_show(arm.analysed, findings)


def may_show_part(part: PartOf, findings: Findings) -> bool:
    """Whether some of a number of students may be counted: neither they nor the others are few; none and all may be said."""
    return all(side == 0 or may_show(side, findings) for side in (part.some, part.of - part.some))
