"""teacher_survey.csv: the Teacher Technology Integration Survey, before and after, as Qualtrics exports it.

Item codes stand where the wording would be: the wording belongs to the survey's authors.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People
from pilotproof.simulate.truth import Truth, random_stream

AREAS = {
    "risk_taking": "RC",
    "perceived_benefits": "PB",
    "classroom_use": "CU",
    "support_access": "SA",
    "teacher_use": "TU",
    "student_use": "SU",
}
ITEMS_PER_AREA = 4
ITEMS = tuple(f"{code}{n}" for code in AREAS.values() for n in range(1, ITEMS_PER_AREA + 1))
REVERSE_KEYED = ("RC4", "SA3")
ANCHORS = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
BEFORE, AFTER = "Before the pilot", "After the pilot"
OWN_COLUMNS = {
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "Progress": ("Progress", "progress"),
    "Duration (in seconds)": ("Duration (in seconds)", "duration"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "Q1": ("Staff ID", "QID1_TEXT"),
    "Q2": ("When do you answer this survey?", "QID2"),
    **{f"Q3_{n}": (f"Item {item}", f"QID3_{n}") for n, item in enumerate(ITEMS, start=1)},
    "Q4": ("Anything else?", "QID4_TEXT"),
}
HAS_TIME_ZONE = ("StartDate", "EndDate", "RecordedDate")
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
COMMENTS = (
    "",
    "",
    "Works well for quizzes.",
    'The slides freeze, then "reconnecting" shows.\nMostly before lunch.',
    "n/a",
)
STAFF_SPELLINGS = ("{}", " {}", "{}", "{} ", "{}")
BASE_MEAN, TEACHER_SD, ITEM_SD, CHANGE_SD, RETEST_R = 3.2, 0.45, 0.55, 0.15, 0.9
SPELLING_CHANCES = {"lower case": 0.06, "upper case": 0.04, "number": 0.04, "number and text": 0.06}
UNFINISHED_ITEMS = 9
PREVIEWER = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response before it is written. answers : 1 to 5 as ticked, reverse-keyed items not turned back."""

    staff: str
    wave: str
    answers: Sequence[int | None]
    recorded: datetime
    seconds: int
    comment: str = ""
    status: str = "IP Address"
    progress: int = 100


def export(truth: Truth, people: People, seed: int) -> tuple[list[Export], dict[str, object]]:
    """teacher_survey.csv and what was planted in it."""
    random = random_stream(seed, "survey")
    teachers = [classroom.teacher for classroom in people.classes if classroom.is_treated]
    responses = _complete(truth, teachers, random)
    facts: dict[str, object] = {"true_change": true_change(truth), "left_after_cleaning": {}}
    only_before = None
    if truth.has_mess:
        responses, only_before = _plant(truth, teachers, responses, random)
        facts |= {
            "preview_responses": 1,
            "unfinished_responses": 1,
            "duplicate_responses": 1,
            "blank_items": 1,
        }
        facts["answered_only_before"] = only_before
    paired = len(teachers) - (only_before is not None)
    facts["left_after_cleaning"] = {"responses": len(teachers) + paired, "teachers_with_both_waves": paired}
    responses.sort(key=lambda response: (response.recorded, response.staff))
    spelled: Counter[str] = Counter()
    rows = [_row(response, truth, spelled, random) for response in responses]
    facts |= {"rows": len(rows), "answers_spelled": dict(sorted(spelled.items()))}
    facts["staff_ids_padded"] = sum(row[8] != row[8].strip() for row in rows)
    facts["staff_ids_in_upper_case"] = sum(row[8].strip().startswith("T-") for row in rows)
    table = Export(
        file="teacher_survey.csv",
        header=_header(),
        rows=rows,
        sent_by="Survey account of the technology office",
        one_row_is="one survey response",
        has_mark=True,
    )
    return [table], facts


def true_change(truth: Truth) -> dict[str, float]:
    """True change of each area, in points of the 1-5 scale, before answers are rounded to whole points."""
    return {area: truth.support_change if area == "support_access" else truth.ttis_change for area in AREAS}


def _complete(truth: Truth, teachers: list[str], random: np.random.Generator) -> list[Response]:
    """One finished response of each teacher before and one after."""
    change = np.repeat(list(true_change(truth).values()), ITEMS_PER_AREA)
    responses = []
    for number, teacher in enumerate(teachers):
        level = BASE_MEAN + TEACHER_SD * random.standard_normal()
        personal = CHANGE_SD * np.repeat(random.standard_normal(len(AREAS)), ITEMS_PER_AREA)
        before = level + ITEM_SD * random.standard_normal(len(ITEMS))
        # a person who answers again four weeks later mostly ticks the same; the variance stays what it was
        again = random.standard_normal(len(ITEMS))
        kept = level + RETEST_R * (before - level) + (1 - RETEST_R**2) ** 0.5 * ITEM_SD * again
        days = (truth.start - timedelta(days=6 - number % 4), truth.end + timedelta(days=3 + number % 3))
        for wave, values, day in zip((BEFORE, AFTER), (before, kept + change + personal), days, strict=True):
            responses.append(
                Response(
                    staff=teacher,
                    wave=wave,
                    answers=_ticked(values),
                    recorded=_moment(day, random),
                    seconds=240 + int(600 * random.random()),
                    comment=COMMENTS[int(random.random() * len(COMMENTS))],
                )
            )
    return responses


def _ticked(values: np.ndarray) -> list[int | None]:
    """Whole answers from 1 to 5, the reverse-keyed items turned as a teacher would tick them."""
    answers = np.clip(np.floor(values + 0.5), 1, 5).astype(int).tolist()
    return [6 - a if item in REVERSE_KEYED else a for item, a in zip(ITEMS, answers, strict=True)]


def _plant(
    truth: Truth, teachers: list[str], responses: list[Response], random: np.random.Generator
) -> tuple[list[Response], str]:
    """Add a preview, an unfinished and an earlier duplicate response; blank an item; drop a second wave."""
    order = [teachers[n] for n in np.argsort(random.random(len(teachers)), kind="stable").tolist()]
    only_before, twice, paused = order[0], order[1], order[-1]
    found = {(response.staff, response.wave): response for response in responses}
    del found[only_before, AFTER]
    last, begun, blanked = found[twice, AFTER], found[paused, BEFORE], found[twice, BEFORE]
    first_try = [max(1, a - 1) if n % 5 == 0 and a is not None else a for n, a in enumerate(last.answers)]
    skipped = int(random.random() * len(ITEMS))
    found[twice, BEFORE] = replace(blanked, answers=[None if n == skipped else a for n, a in enumerate(blanked.answers)])
    return [
        *found.values(),
        replace(last, answers=first_try, recorded=last.recorded - timedelta(hours=3), seconds=95, comment=""),
        replace(
            begun,
            answers=[a if n < UNFINISHED_ITEMS else None for n, a in enumerate(begun.answers)],
            recorded=begun.recorded - timedelta(hours=2),
            seconds=130,
            progress=38,
            comment="",
        ),
        _preview(truth),
    ], only_before


def _preview(truth: Truth) -> Response:
    """What the person who built the survey left behind."""
    return Response(
        staff=PREVIEWER,
        wave=BEFORE,
        answers=[3] * len(ITEMS),
        recorded=datetime.combine(truth.start - timedelta(days=10), time(14, 5, 30)),
        seconds=41,
        comment="testing, ignore",
        status="Survey Preview",
    )


def _moment(day: date, random: np.random.Generator) -> datetime:
    return datetime.combine(day, time(11)) + timedelta(seconds=int(5 * 3600 * random.random()))


def _header() -> list[list[str]]:
    imports = []
    for column, (_, import_id) in OWN_COLUMNS.items():
        entry = {"ImportId": import_id}
        if column in HAS_TIME_ZONE:
            entry["timeZone"] = "America/New_York"
        imports.append(json.dumps(entry, separators=(",", ":")))
    return [list(OWN_COLUMNS), [text for text, _ in OWN_COLUMNS.values()], imports]


def _row(response: Response, truth: Truth, spelled: Counter[str], random: np.random.Generator) -> list[str]:
    response_id = "R_" + "".join(ID_LETTERS[int(u * len(ID_LETTERS))] for u in random.random(15).tolist())
    draws = random.random(2).tolist()
    staff = response.staff
    if truth.has_mess and staff != PREVIEWER:
        staff = staff.upper() if draws[0] < 0.3 else staff
        staff = STAFF_SPELLINGS[int(draws[1] * len(STAFF_SPELLINGS))].format(staff)
    started = response.recorded - timedelta(seconds=response.seconds)
    return [
        started.isoformat(sep=" "),
        response.recorded.isoformat(sep=" "),
        response.status,
        str(response.progress),
        str(response.seconds),
        str(response.progress == 100),
        (response.recorded + timedelta(seconds=1)).isoformat(sep=" "),
        response_id,
        staff,
        response.wave,
        *_answers(response, truth, spelled, random),
        response.comment,
    ]


def _answers(response: Response, truth: Truth, spelled: Counter[str], random: np.random.Generator) -> list[str]:
    written = []
    for answer, draw in zip(response.answers, random.random(len(ITEMS)).tolist(), strict=True):
        spelling = _spelling(draw) if truth.has_mess else "text"
        if answer is None:
            written.append("")
            continue
        spelled[spelling] += 1
        text = ANCHORS[answer - 1]
        forms = {"lower case": text.lower(), "upper case": text.upper(), "number": str(answer)}
        written.append(forms.get(spelling, f"{answer} - {text}" if spelling == "number and text" else text))
    return written


def _spelling(draw: float) -> str:
    """The spelling that a uniform draw selects; most answers are plain text."""
    for spelling, chance in SPELLING_CHANCES.items():
        if draw < chance:
            return spelling
        draw -= chance
    return "text"
