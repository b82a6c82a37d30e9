"""Columns of the survey tables."""

from __future__ import annotations

from pilotproof.columns.column import Column

WAVE = Column(kind="text", meaning="Survey wave", allowed=("before", "after"))
INSTRUMENT = Column(kind="text", meaning="Codebook of the survey, params/instruments/<name>.yaml")
TEACHER = Column(kind="text", meaning="Teacher, T1, T2 …; where responses are anonymous each has its own", names="teacher")
STRAIGHT_LINE, TOO_FAST, SPAM, SOME_MISSING = "straight line", "too fast", "marked as spam", "items without an answer"

TEACHER_SCALES = {
    "instrument": INSTRUMENT,
    "teacher_id": TEACHER,
    "wave": WAVE,
    "subscale": Column(kind="text", meaning="Subscale of the instrument"),
    "items_answered": Column(kind="whole number", meaning="Items of the subscale with an answer", unit="items", low=0),
    "scale_score": Column(
        kind="number", meaning="Mean of answered items, reverse keys turned", unit="scale points", may_be_empty=True
    ),
    "is_paired": Column(kind="yes or no", meaning="The teacher answered both waves"),
    "has_agreed": Column(kind="yes or no", meaning="The teacher agreed that the report shows these scores, without name or id"),
}

SURVEY_ITEMS = {
    "instrument": INSTRUMENT,
    "teacher_id": TEACHER,
    "wave": WAVE,
    "subscale": Column(kind="text", meaning="Subscale of the instrument that the item belongs to"),
    "item": Column(kind="text", meaning="Item, code of the codebook; items without an answer have no row"),
    "answer": Column(kind="whole number", meaning="Answer, reverse keys turned", unit="scale points"),
    "answer_given": Column(kind="whole number", meaning="Answer as it was ticked", unit="scale points"),
}

SURVEY_QUOTES = {
    "instrument": INSTRUMENT,
    "wave": WAVE,
    "question": Column(kind="text", meaning="Open question, as the export words it"),
    "comment": Column(
        kind="text",
        meaning="Answer that the params list in `quotes`; who gave it, and whom it names, is not kept",
        is_free_text=True,
    ),
}

SURVEY_QUALITY = {
    "instrument": INSTRUMENT,
    "wave": WAVE,
    "flag": Column(
        kind="text",
        meaning="What is doubtful: the same answer to every item, less time than reading takes, spam by the tool's own mark, "
        "or items without an answer",
        allowed=(STRAIGHT_LINE, TOO_FAST, SPAM, SOME_MISSING),
    ),
    "responses": Column(kind="whole number", meaning="Responses with this flag", unit="responses", low=0),
    "looked_at": Column(
        kind="whole number",
        meaning="Finished responses of teachers who used the tool for which it could be told",
        unit="responses",
    ),
    "is_left_out": Column(kind="yes or no", meaning="Whether the params have responses with this flag left out"),
}
