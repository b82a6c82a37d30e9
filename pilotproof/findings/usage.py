"""Whether the tool was used, by whom, and how use goes along with gain."""

from __future__ import annotations

from typing import Literal

from pilotproof.findings.base import Basis, Frozen, PartOf
from pilotproof.stats.correlation import Correlation
from pilotproof.stats.dose import DoseCell, DoseRefusal, DoseResponse


class PerStudent(Frozen):
    """An amount for each student, as a mean of each class. median, lowest, highest : over classes

    classes : without those that are small, and those whose mean one student dominates
    """

    median: float
    lowest: float
    highest: float
    classes: int


class FeatureWeek(Frozen):
    """Use of one part of the tool by treated students in one week of the window. events : records; students : who made them"""

    feature: str
    week: int
    events: int
    students: int


class LicenceFinding(Frozen):
    """Licences bought and used; costs are None without a price.

    used : people of the treated arm with any use in the window, teachers and late joiners included
    cost_each_used : what was paid for each person who used the tool; None when nobody did
    """

    bought: int
    used: int
    dormant: int
    currency: str
    cost: float | None
    cost_dormant: float | None
    cost_each_used: float | None


class NoDose(Frozen):
    """Why use is not held against gain. It is a result, not an error. n : students"""

    reason: Literal[
        "no pretest",
        "too few students",
        "nobody used it",
        "everybody used it",
        "too few users",
        "too few non-users",
        "scores do not vary",
        "too few classes",
        "use is the same in all classes",
        "gain is the same in all classes",
    ]
    n: int


class DoseFinding(Frozen):
    """Use against the primary outcome, among treated students with all scores. Correlational, whatever its p.

    measure : what use is counted in; hours where the export has minutes
    response : of the posttest to one unit more of use, given class and pretest; users : users against non-users, likewise
    by_class : rank correlation of the classes' mean use and mean gain
    cells : students of similar use with their mean gain, none of fewer students than may be shown
    """

    outcome: str
    label: str
    unit: str
    measure: Literal["hours", "logins", "records"]
    response: DoseResponse | DoseRefusal | NoDose
    users: DoseResponse | DoseRefusal | NoDose
    by_class: Correlation | NoDose
    cells: tuple[DoseCell, ...]


class UsageFinding(Frozen):
    """Use of the tool in the window.

    weeks : of the window, a begun one counted
    students : of the assigned treated students, those with any use; teachers : of their teachers
    teachers_last_week : of these teachers, those with use in the last seven days of the window
    teachers_by : whether a teacher counts by records of their own, or, where the export has none of teachers, of their students
    comparison : students of the comparison group with any use; None without such a group
    comparison_teachers : teachers of the comparison group with records of their own
    others : treated students with use who were not assigned, such as those who joined late
    minutes, logins : of assigned treated students in a week, those without use included; None where the export has none
    submissions : likewise, in the whole window
    small_classes : classes too small to be shown, left out of these
    estimated_share : of the records, those whose minutes are estimated from the time between events
    without_minutes : records without minutes
    """

    weeks: int
    students: PartOf
    teachers: PartOf | None
    teachers_last_week: PartOf | None
    teachers_by: Literal["their own records", "records of their students"]
    comparison: PartOf | None
    comparison_teachers: int
    others: int
    minutes: PerStudent | None
    logins: PerStudent | None
    submissions: PerStudent | None
    small_classes: int
    features: tuple[FeatureWeek, ...]
    licences: LicenceFinding | None
    estimated_share: float
    without_minutes: int
    dose: DoseFinding
    basis: Basis
