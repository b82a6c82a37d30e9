"""roster/: the bulk CSV bundle of OneRoster 1.1, where status and dateLastModified stay empty.

Source: 1EdTech OneRoster 1.1 CSV tables. Only the files that a roster needs; the manifest says which are
absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People, district_name, school_name
from pilotproof.simulate.truth import Truth

SENT_BY = "Student information system of the district"
TERM = "term-fall"
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
TERMS = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"
)
ENROLLMENTS = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
PRESENT = ("academicSessions", "classes", "enrollments", "orgs", "users")
ABSENT = (
    "categories",
    "classResources",
    "courseResources",
    "courses",
    "demographics",
    "lineItems",
    "resources",
    "results",
)


def export(truth: Truth, people: People) -> tuple[list[Export], dict[str, object]]:
    """The six files of the bundle and what was planted in them."""
    tables = [
        _table("manifest", "propertyName,value", _manifest(), "one property of the bundle"),
        _table("orgs", ORGS, _orgs(truth), "one school or district"),
        _table("academicSessions", TERMS, _terms(truth), "one school year or term"),
        _table("users", USERS, _users(people), "one student or teacher"),
        _table("classes", CLASSES, _classes(people), "one class"),
        _table("enrollments", ENROLLMENTS, _enrolments(truth, people), "one person in one class"),
    ]
    late = [k for k, classroom in enumerate(people.classes) if classroom.is_late]
    facts: dict[str, object] = {
        "students": len(people.students),
        "teachers": len(people.classes),
        "students_by_arm": people.by_arm(range(len(people.students))),
        "late_class": people.classes[late[0]].code if late else None,
        "late_class_begins": late_start(truth).isoformat() if late else None,
        "late_class_students": sum(k in late for k in people.class_of),
        "student_without_outcome": people.students[people.leaver] if people.leaver is not None else None,
    }
    if people.leaver is not None:
        facts["student_without_outcome_by_arm"] = people.by_arm([people.leaver])
    return tables, facts


def late_start(truth: Truth) -> date:
    """First day of the class that joined late: halfway through the window."""
    return truth.start + timedelta(days=7 * (truth.weeks // 2))


def _table(name: str, header: str, rows: Sequence[Sequence[str]], one_row_is: str) -> Export:
    return Export(
        file=f"roster/{name}.csv",
        header=[header.split(",")],
        rows=rows,
        sent_by=SENT_BY,
        one_row_is=one_row_is,
    )


def _manifest() -> list[list[str]]:
    files = [(name, "bulk") for name in PRESENT] + [(name, "absent") for name in ABSENT]
    return [
        ["manifest.version", "1.0"],
        ["oneroster.version", "1.1"],
        *([f"file.{name}", state] for name, state in sorted(files)),
        ["source.systemName", "Maple Valley student information system (invented)"],
        ["source.systemCode", "MV-SIS"],
    ]


def _orgs(truth: Truth) -> list[list[str]]:
    districts = [[f"org-district-{d + 1}", "", "", district_name(d), "district", f"D{d + 1}", ""] for d in range(truth.districts)]
    schools = [
        [f"org-school-{s + 1}", "", "", school_name(s), "school", f"SCH{s + 1}",
         f"org-district-{s % truth.districts + 1}"]
        for s in range(truth.schools)
    ]  # fmt: skip
    return districts + schools


def _terms(truth: Truth) -> list[list[str]]:
    first, last = _term_dates(truth)
    year_end = first + timedelta(days=285)
    year = str(year_end.year)
    whole = [f"{first.year}-{year}", "schoolYear", first.isoformat(), year_end.isoformat(), "", year]
    half = ["First semester", "semester", first.isoformat(), last.isoformat(), "year", year]
    return [["year", "", "", *whole], [TERM, "", "", *half]]


def _users(people: People) -> list[list[str]]:
    teachers = [_user(classroom.teacher, "teacher", classroom.school, "Teacher") for classroom in people.classes]
    students = [
        _user(student, "student", people.classes[k].school, "Student")
        for student, k in zip(people.students, people.class_of, strict=True)
    ]
    return teachers + sorted(students)


def _user(person: str, role: str, school: int, given_name: str) -> list[str]:
    """One row of users.csv; the id stands where a name would be."""
    grade = "06" if role == "student" else ""
    return [f"user-{person.lower()}", "", "", "true", f"org-school-{school + 1}", role, person.lower(), "",
            given_name, person, "", person, "", "", "", "", grade, ""]  # fmt: skip


def _classes(people: People) -> list[list[str]]:
    return [
        [f"class-{classroom.code.lower()}", "", "", f"Mathematics 6, class {k + 1}", "06", "course-math6",
         classroom.code, "scheduled", "", f"org-school-{classroom.school + 1}", TERM, "Mathematics", "", ""]
        for k, classroom in enumerate(people.classes)
    ]  # fmt: skip


def _enrolments(truth: Truth, people: People) -> list[list[str]]:
    begin, end = _term_dates(truth)
    members = [(k, classroom.teacher, "teacher") for k, classroom in enumerate(people.classes)]
    members += [(k, student, "student") for student, k in zip(people.students, people.class_of, strict=True)]
    leaver = people.students[people.leaver] if people.leaver is not None else None
    left_on = truth.start + timedelta(days=11)
    rows = []
    for number, (k, person, role) in enumerate(sorted(members), start=1):
        classroom = people.classes[k]
        first = late_start(truth) if classroom.is_late else begin
        last = left_on if person == leaver else end
        where = [f"class-{classroom.code.lower()}", f"org-school-{classroom.school + 1}"]
        who = [f"user-{person.lower()}", role, "true" if role == "teacher" else ""]
        rows.append([f"enrolment-{number:05d}", "", "", *where, *who, first.isoformat(), last.isoformat()])
    return rows


def _term_dates(truth: Truth) -> tuple[date, date]:
    return truth.start - timedelta(days=21), max(truth.start + timedelta(days=130), truth.received)
