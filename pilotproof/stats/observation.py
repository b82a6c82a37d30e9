"""Time on task from interval observations: scored by procedure, with the bias that the procedure brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, labels, numbers, positive, same_length, share
from pilotproof.stats.rates import exposures
from pilotproof.stats.results import Interval

Procedure = Literal["momentary", "class_scan", "partial", "whole"]
Bias = Literal["none", "upper bound", "lower bound"]
BIAS: dict[Procedure, Bias] = {"momentary": "none", "class_scan": "none", "partial": "upper bound", "whole": "lower bound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOnTask:
    """Share of the time on task, each teacher counting once.

    bias : "upper bound" and "lower bound" of the true share are no estimates of it
    standard_error, interval : over teachers; None with one teacher, or when all have the same share
    minutes : of a lesson; None without a lesson's length, and always for a bound
    by_teacher, sessions_by_teacher : in the order of `teachers`
    """

    procedure: Procedure
    bias: Bias
    estimate: float
    standard_error: float | None
    interval: Interval | None
    minutes: float | None
    teachers: tuple[str, ...]
    by_teacher: tuple[float, ...]
    sessions_by_teacher: tuple[int, ...]
    observed: int


def time_on_task(
    on_task: ArrayLike,
    *,
    observed: ArrayLike,
    session: ArrayLike,
    teacher: ArrayLike,
    procedure: Procedure,
    lesson_minutes: float | None = None,
    confidence: float = 0.95,
) -> TimeOnTask:
    """Session shares, their mean for each teacher, and the mean over teachers.

    on_task, observed : of each scan or interval, students on task and students looked at (1 when one student is watched)
    session, teacher : labels of each row; a session has one teacher
    procedure : how an interval was scored; a bound is never turned into minutes
    The interval is t over teachers and ends at 0 and 1. A change from before to after is `paired_change` of by_teacher.
    Source: session share = sum on / sum observed; bias of partial and whole intervals: Powell, Martindale & Kulp (1975).
    """
    bias = bias_of(procedure)
    on, seen = numbers(on_task, "on_task"), exposures(observed, "observed")
    sessions, teachers = labels(session, "session"), labels(teacher, "teacher")
    same_length(on_task=on, observed=seen, session=sessions, teacher=teachers)
    if (on < 0).any() or (on > seen).any():
        raise ValueError("on_task must lie from 0 to observed in every row; correct the sheet")
    of_session = _teacher_of_session(sessions, teachers)
    shares = np.bincount(sessions, weights=on) / np.bincount(sessions, weights=seen)
    sizes = np.bincount(of_session)
    means = np.bincount(of_session, weights=shares) / sizes
    estimate, confidence = float(means.mean()), share(confidence, "confidence")
    error = _standard_error(means)
    minutes = None if lesson_minutes is None else positive(lesson_minutes, "lesson_minutes")
    return TimeOnTask(
        procedure=procedure,
        bias=bias,
        estimate=estimate,
        standard_error=error,
        interval=None if error is None else _interval(estimate, error, len(means) - 1, confidence),
        minutes=None if minutes is None or bias != "none" else estimate * minutes,
        teachers=tuple(np.unique(np.asarray(teacher).astype(str)).tolist()),
        by_teacher=tuple(means.tolist()),
        sessions_by_teacher=tuple(int(size) for size in sizes),
        observed=int(seen.sum()),
    )


def bias_of(procedure: Procedure) -> Bias:
    """What a procedure does to the share. Raises ValueError for none that is known: without it nothing can be scored."""
    if not isinstance(procedure, str) or procedure not in get_args(Procedure):
        allowed = ", ".join(get_args(Procedure))
        raise ValueError(f"procedure must be one of {allowed}, not {procedure!r}; ask the observer, or leave the sheets out")
    return BIAS[procedure]


def _teacher_of_session(sessions: NDArray[np.intp], teachers: NDArray[np.intp]) -> NDArray[np.intp]:
    of_session = teachers[np.unique(sessions, return_index=True)[1]]
    if (of_session[sessions] != teachers).any():
        raise ValueError("session: one session has two teachers; give each session of each teacher its own label")
    return of_session


def _standard_error(means: Floats) -> float | None:
    if len(means) < 2 or np.ptp(means) <= ROUNDING:
        return None
    return float(means.std(ddof=1) / np.sqrt(len(means)))


def _interval(estimate: float, error: float, df: int, confidence: float) -> Interval:
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, df)) * error
    return Interval(low=max(0.0, estimate - margin), high=min(1.0, estimate + margin), confidence=confidence)
