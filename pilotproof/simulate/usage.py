"""usage.csv: use of the tool as its dashboard exports it, a row per student, day and part of the tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People
from pilotproof.simulate.truth import Truth, random_stream

HEADER = ("Date", "Student ID", "Feature", "Action", "Minutes")
FEATURES = ("Live question", "Quiz", "Draw it", "Video")
NEVER_USED = 0.08  # students whose licence stays dormant
USED_ON_A_DAY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One row of the export."""

    day: date
    student: str
    feature: str
    action: str
    minutes: int


def draw_use(truth: Truth, people: People, seed: int) -> list[Use]:
    """Use by the students of treated classes; some never sign in."""
    random = random_stream(seed, "usage")
    treated = [n for n, k in enumerate(people.class_of) if people.classes[k].is_treated]
    dormant = {n for n, chance in zip(treated, random.random(len(treated)).tolist(), strict=True) if chance < NEVER_USED}
    uses = []
    for day in truth.days:
        for n in treated:
            used, feature, length, submitted = random.random(4).tolist()
            if n not in dormant and used < USED_ON_A_DAY:
                uses.append(
                    Use(
                        day=day,
                        student=people.students[n],
                        feature=FEATURES[int(len(FEATURES) * feature)],
                        action="submitted" if submitted < 0.3 else "joined",
                        minutes=5 + int(21 * length),
                    )
                )
    return uses


def export(truth: Truth, people: People, uses: list[Use]) -> tuple[list[Export], dict[str, object]]:
    """usage.csv and what is in it."""
    rows = [[use.day.isoformat(), use.student, use.feature, use.action, str(use.minutes)] for use in uses]
    facts: dict[str, object] = {"students": len({use.student for use in uses}), "minutes": sum(use.minutes for use in uses)}
    if truth.has_mess:
        comparison = next(n for n, k in enumerate(people.class_of) if not people.classes[k].is_treated)
        rows.insert(5, rows[4])
        rows.append([truth.days[2].isoformat(), people.students[comparison], "Quiz", "joined", "9"])
        rows.append([truth.days[3].isoformat(), "demo-student", "Quiz", "joined", "4"])
        facts |= {"entered_twice": 1, "comparison_students": 1, "not_on_roster": 1}
    table = Export(
        file="usage.csv",
        header=[HEADER],
        rows=rows,
        sent_by="Dashboard of the tool, exported by the technology office",
        one_row_is="use of one part of the tool by one student on one day",
    )
    return [table], facts | {"rows": len(rows)}
