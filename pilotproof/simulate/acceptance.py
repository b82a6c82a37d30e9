"""acceptance_survey.csv: one Google form after the pilot, with the Technology Acceptance Model and a question on buy-in.

Item codes stand where the wording would be: the wording belongs to the survey's authors.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np

from pilotproof.simulate.files import Export
from pilotproof.simulate.people import People
from pilotproof.simulate.truth import Truth, random_stream

FILE = "acceptance_survey.csv"
ITEMS_PER_SCALE = 6
ITEMS = tuple(f"{code}{n}" for code in ("PU", "PEOU") for n in range(1, ITEMS_PER_SCALE + 1))
LIKELY = (
    "Extremely unlikely",
    "Quite unlikely",
    "Slightly unlikely",
    "Neither",
    "Slightly likely",
    "Quite likely",
    "Extremely likely",
)
BUY_IN = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
HEADER = ["Timestamp", "Staff ID", *(f"How likely is this? [{item}]" for item in ITEMS), "Buy-in [BI1]"]
TEACHER_SD, SCALE_SD, ITEM_SD = 0.8, 0.4, 0.7


def export(truth: Truth, people: People, seed: int) -> tuple[list[Export], dict[str, object]]:
    """acceptance_survey.csv and what was planted in it: one teacher answers twice, one not at all, one item is skipped."""
    random = random_stream(seed, "acceptance")
    teachers = [classroom.teacher for classroom in people.classes if classroom.is_treated]
    forms = [_form(truth, teacher, number, random) for number, teacher in enumerate(teachers)]
    facts: dict[str, object] = {"true_level": {"usefulness": truth.usefulness, "ease_of_use": truth.ease_of_use}}
    if truth.has_mess:
        order = np.argsort(random.random(len(teachers)), kind="stable").tolist()
        silent, twice, skipping = order[0], order[1], order[-1]
        forms[skipping][1][1 + int(random.random() * len(ITEMS))] = ""
        sent, cells = forms[twice]
        forms.append((sent - timedelta(minutes=9), [cells[0].upper(), *cells[1:4], *[""] * (len(cells) - 4)]))
        del forms[silent]
        facts |= {"did_not_answer": teachers[silent], "duplicate_responses": 1, "blank_items": 1}
    forms.sort()
    favourable = {cells[0].strip().lower(): cells[-1] in BUY_IN[3:] for _, cells in forms}  # of two answers the last one
    facts |= {"rows": len(forms), "left_after_cleaning": {"teachers": len(favourable), "favourable": sum(favourable.values())}}
    table = Export(
        file=FILE,
        header=[HEADER],
        rows=[[_stamp(sent), *cells] for sent, cells in forms],
        sent_by="Survey account of the technology office",
        one_row_is="one survey response",
    )
    return [table], facts


def _form(truth: Truth, teacher: str, number: int, random: np.random.Generator) -> tuple[datetime, list[str]]:
    """When a teacher sent the form, and its cells from the staff id on."""
    liking = random.standard_normal()
    levels = np.array([truth.usefulness, truth.ease_of_use]) + TEACHER_SD * liking + SCALE_SD * random.standard_normal(2)
    values = np.repeat(levels, ITEMS_PER_SCALE) + ITEM_SD * random.standard_normal(len(ITEMS))
    codes = np.clip(np.floor(values + 0.5), 1, len(LIKELY)).astype(int).tolist()
    agrees, strongly = random.random(2).tolist()
    bought_in = (3 if strongly < 0.6 else 4) if agrees < truth.buy_in else (2 if strongly < 0.7 else 1)
    sent = datetime.combine(truth.end + timedelta(days=3 + number % 3), time(12)) + timedelta(
        seconds=int(4 * 3600 * random.random())
    )
    return sent, [teacher, *(LIKELY[code - 1] for code in codes), BUY_IN[bought_in]]


def _stamp(moment: datetime) -> str:
    """As Google Forms writes it in the United States, on every system and in every language."""
    return f"{moment:%Y/%m/%d} {moment.hour % 12 or 12}:{moment:%M:%S} {'PM' if moment.hour >= 12 else 'AM'} EDT"
