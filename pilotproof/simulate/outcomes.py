"""outcomes.csv: a district benchmark before and after, one row per student."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People, draw_people
from pilotproof.simulate.truth import Truth, random_stream

HEADER = ("Student ID", "Class", "Test date", "Pretest", "Posttest")
MISSING_SPELLINGS = ("", "NA", "n/a", "-", "absent")
MISSING_PRETESTS = 4
MISSING_POSTTESTS = 6
LOWER_CASE_IDS = 15
PADDED_IDS = 15
DUPLICATE_ROWS = 3  # the last of them is spelled differently
PADDINGS = (" {}", "{} ", "  {}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores of all students on the roster and of one who is not (the last, only with mess), before any mess.

    class_index, school_index, district_index : whole numbers from 0, one per student
    is_treated : one per student
    pretest_score, posttest_score : whole points, 0 to 100
    """

    class_index: NDArray[np.int64]
    school_index: NDArray[np.int64]
    district_index: NDArray[np.int64]
    is_treated: NDArray[np.bool_]
    pretest_score: NDArray[np.float64]
    posttest_score: NDArray[np.float64]


def draw_scores(*, seed: int, truth: Truth | None = None) -> Scores:
    """The scores that `simulate_pilot` writes for this seed and truth, without writing anything.

    The model, in standard deviations of students: pre = u + e; post = r pre + sqrt(1 - r^2) (v + f) + effect,
    where the class parts u, v have variance ICC and the student parts e, f have 1 - ICC. Points are rounded
    and cut at 0 and 100. Raises ValueError for a negative seed.
    """
    truth = truth if truth is not None else Truth()
    people = draw_people(truth, seed)
    random = random_stream(seed, "scores")
    joiner = [0] if truth.has_mess else []
    class_of = np.array([*people.class_of, *joiner], dtype=np.int64)
    is_treated = np.array([classroom.is_treated for classroom in people.classes])[class_of]
    pre = _between_and_within(random, truth, class_of)
    rest = _between_and_within(random, truth, class_of)
    r = truth.pretest_posttest_r
    post = r * pre + np.sqrt(1 - r**2) * rest + truth.effect_sd * is_treated
    return Scores(
        class_index=class_of,
        school_index=np.array([classroom.school for classroom in people.classes])[class_of],
        district_index=np.array([classroom.district for classroom in people.classes])[class_of],
        is_treated=is_treated,
        pretest_score=_points(truth.score_mean + truth.score_sd * pre),
        posttest_score=_points(truth.score_mean + truth.growth_points + truth.score_sd * post),
    )


def export(truth: Truth, people: People, scores: Scores, seed: int) -> tuple[list[Export], dict[str, object]]:
    """outcomes.csv and what was planted in it."""
    random = random_stream(seed, "outcomes")
    rows = _clean_rows(truth, people, scores, random)
    facts: dict[str, object] = {"true_effect": {"sd": truth.effect_sd, "points": truth.effect_points}}
    if people.unlisted is not None and people.leaver is not None:
        facts |= _plant(rows, people, random)
        del rows[people.leaver]
    left = people.on_time
    if truth.has_mess:
        missing = {people.students.index(student) for student in facts["missing_students"]}
        left = [n for n in left if n not in missing]
    written = _with_duplicates(rows, facts, random)
    facts |= {"rows": len(written), "left_after_cleaning": _left(people, left)}
    table = Export(
        file="outcomes.csv",
        header=[HEADER],
        rows=written,
        sent_by="Assessment office of the district",
        one_row_is="one student",
    )
    return [table], facts


def us_date(iso: str) -> str:
    """2026-09-14 as 09/14/2026."""
    year, month, day = iso.split("-")
    return f"{month}/{day}/{year}"


def _between_and_within(random: np.random.Generator, truth: Truth, class_of: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard normal student values of which the share class_icc lies between classes."""
    between = random.standard_normal(truth.treated_classes + truth.comparison_classes)[class_of]
    within = random.standard_normal(len(class_of))
    return np.sqrt(truth.class_icc) * between + np.sqrt(1 - truth.class_icc) * within


def _points(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(np.floor(values + 0.5), 0, 100)


def _clean_rows(truth: Truth, people: People, scores: Scores, random: np.random.Generator) -> list[list[str]]:
    """One row per student. A class is tested on one day; every other class writes dates the US way."""
    offsets = (4 + np.floor(3 * random.random(len(people.classes)))).astype(int).tolist()
    days = [(truth.end + timedelta(days=offset)).isoformat() for offset in offsets]
    ids = [*people.students, *([people.unlisted] if people.unlisted is not None else [])]
    rows = []
    for n, student in enumerate(ids):
        k = int(scores.class_index[n])
        day = us_date(days[k]) if truth.has_mess and k % 2 else days[k]
        points = [str(int(scores.pretest_score[n])), str(int(scores.posttest_score[n]))]
        rows.append([student, people.classes[k].code, day, *points])
    return rows


def _plant(rows: list[list[str]], people: People, random: np.random.Generator) -> dict[str, object]:
    """Spoil rows in place. Nobody is spoiled twice, so that every count can be told from the file alone."""
    on_time = people.on_time
    order = iter([on_time[n] for n in np.argsort(random.random(len(on_time)), kind="stable").tolist()])
    missing_pre = [next(order) for _ in range(MISSING_PRETESTS)]
    missing_post = [next(order) for _ in range(MISSING_POSTTESTS)]
    spelled = Counter(dict.fromkeys(MISSING_SPELLINGS, 0))
    for count, n in enumerate([*missing_pre, *missing_post]):
        spelling = MISSING_SPELLINGS[count % len(MISSING_SPELLINGS)]
        rows[n][HEADER.index("Pretest" if n in missing_pre else "Posttest")] = spelling
        spelled[spelling] += 1
    for n in (next(order) for _ in range(LOWER_CASE_IDS)):
        rows[n][0] = rows[n][0].lower()
    for count in range(PADDED_IDS):
        n = next(order)
        rows[n][0] = PADDINGS[count % len(PADDINGS)].format(rows[n][0])
    return {
        "missing_pretest": people.by_arm(missing_pre),
        "missing_posttest": people.by_arm(missing_post),
        "missing_spelled": dict(spelled),
        "missing_students": [people.students[n] for n in sorted([*missing_pre, *missing_post])],
        "ids_in_lower_case": LOWER_CASE_IDS + 1,  # with the duplicate that is spelled differently
        "ids_padded": PADDED_IDS,
        "student_not_on_roster": people.unlisted,
        "duplicated_students": [people.students[next(order)] for _ in range(DUPLICATE_ROWS)],
        "duplicate_rows": DUPLICATE_ROWS,
        "duplicate_rows_spelled_differently": 1,
    }


def _with_duplicates(rows: list[list[str]], facts: dict[str, object], random: np.random.Generator) -> list[list[str]]:
    """The rows with the duplicates behind their originals, exported class by class, ids in random order."""
    keys = random.random(len(rows))
    order = sorted(range(len(rows)), key=lambda n: (rows[n][1], keys[n]))
    doubled = facts.get("duplicated_students", [])
    written = []
    for row in (rows[n] for n in order):
        written.append(row)
        if row[0] in doubled:
            is_respelled = row[0] == doubled[-1]
            written.append([row[0].lower(), *row[1:]] if is_respelled else list(row))
    facts["dates_in_us_format"] = sum("/" in row[2] for row in written)
    return written


def _left(people: People, students: list[int]) -> dict[str, object]:
    kept = [people.classes[k] for k in sorted({people.class_of[n] for n in students})]
    treated = sum(classroom.is_treated for classroom in kept)
    return {
        "students": people.by_arm(students),
        "classes": {"treated": treated, "comparison": len(kept) - treated},
        "schools": len({classroom.school for classroom in kept}),
        "districts": len({classroom.district for classroom in kept}),
    }
