"""observations.csv: time on task by class scans, twice a week with the tool and once a week without, some coded twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import Classroom, People
from pilotproof.simulate.truth import PERIODS, Truth, random_stream

HEADER = (
    "Session",
    "Date",
    "Teacher",
    "Period",
    "Observer",
    "Procedure",
    "Interval",
    "Minutes per interval",
    "On task",
    "Present",
)
SCANS = 9
MINUTES = 5
OBSERVERS = ("KL", "MR")
TREATED_DAYS, COMPARISON_DAYS = (1, 3), (2,)  # of the week: Tuesday and Thursday, Wednesday
DOUBLE_CODED = 4  # every fourth session


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One observed lesson. on_task, present : students, scan by scan; second : the second observer's count on task"""

    name: str
    day: date
    teacher: str
    period: int
    on_task: tuple[int, ...]
    present: tuple[int, ...]
    second: tuple[int, ...] | None


def draw_sessions(truth: Truth, people: People, seed: int) -> list[Session]:
    """All observed lessons: one of each class in the week before the start, then through the window."""
    random = random_stream(seed, "observations")
    sessions: list[Session] = []
    for day, classroom, is_before in _visits(truth, people):
        share = truth.on_task_share + (truth.on_task_change if classroom.is_treated and not is_before else 0.0)
        sessions.append(_session(truth, classroom, day, share, len(sessions), random))
    return sessions


def export(truth: Truth, sessions: list[Session]) -> tuple[list[Export], dict[str, object]]:
    """observations.csv and what is in it."""
    rows = [row for session in sessions for row in _rows(session)]
    facts: dict[str, object] = {"sessions": len(sessions), "double_coded": sum(s.second is not None for s in sessions)}
    if truth.has_mess:
        rows[3] = [*rows[3][:8], "", "-"]  # a fire drill
        rows.insert(12, rows[11])
        rows[20] = [cell.lower() if place == 4 else cell for place, cell in enumerate(rows[20])]
        facts |= {"entered_twice": 1, "not_observed": 1, "observer_in_other_case": 1}
    table = Export(
        file="observations.csv",
        header=[HEADER],
        rows=rows,
        sent_by="Instructional coaches, typed from their sheets",
        one_row_is="one scan of a class",
    )
    return [table], facts | {"rows": len(rows)}


def _visits(truth: Truth, people: People) -> Iterator[tuple[date, Classroom, bool]]:
    """Day, class and whether it is the week before the start; the late class is not observed before."""
    before = truth.start - timedelta(days=7)
    for number, classroom in enumerate(people.classes):
        if not classroom.is_late:
            yield before + timedelta(days=number % 5), classroom, True
    for day in truth.days:
        for classroom in people.classes:
            if day.weekday() in (TREATED_DAYS if classroom.is_treated else COMPARISON_DAYS):
                yield day, classroom, False


def _session(truth: Truth, classroom: Classroom, day: date, share: float, number: int, random: np.random.Generator) -> Session:
    """Students on task at each scan; a lesson has its own level around the true share."""
    level, period = random.random(2).tolist()
    level = min(0.98, max(0.30, share + 0.08 * (level - 0.5)))
    present = [truth.students_per_class - int(2.99 * away) for away in random.random(SCANS).tolist()]
    on_task = [int((random.random(here) < level).sum()) for here in present]
    slips = (random.random(SCANS) < 0.25).tolist()
    second = [max(0, on - 1) if slip else on for on, slip in zip(on_task, slips, strict=True)]
    return Session(
        name=f"{day:%m%d}-{classroom.code[-2:]}",
        day=day,
        teacher=classroom.teacher,
        period=PERIODS[int(len(PERIODS) * period)],
        on_task=tuple(on_task),
        present=tuple(present),
        second=tuple(second) if number % DOUBLE_CODED == 0 else None,
    )


def _rows(session: Session) -> Iterator[list[str]]:
    coded = [session.on_task] if session.second is None else [session.on_task, session.second]
    for observer, counts in zip(OBSERVERS, coded, strict=False):
        for scan, (on_task, present) in enumerate(zip(counts, session.present, strict=True), start=1):
            place = [session.name, session.day.isoformat(), session.teacher, str(session.period), observer]
            yield [*place, "class scan", str(scan), str(MINUTES), str(on_task), str(present)]
