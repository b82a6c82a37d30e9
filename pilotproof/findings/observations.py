"""What observers saw: students on task, and how far two observers agree."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pilotproof.findings.base import Basis, Frozen
from pilotproof.stats.agreement import IntraclassCorrelation, Kappa
from pilotproof.stats.count_agreement import CountAgreement
from pilotproof.stats.observation import Bias, Procedure
from pilotproof.stats.paired import PairedChange
from pilotproof.stats.results import Interval

Arm = Literal["treated", "comparison"]
Phase = Literal["before", "during", "after"]


class OnTaskShare(Frozen):
    """Share of the time on task in one phase and arm, each teacher counting once.

    sessions, teachers : how many; fewest_sessions, most_sessions : of a teacher
    observed : marks in all: intervals, or students over all scans
    students : at least this many were watched: of class scans, over teachers, those in a scan; else one a session, as others
    may watch a single student
    estimate : a bound where the procedure gives one; standard_error, interval : over teachers, None with one teacher
    minutes : of the part of a lesson that is usually observed; None where that is not known, and always for a bound
    """

    phase: Phase
    arm: Arm
    sessions: int
    teachers: int
    fewest_sessions: int
    most_sessions: int
    observed: int
    students: float
    estimate: float
    standard_error: float | None
    interval: Interval | None
    minutes: float | None


class NoOnTaskChange(Frozen):
    """Why no change from before to during is given. It is a result, not an error. teachers : seen in both phases"""

    reason: Literal["not observed before", "not observed during", "fewer than two teachers in both phases"]
    teachers: int


class OnTaskChange(Frozen):
    """Change of the teachers' means from before to during, over the teachers of one arm seen in both."""

    arm: Arm
    change: PairedChange | NoOnTaskChange


class SessionPoint(Frozen):
    """One observed class session, for the figure. students : looked at in a scan, on average"""

    session_date: date
    phase: Phase
    arm: Arm
    share: float
    students: float


class DoubleCoding(Frozen):
    """How many sessions of one phase a second observer coded too."""

    phase: Phase
    double_coded: int
    sessions: int
    share: float


class AgreementFinding(Frozen):
    """How far two observers agree.

    intervals : coded by both; coding : by phase, and how much of it was asked for
    percent, kappa : of codes, where one code was given an interval; class scans have none
    counts, icc : of class scans: of students on task, and of shares; icc is None when there is nothing to tell scans apart by
        where the same two people made them all, ICC(2,1), else ICC(1); consistency : ICC(3,1) of the same two, which forgives one
        who always sees more
    beyond_chance : kappa, or for class scans the ICC, which weighted kappa comes to
    is_enough_coded : every phase has least_double_coded of its sessions coded twice
    is_reliable : agreement and beyond_chance both reach their least; None when beyond_chance cannot be told
    """

    intervals: int
    coding: tuple[DoubleCoding, ...]
    kappa: Kappa | None
    counts: CountAgreement | None
    icc: IntraclassCorrelation | None
    consistency: IntraclassCorrelation | None
    agreement: float
    beyond_chance: float | None
    least_double_coded: float
    least_agreement: float
    least_beyond_chance: float
    is_enough_coded: bool
    is_reliable: bool | None


class ProcedureFinding(Frozen):
    """What one procedure of observing found. Procedures are never put together: the same marks mean different shares.

    bias : what the procedure does to the share; a bound is never turned into minutes
    lesson_minutes : usually observed of a lesson, the median; None when intervals have no length
    shares : by arm and phase; sessions : in the order of days, of class scans only, as others may watch one student
    agreement : None when no interval was coded twice
    """

    procedure: Procedure
    bias: Bias
    lesson_minutes: float | None
    shares: tuple[OnTaskShare, ...]
    changes: tuple[OnTaskChange, ...]
    sessions: tuple[SessionPoint, ...]
    agreement: AgreementFinding | None


class ObservationFinding(Frozen):
    """Time on task. procedures : each by itself, the one with most sessions first"""

    procedures: tuple[ProcedureFinding, ...]
    basis: Basis
