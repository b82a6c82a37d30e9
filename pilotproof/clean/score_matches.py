"""How well the outcomes files fit the roster, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pilotproof.clean.cleaned import Match
from pilotproof.clean.values import normalise_id
from pilotproof.sources.raw import RawTable

NAMES_OF_CLASS = ("class", "class id", "class_id", "classid", "class code", "section", "section id")


def score_matches(rows: pd.DataFrame, places: pd.DataFrame, tables: Sequence[RawTable]) -> tuple[Match, ...]:
    """How well the ids and classes of the outcomes files fit those of the roster."""
    with_scores, enrolled = set(rows["student_id"]), set(places["student_id"])
    in_pilot = set(places.loc[places["arm"] != "neither", "student_id"])
    return (
        Match(what="students of the pilot's classes with scores", found=len(in_pilot & with_scores), of=len(in_pilot)),
        Match(what="students with scores who are on the roster", found=len(with_scores & enrolled), of=len(with_scores)),
        *_same_classes(rows, places, tables),
    )


def _same_classes(rows: pd.DataFrame, places: pd.DataFrame, tables: Sequence[RawTable]) -> Iterator[Match]:
    """How often the outcomes file, where it names classes, has a student in the class of the roster, which counts.

    A column that the params do not name is compared as far as its classes are the roster's: other names say nothing of them.
    """
    class_of = places.set_index("student_id")["class_id"]
    rows = rows.assign(class_id=_stated_classes(rows, tables, set(class_of)))
    told = rows[rows["student_id"].isin(class_of.index) & rows["class_id"].notna() & (rows["class_id"] != "")]
    told = told.drop_duplicates(["file", "student_id"])
    if len(told):
        same = int((told["class_id"] == told["student_id"].map(class_of)).sum())
        yield Match(
            what="students whose class in the outcomes file is that of the roster, which counts", found=same, of=len(told)
        )


def _stated_classes(rows: pd.DataFrame, tables: Sequence[RawTable], known: set[str]) -> pd.Series:
    stated = rows["class_id"]
    for table in tables:
        column = next((name for name in table.frame if name.strip().casefold() in NAMES_OF_CLASS), None)
        if column is not None:
            cells = rows["row"].map(normalise_id(table.frame[column]))
            stated = stated.mask((rows["file"] == table.file) & stated.isna() & cells.isin(known), cells)
    return stated
