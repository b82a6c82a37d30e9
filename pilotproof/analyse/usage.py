"""Whether the tool was used: by whom of those who were to, how much, what of it, and what its licences cost."""

from __future__ import annotations

from math import ceil

import pandas as pd

from pilotproof.analyse.basis import basis_of
from pilotproof.analyse.dose import analyse_dose
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import FeatureWeek, LicenceFinding, PartOf, PerStudent, UsageFinding
from pilotproof.pilot import Licences, Pilot, Window
from pilotproof.stats.concentration import is_dominated
from pilotproof.stats.counts import proportion_interval

DAYS_PER_WEEK = 7
METHOD = (
    "shares of students and teachers with exact (Clopper-Pearson) intervals; amounts as means of each class, then the median "
    "over classes; use against the posttest by regression with class effects and pretest, CR2 over classes"
)
RULE = (
    "all who were assigned the tool count, those without a record of use included; use is chosen, not assigned, so what goes "
    "along with it is correlational"
)


def analyse_usage(usage: pd.DataFrame, students: pd.DataFrame, pilot: Pilot) -> UsageFinding:
    """The finding on use. usage, students : tidy tables (columns.USAGE, columns.STUDENTS)"""
    confidence, smallest_group = CONFIDENCE, pilot.disclosure.smallest_group
    assigned = students[students["outcome"] == pilot.primary.name]
    treated, comparison = assigned[assigned["is_treated"]], assigned[~assigned["is_treated"]]
    by_students = usage[usage["role"] == "student"]
    users, treated_users = (set(part["person_id"]) for part in (by_students, by_students[by_students["is_treated"]]))
    large = treated[treated.groupby("class_id")["student_id"].transform("size") >= smallest_group]
    weeks = _weeks(pilot.window)
    return UsageFinding(
        weeks=weeks,
        students=_part_of(set(treated["student_id"]) & users, treated["student_id"], confidence),
        **_teachers(usage, treated, pilot.window, confidence),
        comparison=None
        if comparison.empty
        else _part_of(set(comparison["student_id"]) & users, comparison["student_id"], confidence),
        others=len(treated_users - set(assigned["student_id"])),
        minutes=_per_student(by_students, "usage_minutes", large, weeks),
        logins=_per_student(by_students, "logins", large, weeks),
        submissions=_per_student(by_students, "submissions", large, 1),
        small_classes=int(treated["class_id"].nunique() - large["class_id"].nunique()),
        features=_features(by_students[by_students["is_treated"]], pilot.window, weeks),
        licences=None if pilot.licences is None else _licences(pilot.licences, usage),
        estimated_share=float((usage["is_estimated"] * usage["events"]).sum() / max(1, usage["events"].sum())),
        without_minutes=int(usage.loc[usage["usage_minutes"].isna(), "events"].sum()),
        dose=analyse_dose(students, usage, outcome=pilot.primary, smallest_group=smallest_group, confidence=confidence),
        basis=basis_of(METHOD, rule=RULE, usage=usage, students=students),
    )


def _weeks(window: Window) -> int:
    return ceil(((window.end - window.start).days + 1) / DAYS_PER_WEEK)


def _part_of(some: set[str], of: pd.Series, confidence: float) -> PartOf | None:
    """None of nobody."""
    n = int(of.nunique())
    if not n:
        return None
    return PartOf(some=len(some), of=n, share=len(some) / n, interval=proportion_interval(len(some), n, confidence=confidence))


def _teachers(usage: pd.DataFrame, treated: pd.DataFrame, window: Window, confidence: float) -> dict[str, object]:
    """Teachers of the treated students who used the tool, ever and in the last week.

    An export of students' records alone says nothing of teachers, so that a teacher counts whose students used the tool.
    """
    own = usage[usage["role"] == "teacher"]
    known = treated.dropna(subset="teacher_id")
    has_own = bool(own["is_treated"].any())
    teacher_of = dict(zip(known["student_id"], known["teacher_id"], strict=True))
    records = own if has_own else usage[usage["role"] == "student"]
    seen = records.assign(teacher=records["person_id"] if has_own else records["person_id"].map(teacher_of))
    seen = seen[seen["teacher"].isin(known["teacher_id"])]
    last_week = seen[seen["usage_date"] > pd.Timestamp(window.end) - pd.Timedelta(days=DAYS_PER_WEEK)]
    shares = {
        name: _part_of(set(part["teacher"]), known["teacher_id"], confidence)
        for name, part in (("teachers", seen), ("teachers_last_week", last_week))
    }
    return shares | {
        "teachers_by": "their own records" if has_own else "records of their students",
        "comparison_teachers": int(own.loc[~own["is_treated"], "person_id"].nunique()),
    }


def _per_student(records: pd.DataFrame, column: str, large: pd.DataFrame, weeks: int) -> PerStudent | None:
    """None when the export has no such amount at all, or there is no class of which a mean may be shown."""
    if large.empty or not records[column].fillna(0).sum():
        return None
    amount = large["student_id"].map(records.groupby("person_id")[column].sum()).fillna(0.0)
    by_class = amount.groupby(large["class_id"])
    means = by_class.mean()[~by_class.agg(is_dominated).astype(bool)] / weeks  # where one student makes the mean, it tells theirs
    if means.empty:
        return None
    return PerStudent(median=float(means.median()), lowest=float(means.min()), highest=float(means.max()), classes=len(means))


def _features(records: pd.DataFrame, window: Window, weeks: int) -> tuple[FeatureWeek, ...]:
    """Every feature in every week, the most used feature first."""
    week = (records["usage_date"] - pd.Timestamp(window.start)).dt.days // DAYS_PER_WEEK + 1
    cells = records.groupby(["feature", week]).agg(events=("events", "sum"), students=("person_id", "nunique"))
    totals = records.groupby("feature")["events"].sum().sort_index().sort_values(ascending=False, kind="stable")
    grid = pd.MultiIndex.from_product([totals.index, range(1, weeks + 1)])
    return tuple(
        FeatureWeek(feature=str(feature), week=int(number), events=int(row.events), students=int(row.students))
        for (feature, number), row in cells.reindex(grid, fill_value=0).iterrows()
    )


def _licences(bought: Licences, usage: pd.DataFrame) -> LicenceFinding:
    used, price = int(usage.loc[usage["is_treated"], "person_id"].nunique()), bought.cost_each
    dormant = max(0, bought.bought - used)
    cost = None if price is None else bought.bought * price
    return LicenceFinding(
        bought=bought.bought,
        used=used,
        dormant=dormant,
        currency=bought.currency,
        cost=cost,
        cost_dormant=None if price is None else dormant * price,
        cost_each_used=None if cost is None or not used else cost / used,
    )
