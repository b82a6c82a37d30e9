"""sessions.csv: exposure. One row per lesson in which the tool was run, with or without an error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People
from pilotproof.simulate.truth import PERIODS, Truth, random_stream

HEADER = ("Date", "Teacher", "Room", "Period", "Minutes")
LESSON_MINUTES = 45
SHORT_LESSON_MINUTES = 30
SHORT_LESSON_CHANCE = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson in which the tool was run."""

    day: date
    teacher: str
    room: str
    period: int
    minutes: int


def draw_lessons(truth: Truth, people: People, seed: int) -> list[Lesson]:
    """All lessons with the tool, by day, period and teacher. A teacher teaches five of seven periods."""
    random = random_stream(seed, "sessions")
    teachers = [classroom.teacher for classroom in people.classes if classroom.is_treated]
    lessons = []
    for day in truth.days:
        for period in PERIODS:
            for number, teacher in enumerate(teachers):
                run, short = random.random(2).tolist()
                if run < truth.session_chance and period not in _free_periods(number):
                    minutes = SHORT_LESSON_MINUTES if short < SHORT_LESSON_CHANCE else LESSON_MINUTES
                    place = {"teacher": teacher, "room": f"R-{101 + number}", "period": period}
                    lessons.append(Lesson(day=day, minutes=minutes, **place))
    return lessons


def export(truth: Truth, lessons: list[Lesson]) -> tuple[list[Export], dict[str, object]]:
    """sessions.csv and what is in it."""
    rows = [[s.day.isoformat(), s.teacher, s.room, str(s.period), str(s.minutes)] for s in lessons]
    table = Export(
        file="sessions.csv",
        header=[HEADER],
        rows=rows,
        sent_by="Usage log of the tool, exported by the technology office",
        one_row_is="one lesson in which the tool was run",
    )
    by_period = Counter(lesson.period for lesson in lessons)
    facts: dict[str, object] = {
        "rows": len(rows),
        "minutes": sum(lesson.minutes for lesson in lessons),
        "by_period": {str(period): by_period[period] for period in PERIODS},
        "days": len(truth.days),
    }
    return [table], facts


def _free_periods(number: int) -> set[int]:
    """The two periods that a teacher does not teach, spread so that no period is left to one teacher."""
    count = len(PERIODS)
    return {PERIODS[2 * number % count], PERIODS[(2 * number + 3) % count]}
