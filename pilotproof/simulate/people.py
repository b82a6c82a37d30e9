"""The invented district: schools, classes, teachers and students. Nobody has a name, only an id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilotproof.simulate.truth import Truth, random_stream

FIRST_STUDENT_NUMBER = 20_001
FIRST_TEACHER_NUMBER = 1_001
PLACES = ("Maple Valley", "Cedar Hollow", "Birch Landing", "Aspen Crossing", "Juniper Point", "Willow Bend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classroom:
    """One class with its teacher. school and district count from 0."""

    code: str
    teacher: str
    school: int
    district: int
    is_treated: bool
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody on the roster.

    classes : in the order of their codes, treated ones first
    students : id of each student
    class_of : position of each student's class in `classes`
    leaver : position of the student who left before the posttest, None without mess
    unlisted : id of the student who is not on the roster, None without mess
    """

    classes: tuple[Classroom, ...]
    students: tuple[str, ...]
    class_of: tuple[int, ...]
    leaver: int | None
    unlisted: str | None

    @property
    def on_time(self) -> list[int]:
        """Positions of the students who were there from the start and stayed."""
        return [n for n, k in enumerate(self.class_of) if not self.classes[k].is_late and n != self.leaver]

    def by_arm(self, positions: Sequence[int]) -> dict[str, int]:
        """How many of these students are in each arm."""
        treated = sum(self.classes[self.class_of[n]].is_treated for n in positions)
        return {"treated": treated, "comparison": len(positions) - treated}


def draw_people(truth: Truth, seed: int) -> People:
    """The roster of one pilot. Student numbers are shuffled, so that an id does not tell the arm."""
    random = random_stream(seed, "people")
    classes = _classes(truth)
    sizes = truth.students_per_class + random.integers(-2, 3, size=len(classes))
    class_of = tuple(k for k, size in enumerate(sizes.tolist()) for _ in range(size))
    numbers = (FIRST_STUDENT_NUMBER + _shuffled(random, len(class_of) + 1)).tolist()
    ids = [f"S-{number}" for number in numbers]
    stayed = [n for n, k in enumerate(class_of) if not classes[k].is_late]
    return People(
        classes=classes,
        students=tuple(ids[:-1]),
        class_of=class_of,
        leaver=stayed[int(random.integers(len(stayed)))] if truth.has_mess else None,
        unlisted=ids[-1] if truth.has_mess else None,
    )


def school_name(school: int) -> str:
    """An invented name; the number makes it unique."""
    return f"{PLACES[school % len(PLACES)]} Middle School {school + 1}"


def district_name(district: int) -> str:
    """An invented name; the first is that of the demo pilot."""
    number = f" {district + 1}" if district >= len(PLACES) else ""
    return f"{PLACES[district % len(PLACES)]} School District{number}"


def _classes(truth: Truth) -> tuple[Classroom, ...]:
    count = truth.treated_classes + truth.comparison_classes
    digits = max(2, len(str(count)))
    classes = []
    for k in range(count):
        is_treated = k < truth.treated_classes
        school = (k if is_treated else k - truth.treated_classes) % truth.schools
        classes.append(
            Classroom(
                code=f"MATH6-{k + 1:0{digits}d}",
                teacher=f"t-{FIRST_TEACHER_NUMBER + k}",
                school=school,
                district=school % truth.districts,
                is_treated=is_treated,
                is_late=truth.has_mess and k == count - 1,
            )
        )
    return tuple(classes)


def _shuffled(random: np.random.Generator, count: int) -> np.ndarray:
    """0 to count - 1 in random order, by sorting uniforms: every version of NumPy draws those alike."""
    return np.argsort(random.random(count), kind="stable")
