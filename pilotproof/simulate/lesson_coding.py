"""lesson_coding.csv: PICRAT and SAMR of lessons with the tool, two a week and teacher, some coded twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pilotproof.simulate.files import Export
from pilotproof.simulate.sessions import Lesson
from pilotproof.simulate.truth import Truth, random_stream

HEADER = ("Lesson", "Date", "Teacher", "Period", "Coder", "PICRAT", "SAMR", "Note")
CODERS = ("JB", "NW")
PER_WEEK = 2  # lessons of a teacher
DOUBLE_CODED = 4  # every fourth lesson
SLIP_CHANCE = 0.25  # that the second coder sees a level next to the first one's, on each scale
RELATIONS, USES, LEVELS = "PIC", "RAT", "SAMR"
RELATION_CHANCES = (0.28, 0.54, 0.18)
USE_CHANCES_FIRST, USE_CHANCES_LAST = (0.55, 0.38, 0.07), (0.25, 0.57, 0.18)  # in the first week and the last
SAMR_OF_USE = {"R": "S", "A": "A", "T": "M"}
HIGHER_SAMR_CHANCE = 0.15
EXAMPLE = ("EXAMPLE - delete this row", "2026-09-15", "staff id", "3", "AB", "IA", "A", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedLesson:
    """One lesson with its codes, the first coder's and the second's."""

    name: str
    lesson: Lesson
    codes: tuple[tuple[str, str], ...]


def draw_coded_lessons(truth: Truth, log: Sequence[Lesson], seed: int) -> list[CodedLesson]:
    """Lessons that a coder saw: of each teacher PER_WEEK in every week, or all if there are fewer."""
    random = random_stream(seed, "lesson_coding")
    coded: list[CodedLesson] = []
    for week in range(truth.weeks):
        days = set(truth.days[5 * week : 5 * week + 5])
        for lesson in _visited([lesson for lesson in log if lesson.day in days], random):
            codes = [_codes(week / (truth.weeks - 1), random)]
            if len(coded) % DOUBLE_CODED == 0:
                codes.append(_second(codes[0], random))
            coded.append(CodedLesson(name=f"L{len(coded) + 1:02d}", lesson=lesson, codes=tuple(codes)))
    return coded


def export(truth: Truth, coded: Sequence[CodedLesson]) -> tuple[list[Export], dict[str, object]]:
    """lesson_coding.csv and what is in it."""
    rows = [row for lesson in coded for row in _rows(lesson)]
    facts: dict[str, object] = {
        "lessons": len(coded),
        "double_coded": sum(len(lesson.codes) > 1 for lesson in coded),
        "by_picrat": _counts([lesson.codes[0][0] for lesson in coded]),
        "by_samr": _counts([lesson.codes[0][1] for lesson in coded]),
        "true_slip_chance": SLIP_CHANCE,
    }
    if truth.has_mess and len(rows) > 5:
        rows[1][4] = rows[1][4].lower()
        rows[2][5] = f" {rows[2][5].lower()}"
        rows[3][6] = {"S": "Substitution", "A": "augmentation", "M": "Modification", "R": "Redefinition"}[rows[3][6]]
        rows.insert(5, list(rows[4]))
        fire_drill = [f"L{len(coded) + 1:02d}", *rows[-1][1:3], "assembly", CODERS[0], "-", "-", "fire drill"]
        rows = [list(EXAMPLE), *rows, fire_drill]
        facts |= {"examples": 1, "entered_twice": 1, "not_coded": 1}
    table = Export(
        file="lesson_coding.csv",
        header=[HEADER],
        rows=rows,
        sent_by="Instructional coaches, typed from their sheets",
        one_row_is="one lesson as one coder saw it",
    )
    return [table], facts | {"rows": len(rows)}


def _visited(lessons: Sequence[Lesson], random: np.random.Generator) -> list[Lesson]:
    """PER_WEEK lessons of each teacher, by day, period and teacher."""
    places = random.random(len(lessons)).tolist()
    taken: list[Lesson] = []
    seen: Counter[str] = Counter()
    for _, lesson in sorted(zip(places, lessons, strict=True), key=lambda pair: pair[0]):
        if seen[lesson.teacher] < PER_WEEK:
            taken.append(lesson)
        seen[lesson.teacher] += 1
    return sorted(taken, key=lambda lesson: (lesson.day, lesson.period, lesson.teacher))


def _codes(progress: float, random: np.random.Generator) -> tuple[str, str]:
    """PICRAT and SAMR of a lesson. progress : 0 in the first week, 1 in the last"""
    chances = [first + progress * (last - first) for first, last in zip(USE_CHANCES_FIRST, USE_CHANCES_LAST, strict=True)]
    relation, use, higher = random.random(3).tolist()
    letter = _drawn(USES, chances, use)
    samr = SAMR_OF_USE[letter]
    if higher < HIGHER_SAMR_CHANCE:
        samr = LEVELS[LEVELS.index(samr) + 1]
    return _drawn(RELATIONS, RELATION_CHANCES, relation) + letter, samr


def _drawn(letters: str, chances: Sequence[float], place: float) -> str:
    """The letter at `place`, 0 to 1, when the letters are laid out by their chances."""
    ends = np.cumsum(chances[:-1])
    return letters[int((place >= ends).sum())]


def _second(first: tuple[str, str], random: np.random.Generator) -> tuple[str, str]:
    """What the second coder saw: the same, or now and then the level beside it."""
    scales = ((RELATIONS, first[0][0]), (USES, first[0][1]), (LEVELS, first[1]))
    seen = []
    for (letters, letter), slip, up in zip(scales, random.random(3).tolist(), random.random(3).tolist(), strict=True):
        place = letters.index(letter)
        if slip < SLIP_CHANCE:
            place += 1 if place == 0 or (up < 0.5 and place < len(letters) - 1) else -1
        seen.append(letters[place])
    return seen[0] + seen[1], seen[2]


def _counts(codes: Sequence[str]) -> dict[str, int]:
    return {code: codes.count(code) for code in sorted(set(codes))}


def _rows(coded: CodedLesson) -> Iterator[list[str]]:
    lesson = coded.lesson
    for coder, (picrat, samr) in zip(CODERS, coded.codes, strict=False):
        yield [coded.name, lesson.day.isoformat(), lesson.teacher, str(lesson.period), coder, picrat, samr, ""]
