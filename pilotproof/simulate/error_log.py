"""error_log.csv: what teachers reported. Crashes concentrate in one period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from pilotproof.simulate.files import Export
from pilotproof.simulate.sessions import Lesson
from pilotproof.simulate.truth import PERIODS, Truth, random_stream

HEADER = ("Reported", "Teacher", "Room", "Period", "Category", "Message")
BELLS = dict(
    zip(
        PERIODS,
        (time(8, 10), time(9, 0), time(9, 50), time(10, 40), time(12, 10), time(13, 0), time(13, 50)),
        strict=True,
    )
)
MESSAGES = {
    "crash": (
        "Screen went white, lesson closed",
        "App closed for the whole class",
        'Message "connection lost", all students out',
        "Froze and restarted",
    ),
    "login": ("Students could not log in", "Join code refused"),
    "slow": ("Slides took minutes to load", "Very slow, gave up on the quiz"),
    "audio": ("No sound in the video",),
}
OTHER_CATEGORIES = ("login", "slow", "audio")
TEST_MESSAGE = "TEST please ignore"
US_DATE_CHANCE = 0.4
UPPER_CASE_CHANCE = 0.15
DUPLICATE_ROWS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One report before it is written."""

    lesson: Lesson
    reported: datetime
    category: str
    message: str


def export(truth: Truth, lessons: list[Lesson], seed: int) -> tuple[list[Export], dict[str, object]]:
    """error_log.csv and what was planted in it."""
    random = random_stream(seed, "error_log")
    entries = _draw(truth, lessons, random)
    facts = _facts(truth, entries)
    rows = [_row(entry, truth, random) for entry in entries]
    if truth.has_mess:
        rows, planted = _plant(rows, truth, random)
        facts |= planted
    facts |= {
        "rows": len(rows),
        "dates_in_us_format": sum("/" in row[0] for row in rows),
        "teachers_in_upper_case": sum(row[1].startswith("T-") for row in rows),
    }
    table = Export(
        file="error_log.csv",
        header=[HEADER],
        rows=rows,
        sent_by="Help desk form of the technology office",
        one_row_is="one reported problem",
    )
    return [table], facts


def _draw(truth: Truth, lessons: list[Lesson], random: np.random.Generator) -> list[Entry]:
    """At most one crash and one other problem per lesson, in the order in which they were reported."""
    entries = []
    for lesson in lessons:
        draws = random.random(7).tolist()
        happened = []
        if draws[0] < truth.chance_of_crash(lesson.period):
            happened.append(("crash", draws[1], draws[2]))
        if draws[3] < truth.other_error_chance:
            happened.append((OTHER_CATEGORIES[int(draws[4] * len(OTHER_CATEGORIES))], draws[5], draws[6]))
        for category, when, which in happened:
            bell = datetime.combine(lesson.day, BELLS[lesson.period])
            reported = bell + timedelta(minutes=int(when * lesson.minutes))
            message = MESSAGES[category][int(which * len(MESSAGES[category]))]
            entries.append(Entry(lesson=lesson, reported=reported, category=category, message=message))
    return sorted(entries, key=lambda entry: (entry.reported, entry.lesson.teacher, entry.category))


def _row(entry: Entry, truth: Truth, random: np.random.Generator) -> list[str]:
    is_us, is_upper = random.random() < US_DATE_CHANCE, random.random() < UPPER_CASE_CHANCE
    return [
        _moment(entry.reported, is_us=truth.has_mess and is_us),
        entry.lesson.teacher.upper() if truth.has_mess and is_upper else entry.lesson.teacher,
        entry.lesson.room,
        str(entry.lesson.period),
        entry.category,
        entry.message,
    ]


def _moment(moment: datetime, *, is_us: bool) -> str:
    """Without strftime, whose AM and PM follow the machine's language."""
    if not is_us:
        return f"{moment.date().isoformat()} {moment.hour:02d}:{moment.minute:02d}"
    day = f"{moment.month:02d}/{moment.day:02d}/{moment.year}"
    return f"{day} {(moment.hour - 1) % 12 + 1:02d}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def _plant(rows: list[list[str]], truth: Truth, random: np.random.Generator) -> tuple[list[list[str]], dict[str, object]]:
    """Repeat some rows exactly and put a test entry on the first day."""
    doubled = set(np.argsort(random.random(len(rows)), kind="stable")[:DUPLICATE_ROWS].tolist())
    test_time = _moment(datetime.combine(truth.start, time(7, 45)), is_us=True)
    spoiled = [[test_time, "t-1001", "R-101", "1", "test", TEST_MESSAGE]]
    for n, row in enumerate(rows):
        spoiled += [row, list(row)] if n in doubled else [row]
    return spoiled, {"duplicate_rows": len(doubled), "test_entries": 1}


def _facts(truth: Truth, entries: list[Entry]) -> dict[str, object]:
    crashes = [entry.lesson for entry in entries if entry.category == "crash"]
    by_period = Counter(lesson.period for lesson in crashes)
    return {
        "true_crash_chance_by_period": {str(period): truth.chance_of_crash(period) for period in PERIODS},
        "true_other_error_chance": truth.other_error_chance,
        "left_after_cleaning": {
            "errors": len(entries),
            "by_category": dict(sorted(Counter(entry.category for entry in entries).items())),
            "crashes_by_period": {str(period): by_period[period] for period in PERIODS},
            "days_with_a_crash_in_hot_period": len({lesson.day for lesson in crashes if lesson.period == truth.hot_period}),
        },
    }
