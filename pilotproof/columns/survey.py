"""Columns of the survey tables."""

from __future__ import annotations

from pilotproof.columns.column import Column

TEACHER_SCALES = {
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "wave": Column(kind="text", meaning="Survey wave", allowed=("before", "after")),
    "subscale": Column(kind="text", meaning="Subscale of the instrument"),
    "items_answered": Column(kind="whole number", meaning="Items of the subscale with an answer", unit="items", low=0),
    "scale_score": Column(
        kind="number", meaning="Mean of answered items, reverse keys turned", unit="scale points", may_be_empty=True
    ),
    "is_paired": Column(kind="yes or no", meaning="The teacher answered both waves"),
}
