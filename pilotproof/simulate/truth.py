"""What the simulator takes as true: the numbers behind a simulated pilot."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

DEFAULT_SEED = 20260915
"""Seed of the demo pilot: the first from 20260914 upwards that meets two criteria, in the students that the
analysis keeps: the effect adjusted for the pretest is positive and cannot be told from chance (class-level
p > .05), and the pretest gap is at most 0.25 SD. Nothing else was looked at.
20260914 itself gives p = .046."""

PERIODS = (1, 2, 3, 4, 5, 6, 7)
STREAMS = (
    "people",
    "scores",
    "outcomes",
    "survey",
    "sessions",
    "error_log",
    "observations",
    "usage",
    "acceptance",
    "lesson_coding",
)
FEWEST_STUDENTS_FOR_MESS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth behind a simulated pilot.

    treated_classes, comparison_classes : classes per arm, each with its own teacher
    schools, districts : schools take turns in getting a class of each arm, so every school has both arms
    students_per_class : on average; a class has up to two students more or fewer
    effect_sd : true effect on the posttest, in standard deviations of students
    class_icc : share of score variance between classes, pretest and posttest
    pretest_posttest_r : correlation of pretest and posttest, within and between classes
    score_mean, score_sd : pretest, in points from 0 to 100
    growth_points : what every student gains, tool or not
    ttis_change, support_change : true change of a teacher's survey areas on the 1-5 scale; support & access
    apart
    usefulness, ease_of_use : true level of teachers' acceptance on the 1-7 scale, before answers are rounded and cut at its ends
    buy_in : chance that a teacher would go on using the tool
    session_chance : chance that a teacher runs the tool in a lesson
    hot_period : the period in which crashes concentrate
    crash_chance_hot, crash_chance, other_error_chance : chances per lesson with the tool
    on_task_share, on_task_change : share of time on task without the tool, and what the tool adds
    start, weeks : first Monday of the window and its length
    has_mess : plant duplicates, spellings, a class that joined late and the like
    """

    treated_classes: int = 6
    comparison_classes: int = 6
    schools: int = 3
    districts: int = 1
    students_per_class: int = 22
    effect_sd: float = 0.20
    class_icc: float = 0.15
    pretest_posttest_r: float = 0.70
    score_mean: float = 52.0
    score_sd: float = 13.0
    growth_points: float = 4.0
    ttis_change: float = 0.30
    support_change: float = 0.0
    usefulness: float = 5.0
    ease_of_use: float = 5.4
    buy_in: float = 0.80
    session_chance: float = 0.40
    hot_period: int = 3
    crash_chance_hot: float = 0.35
    crash_chance: float = 0.015
    other_error_chance: float = 0.05
    on_task_share: float = 0.76
    on_task_change: float = 0.06
    start: date = date(2026, 9, 14)
    weeks: int = 4
    has_mess: bool = True

    def __post_init__(self) -> None:
        _check_shape(self)
        _check_numbers(self)

    @property
    def effect_points(self) -> float:
        """The true effect in points of the posttest."""
        return self.effect_sd * self.score_sd

    @property
    def end(self) -> date:
        """The last Friday of the window."""
        return self.start + timedelta(days=7 * self.weeks - 3)

    @property
    def received(self) -> date:
        """Day on which the exports arrived: one week after the window."""
        return self.end + timedelta(days=7)

    @property
    def days(self) -> tuple[date, ...]:
        """All school days of the window."""
        every = (self.start + timedelta(days=n) for n in range(7 * self.weeks))
        return tuple(day for day in every if day.weekday() < 5)

    def chance_of_crash(self, period: int) -> float:
        """Chance that a lesson with the tool in this period has a crash."""
        return self.crash_chance_hot if period == self.hot_period else self.crash_chance

    def as_json(self) -> dict[str, object]:
        """All fields, and the effect in points, as JSON can hold them."""
        fields = dataclasses.asdict(self) | {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return fields | {"effect_points": self.effect_points}


def random_stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one part of the simulation: a change in one part leaves the others as they were.

    Raises ValueError for a negative seed.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}; expected a whole number from 0")
    return np.random.Generator(np.random.PCG64([seed, STREAMS.index(name)]))


def _check_shape(truth: Truth) -> None:
    smallest_arm = min(truth.treated_classes, truth.comparison_classes)
    fewest_comparison = 3 if truth.has_mess else 2
    if truth.treated_classes < 2 or truth.comparison_classes < fewest_comparison:
        raise ValueError(
            f"{truth.treated_classes} treated and {truth.comparison_classes} comparison classes; expected at "
            f"least 2 and {fewest_comparison} (with mess one comparison class joins late)"
        )
    if not 1 <= truth.schools <= smallest_arm:
        raise ValueError(f"{truth.schools} schools; expected 1 to {smallest_arm}, so that each has both arms")
    if not 1 <= truth.districts <= truth.schools:
        raise ValueError(f"{truth.districts} districts; expected 1 to {truth.schools}, the number of schools")
    if not 3 <= truth.students_per_class <= 60:
        raise ValueError(f"{truth.students_per_class} students per class; expected 3 to 60")
    on_time = (truth.students_per_class - 2) * (truth.treated_classes + truth.comparison_classes - 1)
    if truth.has_mess and on_time < FEWEST_STUDENTS_FOR_MESS:
        raise ValueError(f"a pilot this small has no room for the mess (at least {FEWEST_STUDENTS_FOR_MESS} students)")
    if truth.start.weekday() != 0 or not 2 <= truth.weeks <= 40:
        raise ValueError(f"a window of {truth.weeks} weeks from {truth.start}; expected 2 to 40 from a Monday")


def _check_numbers(truth: Truth) -> None:
    shares = ("class_icc", "pretest_posttest_r", "session_chance", "crash_chance_hot", "crash_chance")
    for name in (*shares, "other_error_chance", "on_task_share", "buy_in"):
        if not 0 <= getattr(truth, name) <= 1:
            raise ValueError(f"{name} is {getattr(truth, name)}; expected 0 to 1")
    for name in ("effect_sd", "on_task_change", "growth_points", "ttis_change", "support_change", "usefulness", "ease_of_use"):
        if not -100 <= getattr(truth, name) <= 100:
            raise ValueError(f"{name} is {getattr(truth, name)}; expected a number from -100 to 100")
    if not (0 < truth.score_sd <= 50 and 0 <= truth.score_mean <= 100):
        raise ValueError(f"scores of mean {truth.score_mean}, SD {truth.score_sd}; expected 0 to 100 and up to 50")
    if truth.hot_period not in PERIODS:
        raise ValueError(f"hot_period is {truth.hot_period}; expected {PERIODS[0]} to {PERIODS[-1]}")
