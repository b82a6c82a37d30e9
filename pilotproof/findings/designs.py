"""What only designs in which every class had the tool have: staggered starts, and users against non-users."""

from __future__ import annotations

from datetime import date

from pilotproof.findings.base import Frozen
from pilotproof.stats.dose import DoseCell, DoseRefusal, DoseResponse


class ClassPhases(Frozen):
    """One class of a staggered start. label : C1, C2 … in the order of the starts, never an id

    before, after : days on which it was measured before and from its start on
    """

    label: str
    start: date
    before: int
    after: int


class ClassDay(Frozen):
    """Mean of one class on one day, for the figure. students : with a score on that day, or the class's where unknown"""

    label: str
    day: date
    mean: float
    students: int


class StaggeredFinding(Frozen):
    """A staggered start: every class is its own comparison until its first day with the tool.

    is_drawn : lots decided the order of the starts; starts : different first days; students : measured
    orders : in which the starts could have been given to the classes; tried : of them, by the test; None where it was refused
    """

    is_drawn: bool
    starts: int
    students: int
    orders: int | None
    tried: int | None
    phases: tuple[ClassPhases, ...]
    points: tuple[ClassDay, ...]


class UseFinding(Frozen):
    """Users against non-users of the same class, and the outcome against the minutes of use. Both are correlational.

    fewest_minutes : of use, from which a student is a user; classes : with students in the analysis
    amount : difference for one minute more; cells : students of similar use together, none below the smallest group
    """

    fewest_minutes: float
    classes: int
    users: DoseResponse | DoseRefusal
    amount: DoseResponse | DoseRefusal
    cells: tuple[DoseCell, ...]
