"""Whether attrition is low, by the What Works Clearinghouse's boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Assumption = Literal["cautious", "optimistic"]

# Highest differential attrition, in percentage points, that is still low, at 0, 1, 2 ... percent overall attrition.
# Source: WWC Standards Handbook 4.0, Table II.1.
BOUNDARY: dict[Assumption, tuple[float, ...]] = {
    "cautious": (
        5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0,
        5.9, 5.9, 5.8, 5.7, 5.5, 5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3,
        4.1, 4.0, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8, 2.6, 2.5, 2.3, 2.1, 2.0,
        1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.0,
    ),
    "optimistic": (
        10.0, 10.1, 10.2, 10.3, 10.4, 10.5, 10.7, 10.8, 10.9, 10.9, 10.9, 10.9, 10.9, 10.9, 10.8,
        10.8, 10.7, 10.6, 10.5, 10.3, 10.2, 10.0, 9.9, 9.7, 9.5, 9.4, 9.2, 9.0, 8.8, 8.6,
        8.4, 8.2, 8.0, 7.8, 7.6, 7.4, 7.2, 7.0, 6.7, 6.5, 6.3, 6.0, 5.8, 5.6, 5.3,
        5.1, 4.9, 4.6, 4.4, 4.2, 3.9, 3.7, 3.5, 3.2, 3.0, 2.8, 2.6, 2.3,
        2.1, 1.9, 1.6, 1.4, 1.1, 0.9, 0.7, 0.5,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AttritionVerdict:
    """Attrition held against one boundary.

    boundary : highest share of differential attrition that is still low here; None where every one is high
    distance : boundary minus differential attrition; negative when attrition is high
    """

    assumption: Assumption
    is_low: bool
    boundary: float | None
    distance: float | None


def judge_attrition(*, overall: float, differential: float, assumption: Assumption = "cautious") -> AttritionVerdict:
    """Low if and only if the differential attrition is at most the boundary at this overall attrition.

    overall, differential : shares from 0 to 1
    assumption : cautious where leaving can be related to the tool, as in classroom technology; optimistic otherwise
    Between whole percentages the boundary is interpolated; beyond the end of the table attrition is high.
    """
    if not (0 <= overall <= 1 and 0 <= differential <= 1):
        raise ValueError(f"overall ({overall!r}) and differential ({differential!r}) must be shares from 0 to 1")
    points = BOUNDARY[assumption]
    if overall * 100 > len(points) - 1 + 1e-9:
        return AttritionVerdict(assumption=assumption, is_low=False, boundary=None, distance=None)
    boundary = float(np.interp(overall * 100, range(len(points)), points)) / 100
    distance = boundary - differential
    return AttritionVerdict(assumption=assumption, is_low=distance >= -1e-12, boundary=boundary, distance=distance)
